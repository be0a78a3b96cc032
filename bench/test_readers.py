"""Readers alone: files to physical columns, beside polars reading the same files."""

from __future__ import annotations

import pytest

from batchcalc.io.lecture import ouvre_entrees, silent
from batchcalc.io.source import resolve
from bench import data, floors
from bench.settings import ROWS

SOURCES = {
    "Parquet": lambda: [data.parquet(ROWS)],
    "Parquet, monthly files": lambda: data.monthly(ROWS),
    "CSV": lambda: [data.csv(ROWS)],
}


@pytest.mark.parametrize("kind", list(SOURCES))
def test_reader(side_by_side, kind):
    paths = SOURCES[kind]()
    names = [str(path) for path in paths]
    size = sum(path.stat().st_size for path in paths)
    sides = {"polars": lambda: floors.read(paths)}
    side_by_side(f"read, {kind}", lambda: read(names), sides, rows=ROWS, size=size)


def read(names):
    """Every row read, whatever the reader puts off."""
    return ouvre_entrees(resolve(names), threads=2, progress=silent).tout()
