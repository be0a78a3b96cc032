"""What is summed and set apart while lots of results go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.report.bordereau import ajoutees, bordereau

Depot = Callable[[pl.DataFrame], pl.LazyFrame]
"""Where a table goes that is not to stay in memory."""

EN_MEMOIRE: Final = 1 << 19
"""Rows of sums that stay in memory before they go to the depot."""


def tables(sommes: pl.LazyFrame, rejets: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    """The tables beside the contributions, of sums by establishment and month, in that order."""
    return {
        "bordereau": bordereau(sommes),
        "bordereau_trimestriel": bordereau(ajoutees(sommes, "trimestre")),
        "rejets": rejets.lazy(),
    }


def par_place(rejets: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Rejects, by place."""
    return schema.tous_les_rejets(*rejets).sort(
        "fichier", "ligne", "code", "colonne", "message", nulls_last=True
    )


@dataclass(slots=True)
class Bilan:
    """Sums and rejects.

    Attributes:
        totaux: control totals.
        comptes: rows read, values settled exactly.
    """

    depot: Depot = pl.DataFrame.lazy
    totaux: Counter[str] = field(default_factory=Counter)
    comptes: Counter[str] = field(default_factory=Counter)
    _sommes: list[pl.DataFrame] = field(default_factory=list)
    _deposees: list[pl.LazyFrame] = field(default_factory=list)
    _dernier: int = -1
    _se_suivent: bool = True
    _rejets: list[pl.DataFrame] = field(default_factory=list)

    def somme(self, totaux: Mapping[str, int], sommes: pl.DataFrame) -> None:
        """Add the control totals of one lot, and its sums by establishment and month."""
        self.totaux.update(totaux)
        self._sommes.append(sommes)
        if sommes.height:  # an establishment may be cut in two lots
            self._se_suivent &= self._dernier < sommes.get_column("siret")[0]
            self._dernier = sommes.get_column("siret")[-1]
        if sum(part.height for part in self._sommes) > EN_MEMOIRE:
            self._deposees.append(self.depot(pl.concat(self._sommes)))
            self._sommes = []

    def ecarte(self, rejets: pl.DataFrame) -> None:
        """Keep rejects."""
        if rejets.height:
            self._rejets.append(rejets)

    def reprend(self, autre: Bilan) -> None:
        """Add the counts and the rejects of another."""
        self.comptes.update(autre.comptes)
        self._rejets += autre._rejets

    @property
    def nombre_de_rejets(self) -> int:
        """How many rows could not be used."""
        return sum(rejets.height for rejets in self._rejets)

    def rejets(self) -> pl.DataFrame:
        """All rejects, by place."""
        return par_place(self._rejets)

    def sommes(self) -> pl.LazyFrame:
        """Sums by establishment and month, in that order."""
        parts = pl.concat([*self._deposees, *(part.lazy() for part in self._sommes)])
        return parts if self._se_suivent else ajoutees(parts)

    def tables(self) -> dict[str, pl.LazyFrame]:
        """The tables beside the contributions."""
        return tables(self.sommes(), self.rejets())

    def refuse_les_rejets(self) -> None:
        """Stop at rejects, where no row may be left out.

        Raises:
            InputError: there is one.
        """
        if not self._rejets:
            return
        rejets = self.rejets()
        first = rejets.row(0, named=True)
        raise InputError(
            f"{rejets.height} rows cannot be used; the first: {first['message']}",
            hint="Correct them, or use batchcalc.run, which sets them apart and goes on.",
            code=first["code"],
            file=first["fichier"],
            line=first["ligne"],
        )
