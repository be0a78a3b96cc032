from __future__ import annotations

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.tiles import is_constant, is_marked, lay_out

DTYPES = [np.int64, np.float64]


def table_of(*columns, dtype=np.int64):
    return np.array(columns, dtype).T.copy()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_column_is_constant_where_every_row_holds_one_value(dtype):
    table = table_of([5, 5, 5], [5, 5, 6], [6, 5, 5], [5, 6, 5], [0, 0, 0], dtype=dtype)

    assert [bool(is_constant(table, column)) for column in range(5)] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_what_is_not_a_number_is_not_known_to_be_constant():
    table = table_of([np.nan, np.nan], [1.0, np.nan], dtype=np.float64)

    assert not is_constant(table, 0)
    assert not is_constant(table, 1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_one_row_or_none_is_constant(dtype, rows):
    assert is_constant(np.full((rows, 3), np.nan).astype(np.float64), 2)
    assert is_constant(np.zeros((rows, 3), dtype), 2)


def test_a_flag_is_marked_where_one_row_holds_1():
    table = table_of([0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 1, 1], [0, 2, 0])

    assert [bool(is_marked(table, column)) for column in range(5)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not is_marked(table[:0], 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_each_row_has_the_value_of_its_place(dtype, height):
    n = min(height, k.TILE)
    table = np.arange(12).reshape(4, 3).astype(dtype)
    par = np.random.default_rng(n).integers(0, 4, n).astype(np.int32)
    values = np.full(k.TILE, -1, dtype)

    lay_out(par, table, 2, values)

    assert values[:n].tolist() == table[par, 2].tolist()
    assert (values[n:] == -1).all()


def test_values_may_be_narrower_than_the_table():
    values = np.zeros(3, np.int32)

    lay_out(np.array([1, 0], np.int32), table_of([7, -8]), 0, values)

    assert values.tolist() == [-8, 7, 0]
