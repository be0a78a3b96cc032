"""What is summed and set apart while lots of results go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.report.bordereau import bordereau


@dataclass(slots=True)
class Bilan:
    """Sums and rejects.

    Attributes:
        totaux: control totals.
        comptes: rows read, values settled exactly.
    """

    totaux: Counter[str] = field(default_factory=Counter)
    comptes: Counter[str] = field(default_factory=Counter)
    _sommes: list[pl.DataFrame] = field(default_factory=list)
    _rejets: list[pl.DataFrame] = field(default_factory=list)

    def somme(self, totaux: Mapping[str, int], sommes: pl.DataFrame) -> None:
        """Add the control totals of one lot, and its sums by establishment and month."""
        self.totaux.update(totaux)
        self._sommes.append(sommes)

    def ecarte(self, rejets: pl.DataFrame) -> None:
        """Keep rejects."""
        if rejets.height:
            self._rejets.append(rejets)

    def reprend(self, autre: Bilan) -> None:
        """Add the sums and rejects of another."""
        self.totaux.update(autre.totaux)
        self.comptes.update(autre.comptes)
        self._sommes += autre._sommes
        self._rejets += autre._rejets

    def rejets(self) -> pl.DataFrame:
        """All rejects, by place."""
        rejets = pl.concat([schema.no_rejets(), *self._rejets])
        return rejets.sort("fichier", "ligne", "code", maintain_order=True, nulls_last=True)

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables beside the contributions."""
        parts = pl.concat(self._sommes).lazy()
        return {
            "bordereau": bordereau(parts).collect(),
            "bordereau_trimestriel": bordereau(parts, "trimestre").collect(),
            "rejets": self.rejets(),
        }

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
            line=first["ligne"],
        )
