"""Goal 4: declarations in, contributions out, beside a bare pass over the same bytes."""

from __future__ import annotations

import os

import pytest

import batchcalc
from batchcalc.io.lecture import ouvre_entrees, silent
from batchcalc.io.source import resolve
from bench import data, floors
from bench.settings import DSN_BYTES

THREADS = min(2, len(os.sched_getaffinity(0)))
PASS = f"line ends, bare pass, {THREADS} threads"


@pytest.fixture(scope="module")
def sources():
    return data.declarations(DSN_BYTES)


@pytest.fixture(scope="module")
def size(sources):
    return sum(path.stat().st_size for path in sources)


def test_run(side_by_side, out, sources, size):
    """From the files to the tables on the disk."""
    done = []
    measured = side_by_side(
        "run, DSN to Parquet",
        lambda: done.append(batchcalc.run(sources, out=out, threads=THREADS).record),
        {PASS: lambda: floors.line_ends(sources, THREADS)},
        size=size,
    )
    for phase, seconds in done[-1]["timings_seconds"].items():
        measured.fact(f"{phase}, s", seconds)
    measured.goal(4, f"DSN to Parquet, MB/s on {THREADS} cores", measured.rate / 1e6, at_least=400)
    measured.goal(
        4, "DSN to Parquet: share of a bare pass for line ends", measured.speed(PASS), at_least=0.25
    )


@pytest.mark.parametrize("threads", [1, THREADS])
def test_reader(side_by_side, sources, size, threads):
    """From the files to the input table in memory."""
    names = [str(path) for path in sources]

    def read():
        return ouvre_entrees(resolve(names), threads=threads, progress=silent).tout()

    sides = {f"line ends, bare pass, {threads} threads": lambda: floors.line_ends(sources, threads)}
    side_by_side(f"read, DSN, {threads} threads", read, sides, size=size)
