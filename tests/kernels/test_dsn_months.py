from __future__ import annotations

import numpy as np
from batchcalc.kernels.dsn_months import MONTH, N_SLOT, NO_SLOT, add, keep_least, place
from batchcalc.kernels.dsn_values import BAD_DECIMAL, NULL


def ints(*values: int) -> np.ndarray:
    return np.asarray(values, np.int64)


def placed(contract, month, *, count=0, newest=None, slots=None):
    newest = np.full(3, NO_SLOT) if newest is None else newest
    slots = np.zeros((9, N_SLOT), np.int64) if slots is None else slots
    found = np.empty(len(contract), np.int64)
    count = place(ints(*contract), ints(*month), count, newest, slots, found)
    return found.tolist(), count, newest, slots


def test_place():
    """One slot a contract and month, in the order they come."""
    found, count, _, slots = placed([0, 0, 2, 0, 2], [202601, 202602, 202601, 202601, 202601])

    assert found == [0, 1, 2, 0, 2]
    assert slots[:count, :2].tolist() == [[0, 202601], [0, 202602], [2, 202601]]


def test_rows_without_contract_or_month_have_no_place():
    found, count, *_ = placed([-1, -2, 0, 0], [202601, 202601, -1, 0])

    assert (found, count) == ([NO_SLOT] * 4, 0)


def test_the_slots_of_another_table_are_found_again():
    _, count, newest, slots = placed([0, 1], [202601, 202601])

    found, count, *_ = placed([1, 0, 1], [202601, 202602, 202602], count=count, newest=newest,
                              slots=slots)  # fmt: skip

    assert found == [1, 2, 3]
    assert slots[:count, MONTH].tolist() == [202601, 202601, 202602, 202602]


USE = np.asarray([[-1, 0], [0, 1], [1, 1], [1, -100]], np.int64)


def added(slot, key, value):
    sums = np.full((2, 2), NULL)
    add(ints(*slot), ints(*key), ints(*value), USE, sums)
    return sums.tolist()


def test_add():
    assert added([0, 0, 1, 0], [1, 1, 2, 3], [5, 7, 11, 2]) == [[12, -200], [NULL, 11]]


def test_sums_of_nothing_stay_null_and_those_of_zero_do_not():
    assert added([0, 1, 1], [1, 2, 2], [0, 4, -4]) == [[0, NULL], [NULL, 0]]


def test_rows_of_no_use_are_left_alone():
    """No slot, a key without a sum or beyond all, a mark for a key or a value."""
    slots, keys = [NO_SLOT, 0, 0, 0, 0, 0], [1, 0, 4, NULL, 1, 1]
    values = [1, 1, 1, 1, NULL, NULL + BAD_DECIMAL]

    assert added(slots, keys, values) == [[NULL, NULL], [NULL, NULL]]


def test_keep_least():
    least = np.full(3, NULL)
    keep_least(ints(0, 1, 0, 0, NO_SLOT, 1), ints(5, NULL, 3, 4, 1, -2), least)

    assert least.tolist() == [3, -2, NULL]


def test_signatures(check_signature):
    slots, sums = np.zeros((1, N_SLOT), np.int64), np.full((1, 2), NULL)
    check_signature(place, ints(0), ints(202601), 0, ints(-1), slots, ints(0), outputs=3)
    check_signature(add, ints(0), ints(1), ints(1), USE.copy(), sums, outputs=1)
    check_signature(keep_least, ints(0), ints(1), ints(NULL), outputs=1)
