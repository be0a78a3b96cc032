"""The rows of the input table of one contract, as the reference takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from batchcalc.generate.model import (
    APPRENTI_1979,
    APPRENTI_1987,
    MANDAT,
    MISSION,
    Etablissement,
    Paies,
)

Ligne = dict[str, Any]


def euros(cents: int) -> Decimal:
    """Cents as euros with two decimals."""
    return Decimal(cents).scaleb(-2)


def perimetre(nature: int, dispositif: int, mois: date) -> str:
    """Scope of the reduction: apprentices have the single T in 2019, mandates no reduction."""
    if nature == MANDAT:
        return "exclu"
    apprenti = dispositif in (APPRENTI_1979, APPRENTI_1987)
    return "complet_2019" if apprenti and mois.year == 2019 else "general"


def majoration(nature: int, secteur: str) -> str:
    """Factor b of D.241-10: temporary work, or a caisse de congés payés."""
    if nature == MISSION:
        return "interim"
    return "caisse_conges" if secteur == "batiment" and nature != MANDAT else "aucune"


def cle(contrat: int, version: int) -> str:
    """Contract number of one version of a contract, in the rows given to the reference."""
    return f"{contrat}/{version}"


def rows_of(
    paies: Paies,
    etablissements: Sequence[Etablissement],
    contrat: int,
    version: int,
    depots: list[int],
) -> Iterator[Ligne]:
    """The rows of one contract as known after some of its corrections.

    Args:
        paies: the payroll.
        etablissements: its employers.
        contrat: rank of the contract.
        version: number of corrections known.
        depots: ranks of the files that hold a correction.
    """
    contrats = paies.contrats
    employeur = etablissements[contrats.etablissement[contrat]]
    nature, dispositif = int(contrats.nature[contrat]), int(contrats.dispositif[contrat])
    commun: Ligne = {
        "siret": employeur.siret,
        "salarie": "1",
        "contrat": cle(contrat, version),
        "fnal": euros(employeur.fnal_e4),
        "majoration": majoration(nature, employeur.secteur),
    }
    for rang, mois in enumerate(paies.mois):
        if paies.actif[contrat, rang]:
            yield {
                **commun,
                "mois": mois,
                "perimetre": perimetre(nature, dispositif, mois),
                **_montants(paies, contrat, rang),
            }
    for depot in depots[:version]:
        retard = int(paies.variables.retard[contrat, depot])
        delta = euros(int(paies.variables.correction_cents[contrat, depot]))
        yield commun | {"mois": paies.mois[depot - retard], "remuneration": delta}


def _montants(paies: Paies, contrat: int, rang: int) -> Ligne:
    sans_dfs = int(paies.sans_dfs_cents[contrat, rang])
    abattu = bool(paies.contrats.dfs_e2[contrat])
    return {
        "remuneration": euros(int(paies.remuneration_cents[contrat, rang])),
        "smic_retenu": euros(int(paies.smic_cents[contrat, rang])),
        "remuneration_sans_dfs": euros(sans_dfs) if abattu else None,
        "ppv": euros(int(paies.variables.ppv_cents[contrat, rang])),
    }
