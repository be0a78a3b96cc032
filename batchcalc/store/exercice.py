"""One year of a store: its contributions up to a month, its sums, its rejects, its totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from batchcalc import bridge
from batchcalc.bridge.results import TOTAUX
from batchcalc.calcul import Calcul
from batchcalc.flux import robinet
from batchcalc.io.lecture import Source
from batchcalc.io.sink import Sortie
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.store.etat import Publie

CONTRIBUTIONS = "contributions"


@dataclass(frozen=True, slots=True)
class Maniere:
    """How a store is computed: the same for all its months."""

    rules: Rules
    options: Options
    format: str
    threads: int


@dataclass(frozen=True, slots=True)
class Exercice:
    """One year, computed.

    Attributes:
        publies: the months written.
        sommes: by establishment and month, in that order (`bridge.sommes`), of these months.
        rejets: the rows that could not be used, of the whole year.
    """

    publies: Mapping[date, Publie]
    sommes: pl.DataFrame
    rejets: pl.DataFrame


def calcule(
    sources: Sequence[Source], maniere: Maniere, mois: tuple[date, date], sortie: Sortie
) -> Exercice:
    """Compute a whole year and write its months, from a first one to a last one.

    The year is computed whole, since a month may depend on a later one: on a correction, or in
    annual mode on a change of rates that closes the calculation.
    """
    voulus = pl.col("mois").is_between(*mois)
    with Calcul(sources, maniere.rules, maniere.options, maniere.threads) as calcul:
        ecrits = calcul.passe(lambda: _ecrit(calcul, maniere.format, voulus, sortie))
        return Exercice(
            {un: Publie(dit, _totaux(sortie, dit["path"])) for un, dit in ecrits.items()},
            calcul.bilan.sommes().filter(voulus).collect(),
            calcul.bilan.rejets(),
        )


def _ecrit(
    calcul: Calcul, format: str, voulus: pl.Expr, sortie: Sortie
) -> dict[date, dict[str, Any]]:
    with robinet(calcul.frames, bridge.SCHEMA) as contributions:
        return sortie.ecrit_par_mois(
            contributions.filter(voulus),
            lambda mois: f"{CONTRIBUTIONS}/mois={mois}/contributions.{format}",
        )


def lis(place: str | Path) -> pl.LazyFrame:
    """Contributions written, in either format, on disk or in an object store, published or not."""
    if ".csv" in Path(place).name:
        return pl.scan_csv(place, schema=bridge.SCHEMA, glob=False)
    return pl.scan_parquet(place, glob=False, hive_partitioning=False)


def _totaux(sortie: Sortie, chemin: str) -> dict[str, int]:
    noms = {physique: bridge.RESULT[physique] for physique in TOTAUX}
    sommes = lis(sortie.place(chemin)).select(
        pl.len().alias("contrats_mois"),
        *(_entiers(public).sum().alias(physique) for physique, public in noms.items()),
    )
    return sommes.collect().row(0, named=True)


def _entiers(nom: str) -> pl.Expr:
    return pl.col(nom).to_physical().cast(pl.Int64)
