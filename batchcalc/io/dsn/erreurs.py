"""Errors in the rows of a lot: why, where, and whose data they touch."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from batchcalc.io.dsn.lot import RIEN
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_values as v

# Reasons beyond those of the scan.
MUET: Final = 0  # told elsewhere
ABSENT: Final = v.FOLLOWS_BAD_KEY + 1
SANS_CONTRAT: Final = v.FOLLOWS_BAD_KEY + 2
CONTRAT_INCONNU: Final = v.FOLLOWS_BAD_KEY + 3
CONTRAT_EN_DOUBLE: Final = v.FOLLOWS_BAD_KEY + 4

# What an error does to the data it touches, where it does anything.
BLOQUE: Final = 1
PERDUE: Final = 2

_MOIS: Final = 1_000_000  # above any yyyymm


class Erreurs(NamedTuple):
    """Errors, one array an attribute, RIEN where there is nothing to say.

    Attributes:
        ligne: line of the file.
        code: reason.
        cle: rubrique, as the scan gives it.
        lue: rank among the errors of the scan, whose file and value are known.
        declaration: declaration it is in.
        individu: person it is about.
        contrat: contract it is about.
        mois: month it is about, yyyymm.
        bloque: BLOQUE where what is wrong keeps data from being used: those of the contract and
            month, of all months where there is none, of all contracts where there is none. PERDUE
            where a base is lost, nobody knows for which contract of the person.
    """

    ligne: Entiers
    code: Entiers
    cle: Entiers
    lue: Entiers
    declaration: Entiers
    individu: Entiers
    contrat: Entiers
    mois: Entiers
    bloque: Entiers


def touches(
    fautes: Erreurs, individu: Entiers, contrat: Entiers, mois: Entiers
) -> NDArray[np.bool_]:
    """Which months of contracts errors keep from being used."""
    bloque = fautes.bloque == BLOQUE
    contrat_connu, mois_connu = fautes.contrat > RIEN, fautes.mois > RIEN
    dus = np.isin(individu, fautes.individu[bloque & ~contrat_connu & ~mois_connu])
    dus |= np.isin(contrat, fautes.contrat[bloque & contrat_connu & ~mois_connu])
    for de_qui, qui, connu in (
        (fautes.individu, individu, ~contrat_connu),
        (fautes.contrat, contrat, contrat_connu),
    ):
        ici = bloque & connu & mois_connu
        dus |= np.isin(qui * _MOIS + mois, de_qui[ici] * _MOIS + fautes.mois[ici])
    return np.asarray(dus)
