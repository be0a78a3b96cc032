"""A lot of contract-months as arrays: what everything after the data frame computes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.reference.rows import MoisContrat
from batchcalc.rules.model import Majoration, Perimetre, Profil, RegimeBandeaux
from batchcalc.schema.calendrier import numeros_de_mois
from batchcalc.schema.colonnes import CLE

Ints = NDArray[np.int64]
Flags = NDArray[np.uint8]

PERIMETRES: Final[tuple[Perimetre, ...]] = ("general", "complet_2019", "exclu")
MAJORATIONS: Final[tuple[Majoration, ...]] = ("aucune", "interim", "caisse_conges")
PROFILS: Final[tuple[Profil, ...]] = (
    "commun",
    "journaliste",
    "vrp_multicarte",
    "medecin_multi_employeurs",
    "expatrie",
    "intermittent_spectacle",
)
REGIMES_BANDEAUX: Final[tuple[RegimeBandeaux, ...]] = ("commun", "exoneration", "regime_special")

CHOIX: Final[dict[str, tuple[str, ...]]] = {
    "perimetre": PERIMETRES,
    "majoration": MAJORATIONS,
    "profil": PROFILS,
    "regime_bandeaux": REGIMES_BANDEAUX,
}
"""Columns of choices; the first value is the default."""

FNAL_DEFAUT_E4: Final = 10

DEFAUTS: Final = {
    "fnal_e4": FNAL_DEFAUT_E4,
    "quotite_contrat_e6": 1_000_000,
    "quotite_reference_e6": 1_000_000,
    "heures_equivalence_e2": 3_500,
}
"""What a null stands for, where it is not 0."""

COMPUTED_ON: Final = {f.name for f in fields(MoisContrat)} - {*CLE, "motif_exclusion"}
"""Physical columns that results depend on: not what was declared."""

DATES: Final = ("debut_contrat", "fin_contrat")

_EPOQUE: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Lot:
    """Whole contract-years in key order; every array has a value for each row.

    Attributes:
        mois: number of the month, 12 x year + month - 1.
        premier: 1 on the first row of a contract-year.
        nombres: numbers by physical name, and dates in days since 1970; the default where null.
            A column that is absent, or null everywhere, is not there.
        connus: for a number with nulls, False where it is null.
        choix: place of each choice in its list, for the columns of CHOIX present.
    """

    mois: NDArray[np.int32]
    premier: Flags
    nombres: Mapping[str, Ints]
    connus: Mapping[str, NDArray[np.bool_]]
    choix: Mapping[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.mois)

    def part(self, lo: int, hi: int) -> Lot:
        """Rows lo to hi - 1, which cut no contract-year."""

        def cut(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
            return {name: values[lo:hi] for name, values in arrays.items()}

        return Lot(
            self.mois[lo:hi],
            self.premier[lo:hi],
            cut(self.nombres),
            cut(self.connus),
            cut(self.choix),
        )

    def connu(self, name: str) -> NDArray[np.bool_]:
        """Where a number is given."""
        if name not in self.nombres:
            return np.zeros(len(self), np.bool_)
        return self.connus.get(name, np.ones(len(self), np.bool_))

    def mois_de(self, name: str) -> NDArray[np.int32]:
        """Number of the month of a date; meaningless where it is not known."""
        return numeros_de_mois(self.nombres[name].astype(np.int32))

    def entree(self, row: int) -> MoisContrat:
        """One row as the reference reads it, the person and the contract apart."""
        given: dict[str, Any] = {
            name: int(values[row])
            for name, values in self.nombres.items()
            if name not in self.connus or self.connus[name][row]
        }
        for name in DATES:
            if name in given:
                given[name] = (_EPOQUE + timedelta(days=given[name])).replace(day=1)
        given |= {name: CHOIX[name][places[row]] for name, places in self.choix.items()}
        year, month = divmod(int(self.mois[row]), 12)
        return MoisContrat(row + 1, "", "", "", date(year, month + 1, 1), **given)


def first_rows(contrats: NDArray[np.bool_], mois: NDArray[np.int32]) -> Flags:
    """1 on the first row of each contract-year, from the first rows of contracts."""
    if not mois.size or mois.min() // 12 == mois.max() // 12:
        return contrats.view(np.uint8)
    year = mois // 12
    first = contrats.copy()
    first[1:] |= year[1:] != year[:-1]
    return first.view(np.uint8)
