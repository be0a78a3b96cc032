"""Writers alone: the result table, beside polars writing the same table."""

from __future__ import annotations

import pytest

from batchcalc.io.sink import Sortie
from bench.settings import ROWS


def _parquet(table, out):
    table.lazy().sink_parquet(out / "polars.parquet")


def _csv(table, out):
    table.lazy().sink_csv(out / "polars.csv")


@pytest.mark.parametrize(("kind", "polars"), [("parquet", _parquet), ("csv", _csv)])
def test_writer(side_by_side, contributions, out, kind, polars):
    def ours():
        with Sortie(out) as sortie:
            sortie.ecrit(contributions, f"contributions.{kind}")

    sides = {"polars": lambda: polars(contributions, out)}
    side_by_side(f"write, {kind}, all columns", ours, sides, rows=ROWS)
