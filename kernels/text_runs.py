"""Columns of texts as Arrow lays them out: where they change, go down, or have blanks around.

A view takes sixteen bytes: a length (32 bits), then the text where it has up to twelve bytes; else
its first four bytes, the number of the buffer it is in (32 bits) and its place there. Equal texts
that follow each other mostly have one view: only where views differ are texts looked at.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import helper, i64, in_u8, kernel, out_u8
from .borrowing import word_at

Integer = int | np.int64

VIEW: Final = 16
"""Bytes of a view."""

INLINE: Final = 12
"""Bytes of a text that fit in its view."""

in_u64 = types.Array(types.uint64, 1, "C", readonly=True)
in_chunks = types.Array(types.uint64, 2, "C", readonly=True)

WORD: Final = 8
_NONE: Final = np.uint64(0)
LENGTH: Final = np.uint64(0xFFFFFFFF)
_BYTE: Final = np.uint64(255)
_SHIFT: Final = np.uint64(8)
_HALF: Final = np.uint64(32)
_BLANK: Final = 32
_DELETE: Final = 127


@helper
def place_of(
    first: np.uint64, second: np.uint64, buffers: NDArray[np.uint64], buffer: np.uint64
) -> np.uint64:
    """Where the text of a view lies, if it is not inside; `buffer`: the first one of its chunk."""
    if np.int64(first & LENGTH) <= INLINE:
        return _NONE
    return np.uint64(buffers[buffer + (second & LENGTH)] + (second >> _HALF))


@helper
def _bytes_from(first: np.uint64, second: np.uint64, text: np.uint64, at: Integer) -> np.uint64:
    """The bytes of a text from one of its bytes on, zeros after its end; eight at most.

    Args:
        first, second: its view; of a text inside the view, `at` is below 4 or from there on.
        text: where it lies, if it is not inside.
        at: the byte to begin with.
    """
    length = np.int64(first & LENGTH)
    if length > INLINE:
        begin = min(at, length - WORD)
        return word_at(text + np.uint64(begin)) >> np.uint64(8 * (at - begin))
    if at >= 4:
        return second >> np.uint64(8 * (at - 4))
    return first >> np.uint64(32 + 8 * at) | second << np.uint64(32 - 8 * at)


@helper
def text_order(
    first: np.uint64,
    second: np.uint64,
    text: np.uint64,
    first_above: np.uint64,
    second_above: np.uint64,
    text_above: np.uint64,
) -> Integer:
    """Below 0 where a text comes before the one above it, above 0 where after; by bytes."""
    length, above = np.int64(first & LENGTH), np.int64(first_above & LENGTH)
    for at in range(0, min(length, above), WORD):
        here = _bytes_from(first, second, text, at)
        there = _bytes_from(first_above, second_above, text_above, at)
        while here != there:
            difference = np.int64(here & _BYTE) - np.int64(there & _BYTE)
            if difference != 0:
                return difference
            here, there = here >> _SHIFT, there >> _SHIFT
    return length - above


@helper
def _is_plain(first: np.uint64, second: np.uint64, text: np.uint64) -> bool:
    """Whether a text begins and ends with what is no blank, whatever a blank is above ASCII."""
    length = np.int64(first & LENGTH)
    if length == 0:
        return False
    begins = np.int64(first >> _HALF & _BYTE)
    ends = np.int64(_bytes_from(first, second, text, length - 1) & _BYTE)
    return bool(_BLANK < begins < _DELETE) and bool(_BLANK < ends < _DELETE)


@kernel(types.UniTuple(i64, 2), in_chunks, in_u64, in_u8, out_u8)
def text_runs(
    chunks: NDArray[np.uint64],
    buffers: NDArray[np.uint64],
    above: NDArray[np.uint8],
    changes: NDArray[np.uint8],
) -> tuple[Integer, Integer]:
    """Find where the texts of a column change.

    Args:
        chunks: for each chunk of the column the address of its views, its rows, and the place of
            its first buffer among `buffers`.
        buffers: addresses of the texts that do not fit in their views.
        above: 1 where a column before this one changes.
        changes: receives 1 where this one does, or one before it: on the first row.

    Returns:
        Texts that come before the one above them, of those where no column before this one
        changes; texts, of those that change, that begin or end with a blank or above ASCII.
    """
    row = 0
    lower: Integer = 0
    untidy: Integer = 0
    first_above, second_above, text_above = _NONE, _NONE, _NONE
    for chunk in range(chunks.shape[0]):
        views, buffer = chunks[chunk, 0], chunks[chunk, 2]
        for i in range(np.int64(chunks[chunk, 1])):
            first = word_at(views + np.uint64(VIEW * i))
            second = word_at(views + np.uint64(VIEW * i + WORD))
            change = row == 0
            # Chunks number their buffers each for itself.
            if i == 0 or first != first_above or second != second_above:
                text = place_of(first, second, buffers, buffer)
                order = text_order(first, second, text, first_above, second_above, text_above)
                lower += order < 0 and row > 0 and above[row] == 0
                change = change or order != 0
                untidy += change and not _is_plain(first, second, text)
                first_above, second_above, text_above = first, second, text
            changes[row] = change or above[row] == 1
            row += 1
    return lower, untidy
