"""Runs of rows in the order of three columns of texts, merged into one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import helper, in_i32, in_i64, in_u8, kernel, out_i64, void
from .borrowing import word_at
from .text_runs import (
    INLINE,
    LENGTH,
    VIEW,
    WORD,
    Integer,
    in_chunks,
    in_u64,
    place_of,
    text_order,
)

KEYS: Final = 3
"""Columns of the key: an establishment, a person of it, a contract of that person."""

out_u32 = types.uint32[::1]
out_marks = types.uint8[:, ::1]


@helper
def _is_same(
    first: np.uint64,
    second: np.uint64,
    text: np.uint64,
    first_other: np.uint64,
    second_other: np.uint64,
    text_other: np.uint64,
) -> bool:
    """Whether two views hold one text: most of those compared do."""
    if first != first_other:
        return False
    length = np.int64(first & LENGTH)
    if length <= INLINE:
        return bool(second == second_other)
    last = np.uint64(length - WORD)
    if word_at(text + last) != word_at(text_other + last):
        return False
    for at in range(0, length - WORD, WORD):
        if word_at(text + np.uint64(at)) != word_at(text_other + np.uint64(at)):
            return False
    return True


@helper
def _first_difference(
    columns: NDArray[np.uint64], buffers: NDArray[np.uint64], row: Integer, other: Integer
) -> tuple[Integer, Integer]:
    """The first column in which two rows differ, KEYS for none, and which of them comes first."""
    for column in range(KEYS):
        here = columns[column, 0] + np.uint64(VIEW * row)
        there = columns[column, 0] + np.uint64(VIEW * other)
        first, second = word_at(here), word_at(here + np.uint64(WORD))
        first_other, second_other = word_at(there), word_at(there + np.uint64(WORD))
        text = place_of(first, second, buffers, columns[column, 2])
        text_other = place_of(first_other, second_other, buffers, columns[column, 2])
        if _is_same(first, second, text, first_other, second_other, text_other):
            continue
        order = text_order(first, second, text, first_other, second_other, text_other)
        return column, order
    return KEYS, 0


@helper
def _put_in_order(
    order: NDArray[np.uint32], month: NDArray[np.int32], first: Integer, at: Integer, row: Integer
) -> None:
    """Put a row after those of its contract, from `first` on, that are of no later month."""
    while at > first and month[order[at - 1]] > month[row]:
        order[at] = order[at - 1]
        at -= 1
    order[at] = row


@kernel(void, in_chunks, in_u64, in_i64, in_u8, in_i32, out_i64, out_i64, out_u32, out_marks)
def merge_runs(
    columns: NDArray[np.uint64],
    buffers: NDArray[np.uint64],
    starts: NDArray[np.int64],
    contract: NDArray[np.uint8],
    month: NDArray[np.int32],
    heads: NDArray[np.int64],
    firsts: NDArray[np.int64],
    order: NDArray[np.uint32],
    marks: NDArray[np.uint8],
) -> None:
    """Merge runs, each in the order of the key and of the months.

    Rows of one contract and month come in the order of the runs.

    Args:
        columns, buffers: as `text_runs` takes the chunks of one column, each column in one chunk.
        starts: first row of each run, none of which is empty, then how many rows there are.
        contract: 1 where a contract begins in its run.
        month: of each row.
        heads, firsts: room for a row and for the number of each run.
        order: output, the rows in order.
        marks: output, for each column 1 where that one changes, or one before it, in that order.
    """
    runs = starts.size - 1
    for run in range(runs):
        heads[run] = starts[run]
    filled = 0
    while filled < order.size:
        # The runs that go on with the first contract of all.
        chosen = 0
        for run in range(runs):
            if heads[run] == starts[run + 1]:
                continue
            precedes: Integer = 0
            if chosen > 0:
                _, precedes = _first_difference(columns, buffers, heads[run], heads[firsts[0]])
            if precedes <= 0:
                chosen = chosen if precedes == 0 else 0
                firsts[chosen] = run
                chosen += 1
        first = filled
        change: Integer = 0
        if filled > 0:
            before = np.int64(order[filled - 1])
            change, _ = _first_difference(columns, buffers, heads[firsts[0]], before)
        for place in range(chosen):
            run = firsts[place]
            begun = False
            while heads[run] < starts[run + 1] and not (begun and contract[heads[run]] == 1):
                _put_in_order(order, month, first, filled, heads[run])
                begun = True
                heads[run] += 1
                for column in range(KEYS):
                    marks[column, filled] = 0
                filled += 1
        for column in range(change, KEYS):
            marks[column, first] = 1
