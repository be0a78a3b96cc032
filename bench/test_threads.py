"""Goal 8: two threads, and results that do not depend on how many there are."""

from __future__ import annotations

import hashlib
import os

import pytest

from bench import child, data
from bench.settings import DSN_BYTES, ROWS

pytestmark = pytest.mark.process

SOURCES = {
    "Parquet": lambda: [data.parquet(ROWS)],
    "DSN": lambda: data.declarations(DSN_BYTES),
}
TABLES = ("contributions/contributions.parquet", "bordereau.parquet", "rejets.parquet")


@pytest.mark.parametrize("kind", list(SOURCES))
def test_two_threads(side_by_side, out, kind):
    """Both in children: the threads of polars are counted when it is imported."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one processor")
    sources = SOURCES[kind]()
    seconds = {1: [], 2: []}

    def run(threads):
        seconds[threads].append(child.run("run", threads=threads, inputs=sources, out=out).seconds)

    measured = side_by_side(
        f"run, {kind}, two threads, with imports",
        lambda: run(2),
        {"one thread": lambda: run(1)},
        size=sum(path.stat().st_size for path in sources),
        rounds=3,
    )
    ratio = sorted(one / two for one, two in zip(seconds[1], seconds[2], strict=True))
    ratio = ratio[len(ratio) // 2]
    measured.fact("two threads, imports and kernels apart, times faster", ratio)
    if kind == "DSN":
        measured.goal(8, "DSN: two threads, times faster than one", ratio, at_least=1.6)


def test_same_bytes(out):
    """Not timed: the same bytes for one, two and four threads."""
    sources = [*data.monthly(12_000), *data.declarations(1_000_000)]
    digests = set()
    for threads in (1, 2, 4):
        child.run("run", threads=threads, inputs=sources, out=out)
        tables = b"".join((out / table).read_bytes() for table in TABLES)
        digests.add(hashlib.sha256(tables).hexdigest())
    assert len(digests) == 1
