"""Writers alone: the result table, beside polars writing the same table."""

from __future__ import annotations

import pytest

import batchcalc
from batchcalc.io.sink import Sortie
from bench import data
from bench.settings import ROWS


@pytest.fixture(scope="module")
def table():
    return batchcalc.run(data.parquet(ROWS)).contributions


def _parquet(table, out):
    table.lazy().sink_parquet(out / "polars.parquet")


def _csv(table, out):
    table.lazy().sink_csv(out / "polars.csv")


@pytest.mark.parametrize(("kind", "polars"), [("parquet", _parquet), ("csv", _csv)])
def test_writer(side_by_side, table, out, kind, polars):
    def ours():
        with Sortie(out) as sortie:
            sortie.ecrit(table, f"contributions.{kind}")

    sides = {"polars": lambda: polars(table, out)}
    side_by_side(f"write, {kind}, all columns", ours, sides, rows=ROWS)
