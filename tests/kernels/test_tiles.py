"""Parameters laid out over the rows of a tile."""

from __future__ import annotations

import numpy as np
import pytest
from batchcalc.kernels.tiles import is_constant, is_marked, lay_out

TABLE = np.array([[1, 5, 0], [1, 6, 1], [1, 5, 0]])


def test_is_constant():
    assert [bool(is_constant(TABLE, column)) for column in range(3)] == [True, False, False]
    assert is_constant(TABLE[:1], 1)
    assert is_constant(TABLE[:0], 1)


def test_what_is_not_a_number_is_never_constant():
    assert not is_constant(np.full((2, 1), np.nan), 0)


def test_is_marked():
    assert [bool(is_marked(TABLE, column)) for column in range(3)] == [True, False, True]
    assert not is_marked(TABLE[:0], 2)


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_lay_out(dtype):
    values = np.full(5, 9, dtype)

    lay_out(np.array([2, 0, 1], np.int32), TABLE.astype(dtype), 1, values)

    assert values.tolist() == [5, 5, 6, 9, 9]
