"""Goals 2, 3 and 5: files of contract-months in, files of contributions out, kernels warm."""

from __future__ import annotations

from statistics import median

import polars as pl

import batchcalc
from batchcalc.schema import CLE
from bench import baselines, data, floors
from bench.settings import ROWS, SIZES

LAW = baselines.law(data.YEAR)
FLOOR = "polars, same columns in and out"
FEW = 100_000


def test_same_columns(side_by_side, out):
    """Keys, reduction, split and maladie cut, from Parquet to Parquet."""
    source = data.parquet(ROWS)

    def ours():
        lazy = batchcalc.compute(pl.scan_parquet(source))
        lazy.select(baselines.COLUMNS).sink_parquet(out / "ours.parquet")

    sides = {
        name: lambda run=run: run(source, out / "theirs.parquet", LAW)
        for name, run in baselines.FILES.items()
    }
    measured = side_by_side("Parquet to Parquet, same columns", ours, sides, rows=ROWS)
    text = "Parquet to Parquet, same columns: times faster than the fastest baseline"
    measured.goal(2, text, measured.speed(*sides), at_least=2.5)


def test_all_columns(side_by_side, out, contributions):
    """The whole job: checks, all columns, bordereau, rejects, record; written to the disk."""
    source = data.parquet(ROWS)
    sides = {FLOOR: lambda: floors.read_write([source], contributions, out / "floor.parquet")}
    measured = side_by_side(
        "run, Parquet to Parquet", lambda: batchcalc.run(source, out=out), sides, rows=ROWS
    )
    _phases(measured, batchcalc.run(source, out=out))
    text = "Parquet to Parquet, all columns: times the read-write floor"
    measured.goal(2, text, measured.slowness(FLOOR), at_most=2.0)


def test_monthly_files(side_by_side, out):
    """Twelve files, a month each: rows have to be brought together by contract."""
    months, whole = data.monthly(ROWS), data.parquet(ROWS)
    sides = {"one file in contract order": lambda: batchcalc.run(whole, out=out)}
    measured = side_by_side(
        "run, twelve monthly files", lambda: batchcalc.run(months, out=out), sides, rows=ROWS
    )
    _phases(measured, batchcalc.run(months, out=out))
    text = "twelve monthly files: times one file in contract order"
    measured.goal(3, text, measured.slowness(*sides), at_most=1.5)


def test_csv(side_by_side, out, contributions):
    """Text in, the same columns out."""
    source = data.csv(ROWS)
    sides = {FLOOR: lambda: floors.read_write([source], contributions, out / "floor.parquet")}
    measured = side_by_side(
        "run, CSV to Parquet",
        lambda: batchcalc.run(source, out=out),
        sides,
        rows=ROWS,
        size=source.stat().st_size,
    )
    _phases(measured, batchcalc.run(source, out=out))
    measured.goal(5, "CSV to Parquet: times polars", measured.slowness(FLOOR), at_most=1.5)


def test_shuffled(side_by_side, out):
    """Rows in no order at all: a sort of the whole table."""
    rows = min(ROWS, 600_000)
    source = out / "shuffled.parquet"
    frame = data.payroll(rows).sample(fraction=1, shuffle=True, seed=1)
    frame.write_parquet(source)
    sides = {
        "polars, read, sort and write": lambda: (
            pl.scan_parquet(source).sort(CLE).sink_parquet(out / "sorted.parquet")
        )
    }
    side_by_side(
        "run, rows in no order", lambda: batchcalc.run(source, out=out / "run"), sides, rows=rows
    )


def test_row_cost(side_by_side, out):
    """Goal 6: the cost of a row does not depend on how many there are."""

    def run(rows):
        return lambda: batchcalc.run(data.parquet(rows), out=out)

    sides = {f"{rows} rows": run(rows) for rows in SIZES[:-1]}
    measured = side_by_side("run, cost of a row", run(ROWS), sides, rows=ROWS)
    costs = {
        rows: 1e9 * median(times) / rows
        for rows, times in zip((*SIZES[:-1], ROWS), _by_size(measured.seconds), strict=True)
    }
    for rows, cost in costs.items():
        measured.fact(f"{rows} rows, ns a row", cost)
    compared = [cost for rows, cost in costs.items() if rows >= FEW]
    if len(compared) > 1:
        spread = max(compared) / min(compared)
        measured.goal(6, f"cost of a row, {FEW} rows to {ROWS}: most / least", spread, at_most=1.2)


def _by_size(seconds):
    ours, *others = seconds.values()
    return [*others, ours]


def _phases(measured, done):
    """Where the seconds went, as the run itself says."""
    for phase, seconds in done.record["timings_seconds"].items():
        measured.fact(f"{phase}, s", seconds)
