"""Goal 6: peak memory of a whole process, at two sizes: what does not grow, and what a row adds."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

from bench import baselines, child, data
from bench.settings import DSN_BYTES, HUGE_DSN_BYTES, HUGE_ROWS, ROWS

pytestmark = pytest.mark.process

GIB, MIB = 2**30, 2**20


def test_rows(side_by_side, out):
    """Parquet to Parquet: what does not grow, and what a row adds."""
    few = max(1_200, ROWS // 4)
    measured, growth = _growth(
        side_by_side,
        "Parquet to Parquet",
        ([data.parquet(few)], [data.parquet(ROWS)]),
        (few, ROWS),
        out,
    )
    measured.fact("bytes a row", growth.slope)
    measured.goal(6, f"peak for {ROWS} rows, GiB", growth.peak / GIB, at_most=1)


def test_declarations(side_by_side, out):
    """DSN to Parquet."""
    sources = data.declarations(DSN_BYTES)
    few = sources[: len(sources) // 4]
    sizes = [sum(path.stat().st_size for path in paths) for paths in (few, sources)]
    measured, growth = _growth(side_by_side, "DSN to Parquet", (few, sources), sizes, out)
    measured.fact("bytes a byte of DSN", growth.slope)
    text = f"peak for {DSN_BYTES / 1e9:.1f} GB of DSN, GiB"
    measured.goal(6, text, growth.peak / GIB, at_most=1.5)


@dataclass(frozen=True)
class Growth:
    """A straight line through the peaks of two runs."""

    peak: int
    slope: float


def _growth(side_by_side, title, inputs, sizes, out):
    peaks = [child.run("run", inputs=inputs[0], out=out).peak]
    measured = side_by_side(
        f"memory of a run, {title}",
        lambda: peaks.append(child.run("run", inputs=inputs[1], out=out).peak),
        size=sum(path.stat().st_size for path in inputs[1]),
        rounds=1,
    )
    measured.fact("peak, MiB", peaks[1] / MIB)
    slope = max(0.0, (peaks[1] - peaks[0]) / max(1, sizes[1] - sizes[0]))
    return measured, Growth(peaks[1], slope)


@pytest.mark.parametrize("name", list(baselines.FILES))
def test_baseline(side_by_side, out, name):
    peaks = []
    arguments = {"source": data.parquet(ROWS), "target": out / "result.parquet"}
    measured = side_by_side(
        f"memory of {name}, Parquet to Parquet, fewer columns",
        lambda: peaks.append(child.run("baseline", name=name, year=data.YEAR, **arguments).peak),
        rows=ROWS,
        rounds=1,
    )
    measured.fact("peak, MiB", peaks[-1] / MIB)


@pytest.mark.huge
def test_many_rows(side_by_side, out):
    """100 million rows, only where the memory of this machine can hold what a run takes today."""
    sources = data.chunks(HUGE_ROWS)
    try:
        _huge(side_by_side, out, "100 M rows, GiB", sources, HUGE_ROWS, at_most=1)
    finally:
        data.discard(sources[0].parent)


@pytest.mark.huge
def test_many_declarations(side_by_side, out):
    """5 GB of DSN."""
    sources = data.declarations(HUGE_DSN_BYTES)
    try:
        _huge(side_by_side, out, "5 GB of DSN, GiB", sources, 0, at_most=1.5)
    finally:
        data.discard(sources[0].parent)


def _huge(side_by_side, out, text, sources, rows, at_most):
    _enough(sources, rows, out)
    outcomes = []
    measured = side_by_side(
        f"memory of a run, {text}",
        lambda: outcomes.append(child.run("run", inputs=sources, out=out)),
        rows=rows,
        size=sum(path.stat().st_size for path in sources),
        rounds=1,
    )
    measured.goal(6, text, outcomes[-1].peak / GIB, at_most=at_most)


def _enough(sources, rows, out):
    """Skip rather than bring the machine down: the first file tells what all would take."""
    one = child.run("run", inputs=sources[:1], out=out)
    expected = one.peak * len(sources)
    available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    if expected > 0.8 * available and one.peak > GIB:
        pytest.skip(
            f"would take about {expected / GIB:.0f} GiB: one file took {one.peak / GIB:.1f}"
        )
