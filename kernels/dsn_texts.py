"""What rows point to in the bytes of their file: texts, and the contract each row names."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i64, in_u8, kernel, out_i64, out_u8, void
from .dsn_bytes import eight, put_eight
from .dsn_values import LAST_MARK

# Where a row names no contract: no number and several contracts, or a number nobody has.
NO_CONTRACT: Final = -1
UNKNOWN_CONTRACT: Final = -2


@kernel(i64, in_u8, in_i64, out_u8)
def gather(data: NDArray[np.uint8], spans: NDArray[np.int64], texts: NDArray[np.uint8]) -> int:
    """Copy texts one after the other, each followed by a line feed, which none holds.

    Args:
        data: the bytes of the file, `dsn_bytes.PADDING` more than the texts take.
        spans: where the texts lie; a mark gives an empty one.
        texts: output, with room for all of them and as many more.

    Returns:
        How many bytes were written.
    """
    at = 0
    for i in range(spans.size):
        length = spans[i] & 255 if spans[i] > LAST_MARK else 0
        for j in range(0, length, 8):
            put_eight(texts, at + j, eight(data, (spans[i] >> 8) + j))
        texts[at + length] = 10
        at += length + 1
    return at


@kernel(void, in_u8, in_i64, in_i64, in_i64, in_i64, in_i64, in_i64, in_i64, in_i64, out_i64)
def attach(
    data: NDArray[np.uint8],
    reference: NDArray[np.int64],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    number: NDArray[np.int64],
    first_day: NDArray[np.int64],
    last_day: NDArray[np.int64],
    contract: NDArray[np.int64],
) -> None:
    """Find the contract each row names, among the contracts of its person.

    Without a number: the only contract, or the only one in force in the period. Where one number
    serves several periods: the latest that had begun.

    Args:
        data: the bytes of the file, `dsn_bytes.PADDING` more than the texts take.
        reference: span of the number named by each row, NULL where none is.
        start: first day of its period, yyyymmdd.
        stop: last day of its period.
        low: first contract of its person.
        high: the one after the last.
        number: span of the number of each contract.
        first_day: first day of each contract, yyyymmdd, or a mark.
        last_day: its last day.
        contract: output, a contract, or NO_CONTRACT, or UNKNOWN_CONTRACT.
    """
    for i in range(reference.size):
        named = reference[i] > LAST_MARK
        found = NO_CONTRACT
        matches = 0
        for c in range(low[i], high[i]):
            match = high[i] - low[i] == 1
            match = match or (first_day[c] <= stop[i] and last_day[c] >= start[i])
            if named:
                length = reference[i] & 255
                match = number[c] > LAST_MARK and number[c] & 255 == length
                for j in range(0, length if match else 0, 8):
                    differ = eight(data, (reference[i] >> 8) + j) ^ eight(
                        data, (number[c] >> 8) + j
                    )
                    if length - j < 8:
                        differ &= (1 << 8 * (length - j)) - 1
                    match = match and differ == 0
            if not match:
                continue
            matches += 1
            later = first_day[c] <= stop[i] and first_day[c] > first_day[found]
            if found < 0 or later or first_day[found] > stop[i]:
                found = c
        if matches == 0 and named:
            found = UNKNOWN_CONTRACT
        contract[i] = found if matches == 1 or named else NO_CONTRACT
