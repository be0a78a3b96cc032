"""`make equality ROWS=... SEED=...`: kernels and reference on random rows, in every mode."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import polars as pl

from tests.equality.batch import Batch, one
from tests.equality.compare import MODES

BATCH = 50_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    rows = min(BATCH, arguments.rows)
    seeds = [arguments.seed * 1_000_000 + i for i in range(-(-arguments.rows // rows))]
    start = time.perf_counter()
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        batches = list(pool.map(one, seeds, [rows] * len(seeds)))
    report(batches)
    print(f"seeds {seeds[0]} to {seeds[-1]}, {time.perf_counter() - start:.0f} s")
    return 1 if any(batch.differing for batch in batches) else 0


def report(batches: list[Batch]) -> None:
    for batch in batches:
        for difference in batch.differences:
            print(f"seed {batch.seed}: {difference}")
    print_modes(batches)
    print_statuts(pl.concat(batch.statuts for batch in batches))


def print_modes(batches: list[Batch]) -> None:
    print(f"{'rows':>9} {'differing':>9} {'settled':>9}")
    for options in MODES:
        of_mode = [batch for batch in batches if batch.options == options]
        print_totals(of_mode, str(options).removeprefix("Options"))
    print_totals(batches, "all")


def print_totals(batches: list[Batch], label: str) -> None:
    totals = [sum(getattr(b, name) for b in batches) for name in ("rows", "differing", "settled")]
    print(" ".join(f"{total:>9}" for total in totals), label)


def print_statuts(statuts: pl.DataFrame) -> None:
    """Rows by statut and year, the reasons of exclusion together."""
    by_year = (
        statuts.with_columns(pl.col("statut").str.replace("exclu_.*", "exclu"))
        .sort("year", "statut")
        .pivot("year", index="statut", values="len", aggregate_function="sum")
        .fill_null(0)
    )
    print("statut".ljust(18), *(f"{year:>7}" for year in by_year.columns[1:]))
    for statut, *counts in by_year.iter_rows():
        print(statut.ljust(18), *(f"{count:>7}" for count in counts))


if __name__ == "__main__":
    sys.exit(main())
