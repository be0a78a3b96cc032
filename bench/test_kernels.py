"""Goal 1: the kernels on one thread, as a share of the rate at which memory is copied."""

from __future__ import annotations

import numpy as np
import pytest

from batchcalc import reference
from bench import baselines, calls, machine
from bench.data import YEAR, payroll
from bench.floors import copy_of
from bench.settings import ROWS

LAWS = {"RG": (YEAR, 0.40), "RGDU": (2026, 0.25)}
KERNEL_ROWS = min(ROWS, 600_000)
REFERENCE_ROWS = min(ROWS, 2_400)
COPY = "np.copyto, same bytes"

KERNELS = sorted(calls.each(calls.physical(1_200, YEAR)).keys() | {"coefficient_rgdu"})


@pytest.fixture(scope="module", params=list(LAWS))
def regime(request):
    return request.param


@pytest.fixture(scope="module")
def frame(regime):
    return calls.physical(ROWS, LAWS[regime][0])


@pytest.fixture(scope="module")
def chain(frame):
    return calls.Chain(frame)


def test_chain(side_by_side, chain, regime):
    """Cumulated coefficient, reduction, split and both cuts, from arrays to arrays."""
    year, share = LAWS[regime]
    law, months = baselines.law(year), payroll(ROWS, year)
    columns = baselines.numpy_columns(months, law)
    sides = {
        COPY: copy_of(chain.size),
        "NumPy, arrays": lambda: baselines.numpy_arrays(law, *columns),
        "polars expressions, frame": lambda: baselines.polars_expressions(
            months.lazy(), law
        ).collect(),
    }
    title = f"kernels, cumulated {regime}, split and cuts"
    measured = side_by_side(title, chain, sides, rows=chain.rows)
    measured.fact("bytes a row", chain.size / chain.rows)
    measured.goal(1, f"{regime}: share of the copy rate", measured.speed(COPY), at_least=share)


def test_bridge(side_by_side, frame, chain, regime):
    """What frames, blocks and columns add around the kernels."""
    sides = {"its kernels": chain}
    side_by_side(
        f"bridge on one thread, {regime}", lambda: calls.block(frame), sides, rows=chain.rows
    )


@pytest.mark.parametrize("package", ["duckdb", "pandas"])
def test_tables(side_by_side, package):
    """From a table of the library itself to a table: the slower baselines, apart."""
    if not machine.has(package) or not machine.has("pyarrow"):
        pytest.skip(f"{package} is not installed")
    law, chain = baselines.law(YEAR), calls.Chain(calls.physical(KERNEL_ROWS, YEAR))
    compute, convert = baselines.TABLES[package]
    table = convert(payroll(KERNEL_ROWS))
    sides = {f"{package}, table": lambda: compute(table, law)}
    side_by_side("kernels, cumulated RG", chain, sides, rows=chain.rows)


@pytest.fixture(scope="module")
def recorded():
    by_name = calls.each(calls.physical(KERNEL_ROWS, YEAR))
    recent = calls.each(calls.physical(KERNEL_ROWS, 2026))
    return recent | by_name


@pytest.mark.parametrize("name", KERNELS)
def test_kernel(side_by_side, recorded, name):
    """Each kernel alone, on the columns of one block."""
    call = recorded[name]
    side_by_side(f"kernel {name}", call, {COPY: copy_of(call.size)}, rows=call.rows, size=call.size)


def test_power(side_by_side, recorded):
    """The power 1.75 is the dearest step of the RGDU."""
    call = recorded["coefficient_rgdu"]
    x = np.linspace(0.01, 3, call.rows)
    sides = {"NumPy x ** 1.75": lambda: x**1.75}
    side_by_side("kernel coefficient_rgdu", call, sides, rows=call.rows)


def test_reference(side_by_side):
    """The scalar truth, in exact rationals."""
    chain = calls.Chain(calls.physical(REFERENCE_ROWS, YEAR))
    rows = payroll(REFERENCE_ROWS).to_dicts()
    sides = {"reference, exact rationals": lambda: reference.compute(rows)}
    side_by_side("kernels, cumulated RG", chain, sides, rows=chain.rows)
