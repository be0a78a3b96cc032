"""Rows of a declaration added up by contract and month.

A slot is a contract and a month. The slots of one contract are chained, newest first: it has one or
two of them, seldom more.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i64, in_table, kernel, out_i64, void
from .dsn_rows import io_plan
from .dsn_values import LAST_MARK, NULL

NO_SLOT: Final = -1

# Columns of a slot.
CONTRACT: Final = 0
MONTH: Final = 1  # yyyymm
OLDER: Final = 2  # the slot of the same contract before it, NO_SLOT for none
N_SLOT: Final = 3

# Columns of the table that says what becomes of the rows with a key.
COLUMN: Final = 0  # the sum they enter, -1 for none
FACTOR: Final = 1  # and how many times


@kernel(i64, in_i64, in_i64, i64, out_i64, io_plan, out_i64)
def place(
    contract: NDArray[np.int64],
    month: NDArray[np.int64],
    count: int,
    newest: NDArray[np.int64],
    slots: NDArray[np.int64],
    found: NDArray[np.int64],
) -> int:
    """Find the slot of each row, making those that are not there yet.

    Args:
        contract: of each row; none where negative.
        month: of each row, yyyymm; none where it is not positive.
        count: slots made so far.
        newest: slot made last for each contract.
        slots: the slots, with room for one more a row.
        found: output, the slot of each row, NO_SLOT without contract or month.

    Returns:
        How many slots there are.
    """
    for i in range(contract.size):
        found[i] = NO_SLOT
        if contract[i] < 0 or month[i] <= 0:
            continue
        slot = newest[contract[i]]
        while slot >= 0 and slots[slot, MONTH] != month[i]:
            slot = slots[slot, OLDER]
        if slot < 0:
            slot = count
            count += 1
            slots[slot, CONTRACT] = contract[i]
            slots[slot, MONTH] = month[i]
            slots[slot, OLDER] = newest[contract[i]]
            newest[contract[i]] = slot
        found[i] = slot
    return count


@kernel(void, in_i64, in_i64, in_i64, in_table, io_plan)
def add(
    slot: NDArray[np.int64],
    key: NDArray[np.int64],
    value: NDArray[np.int64],
    use: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> None:
    """Add each row to the sum its key names; a sum to which nothing was added stays NULL.

    Args:
        slot: of each row, or NO_SLOT.
        key: row of `use`; beyond them, the row is of no use.
        value: of each row, or a mark.
        use: COLUMN and FACTOR of each key.
        sums: output, one row a slot, NULL at first.
    """
    for i in range(slot.size):
        if slot[i] < 0 or key[i] < 0 or key[i] >= use.shape[0] or value[i] <= LAST_MARK:
            continue
        column = use[key[i], COLUMN]
        if column < 0:
            continue
        before = sums[slot[i], column]
        added = value[i] * use[key[i], FACTOR]
        sums[slot[i], column] = added if before == NULL else before + added


@kernel(void, in_i64, in_i64, out_i64)
def keep_least(slot: NDArray[np.int64], value: NDArray[np.int64], least: NDArray[np.int64]) -> None:
    """Keep the least value of each slot; NULL where none has one.

    Args:
        slot: of each row, or NO_SLOT.
        value: of each row, or a mark.
        least: output, NULL at first.
    """
    for i in range(slot.size):
        if slot[i] < 0 or value[i] <= LAST_MARK:
            continue
        if least[slot[i]] == NULL or value[i] < least[slot[i]]:
            least[slot[i]] = value[i]
