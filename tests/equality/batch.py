"""One batch of the comparison: a module of its own, which worker processes can import."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from batchcalc.options import Options
from tests.equality.compare import MODES, compare, differences
from tests.equality.draw import draw


@dataclass(frozen=True)
class Batch:
    """One batch: its seed decides its rows and its options."""

    seed: int
    options: Options
    rows: int
    differing: int
    settled: int
    differences: list[dict[str, object]]
    statuts: pl.DataFrame


def one(seed: int, rows: int) -> Batch:
    options = MODES[seed % len(MODES)]
    outcome = compare(draw(rows, seed), options)
    differing = outcome.differing
    return Batch(
        seed,
        options,
        outcome.results.height,
        differing.height,
        outcome.settled,
        differences(differing),
        outcome.results.group_by(pl.col("mois").dt.year().alias("year"), "statut").len(),
    )
