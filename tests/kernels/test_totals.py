from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from batchcalc.kernels import totals as k
from batchcalc.kernels.totals import monthly_sums
from hypothesis import given
from hypothesis import strategies as st

FIRST = 24_312  # January 2026
LARGEST = 12 * 9_999_999_999

AMOUNT = st.integers(-LARGEST, LARGEST) | st.just(0)
# establishment begins, month after the first, then the six amounts
ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 13), *([AMOUNT] * 6)),
    max_size=40,
)


def sums_of(rows, *, width=14):
    """What the kernel gives for rows (begins, month, amounts): (row, month, sums) of each place."""
    n = len(rows)
    begins, months, *amounts = zip(*rows, strict=True) if rows else [()] * 8
    starts = np.array([int(i == 0 or b) for i, b in enumerate(begins)], np.uint8)
    month = np.array(months, np.int32) + np.int32(FIRST)
    columns = [np.array(column, np.int64) for column in amounts]
    row, month_of = np.full(n, -1), np.full(n, -1, np.int32)
    sums = np.full((n, k.N_SUMS), -1)
    cells = np.zeros((width, k.N_SUMS), np.int64)
    filled = monthly_sums(starts, month, FIRST, *columns, cells, row, month_of, sums)
    assert not cells.any()
    assert (row[filled:] == -1).all()
    assert (sums[filled:] == -1).all()
    return list(
        zip(
            row[:filled].tolist(),
            (month_of[:filled] - FIRST).tolist(),
            sums[:filled].tolist(),
            strict=True,
        )
    )


def plainly(rows):
    """The same, with a dictionary: establishments are numbered as they begin."""
    cells = defaultdict(lambda: [0] * k.N_SUMS)
    number = 0
    for i, (begins, month, reduction, urssaf, agirc, travail, maladie, famille) in enumerate(rows):
        number += bool(i and begins)
        cell = cells[number, month]
        cell[k.CONTRACTS] += 1
        cell[k.REDUCTIONS] += reduction > 0
        cell[k.REGULARISATIONS] += reduction < 0
        cell[k.CTP_668] += urssaf if urssaf > 0 else 0
        cell[k.CTP_669] += -urssaf if urssaf < 0 else 0
        cell[k.AGIRC_ARRCO] += agirc
        cell[k.FRANCE_TRAVAIL] += travail
        cell[k.CTP_635] += maladie
        cell[k.CTP_430] += famille
    return [(number, month, cells[number, month]) for number, month in sorted(cells)]


def numbers(rows):
    """The number of each row's establishment."""
    return np.cumsum([bool(i and row[0]) for i, row in enumerate(rows)]).tolist()


@given(ROWS)
def test_sums_are_those_of_each_establishment_and_month(rows):
    given_back, owner = sums_of(rows), numbers(rows)

    assert [(owner[row], month, sums) for row, month, sums in given_back] == plainly(rows)


def test_what_is_given_back_is_summed_apart():
    rows = [(1, 0, 500, 400, 90, 10, 1, 2), (0, 0, -300, -250, -40, -10, 4, 8)]

    [(_, _, sums)] = sums_of(rows)

    assert sums == [2, 1, 1, 400, 250, 50, 0, 5, 10]


def test_nothing_reduced_is_neither_a_reduction_nor_given_back():
    assert sums_of([(1, 3, 0, 0, 0, 0, 0, 0)]) == [(0, 3, [1] + [0] * 8)]


def test_an_establishment_that_comes_back_is_summed_apart():
    """Rows are in the order of the establishments: one that comes back is another one."""
    rows = [(1, 0, 1, 1, 0, 0, 0, 0), (1, 0, 2, 2, 0, 0, 0, 0), (1, 0, 3, 3, 0, 0, 0, 0)]

    assert [sums[k.CTP_668] for _, _, sums in sums_of(rows)] == [1, 2, 3]


def test_months_of_an_establishment_come_in_order_and_none_is_made_up():
    rows = [(0, month, month + 1, month + 1, 0, 0, 0, 0) for month in (11, 2, 13, 2)]

    assert [(month, sums[k.CTP_668]) for _, month, sums in sums_of(rows)] == [
        (2, 6),
        (11, 12),
        (13, 14),
    ]


def test_of_an_establishment_any_row_names_it():
    rows = [(begins, 0, 1, 1, 0, 0, 0, 0) for begins in (1, 0, 0, 1, 0)]

    assert [row for row, _, _ in sums_of(rows)] == [2, 4]


def test_a_single_month():
    assert sums_of([(1, 0, 5, 5, 0, 0, 0, 0)], width=1) == [(0, 0, [1, 1, 0, 5, 0, 0, 0, 0, 0])]


@pytest.mark.parametrize("width", [0, 1, 14])
def test_no_row_fills_no_place(width):
    assert sums_of([], width=width) == []


def test_many_rows(height):
    rng = np.random.default_rng(height)
    begins, months = rng.integers(0, 30, height) == 0, rng.integers(0, 14, height)
    amounts = rng.integers(-LARGEST, LARGEST, (height, 6))
    rows = [
        (int(b), int(month), *map(int, row))
        for b, month, row in zip(begins, months, amounts, strict=True)
    ]

    owner = numbers(rows)
    assert [(owner[row], month, sums) for row, month, sums in sums_of(rows)] == plainly(rows)


def test_signature(check_signature):
    amounts = [np.ones(2, np.int64) for _ in range(6)]
    outputs = np.empty(2, np.int64), np.empty(2, np.int32), np.empty((2, k.N_SUMS), np.int64)
    cells = np.zeros((1, k.N_SUMS), np.int64)
    starts, month = np.ones(2, np.uint8), np.full(2, FIRST, np.int32)

    check_signature(monthly_sums, starts, month, FIRST, *amounts, cells, *outputs, outputs=4)
