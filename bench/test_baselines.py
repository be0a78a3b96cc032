"""The baselines compute the same reductions, but for what floats get wrong near a tie."""

from __future__ import annotations

import polars as pl
import pytest

import batchcalc
from batchcalc.schema import CLE
from bench import baselines, data
from bench.settings import ROWS

CHECKED = min(ROWS, 600_000)
TIE = 1e-3  # share of rows near enough to a tie of an amount or of a coefficient


@pytest.fixture(scope="module", params=[data.YEAR, 2026])
def year(request):
    return request.param


@pytest.fixture(scope="module")
def exact(year):
    computed = batchcalc.compute(data.payroll(CHECKED, year))
    return computed.select(*baselines.COLUMNS, "cumul_remuneration").cast({pl.Decimal: pl.Float64})


@pytest.mark.parametrize("name", list(baselines.FILES))
def test_same_reductions(name, year, exact, out):
    data.payroll(CHECKED, year).write_parquet(out / "months.parquet")
    baselines.FILES[name](out / "months.parquet", out / "result.parquet", baselines.law(year))
    result = pl.read_parquet(out / "result.parquet").sort(CLE)
    assert result.columns == list(baselines.COLUMNS)
    assert result.select(CLE).equals(exact.select(CLE))
    for amount in baselines.AMOUNTS:
        gap = (result.get_column(amount) - exact.get_column(amount)).abs()
        wrong = gap > 0.005
        share = 0.02 if amount == "reduction_maladie" else TIE  # 6 %: one row in 50 ends on a tie
        assert wrong.mean() <= share, amount
        # A coefficient is off by one ten-thousandth at most, and an amount by a cent.
        bound = exact.get_column("cumul_remuneration") * 1e-4 + 0.02
        assert (gap <= bound).all(), amount
