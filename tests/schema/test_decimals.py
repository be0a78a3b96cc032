"""Scaled integers as decimals."""

from decimal import Decimal

import polars as pl
import pytest

from batchcalc.schema import decimal, en_euros


def test_euros():
    frame = pl.DataFrame({"c": [180180, -1, 0, 5, None, 10**17]}).select(en_euros(pl.col("c")))
    assert frame.schema["c"] == pl.Decimal(18, 2)
    assert frame["c"].to_list() == [
        Decimal("1801.80"),
        Decimal("-0.01"),
        Decimal(0),
        Decimal("0.05"),
        None,
        Decimal(10**15),
    ]


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int32, pl.Int64])
def test_coefficient(dtype):
    frame = pl.DataFrame({"c": [127]}, schema={"c": dtype})
    assert frame.select(decimal(pl.col("c"), 6, 4))["c"].to_list() == [Decimal("0.0127")]


def test_smic():
    frame = pl.DataFrame({"c": [1086583333]}).select(decimal(pl.col("c"), 18, 6))
    assert frame["c"].to_list() == [Decimal("1086.583333")]


def test_a_value_too_long_is_an_error_not_a_wrong_number():
    with pytest.raises(pl.exceptions.ComputeError):
        pl.DataFrame({"c": [10**6]}).select(decimal(pl.col("c"), 6, 4))
