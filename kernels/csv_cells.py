"""Columns of plainly written cells of a CSV text, from bytes to integers and views of texts.

What is not plain (blanks, an exponent, too many digits, a day no calendar has, anything above
ASCII) is not read here: its row is marked, to be read elsewhere.

Cells are read from words of eight bytes, the first byte lowest. No sum or product of words
overflows: the Python form of a kernel would warn.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import helper, i64, in_i32, inline, kernel, out_i32, out_i64, out_u8

Integer = int | np.int64
Marks = NDArray[np.int32]
Words = NDArray[np.uint64]
"""Eight bytes from every offset: a stride of one byte."""

NULL: Final = -(2**63)
NULL_DAY: Final = -(2**31)
"""Empty cells."""

DIGITS: Final = 12
"""Digits before the decimal point, and zeros after the last decimal kept."""

LONGEST_TEXT: Final = 255

SPARE: Final = 16
"""Bytes that must follow the text: a word may begin at its end."""

_in_words = types.Array(types.uint64, 1, "A", readonly=True, aligned=False)
_out_words = types.Array(types.uint64, 1, "A", aligned=False)

_QUOTE: Final = 34
_COMMA: Final = 44
_MINUS: Final = 45
_POINT: Final = 46
_ZERO: Final = 48

_NOT_PLAIN: Final = NULL + 1
_LONGEST_NUMBER: Final = 16
_EIGHT: Final = 8
_INLINE: Final = 12  # bytes of a text that fit in its view
_POWERS: Final = np.array([10**i for i in range(DIGITS + 1)])

_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGHS: Final = np.uint64(0x8080808080808080)
_LOWS: Final = np.uint64(0x7F7F7F7F7F7F7F7F)
_QUOTES: Final = np.uint64(0x2222222222222222)
_AFTER_BLANK: Final = np.uint64(0x2121212121212121)
_NONE: Final = np.uint64(0)
_BYTE: Final = np.uint64(255)
_SHIFT: Final = np.uint64(8)
_TWO_BYTES: Final = np.uint64(16)
_FIVE_BYTES: Final = np.uint64(40)
_HALF: Final = np.uint64(32)
_DASHES: Final = np.uint64(0x2D00002D00000000)
_DASH_PLACES: Final = np.uint64(0xFF0000FF00000000)
_UNDER_DAY: Final = np.uint64(0x00FFFFFFFFFFFFFF)

_MONTH_LENGTH: Final = 7
_DAY_LENGTH: Final = 10
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
_NO_DAY: Final = NULL_DAY + 1
_MONTHS: Final = (
    np.arange(f"{_FIRST_YEAR}-01", f"{_LAST_YEAR + 1}-02", dtype="datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int64)
)
"""First day of each month."""


@inline
def _is_quote(word: np.uint64) -> bool:
    """Whether the first byte is a quote; those inside a quoted cell stay, and are not plain."""
    return int(word & _BYTE) == _QUOTE


# --- Numbers --------------------------------------------------------------------------------------


@inline
def plain_number(first: np.uint64, second: np.uint64, length: Integer, scale: Integer) -> Integer:
    """A number in units of its last decimal of `scale`, or a mark.

    Args:
        first: its first eight bytes.
        second: the eight that follow.
        length: its bytes, from 1 to 16.
        scale: decimals kept; zeros beyond them change nothing.
    """
    digits, decimals, plain = 0, -1, True
    value: Integer = 0
    negative = np.int64(first & _BYTE) == _MINUS
    word = first
    for i in range(length):
        byte = np.int64(word & _BYTE)
        word = second if i == _EIGHT - 1 else word >> _SHIFT
        digit = byte - _ZERO
        if 0 <= digit <= 9:
            if decimals < scale:
                value = value * 10 + digit
            else:
                plain &= digit == 0
            digits += decimals < 0
            decimals += decimals >= 0
        elif byte in (_COMMA, _POINT) and decimals < 0:
            decimals = 0
        else:
            plain &= negative and i == 0
    if not plain or not 1 <= digits <= DIGITS or decimals == 0 or decimals > scale + DIGITS:
        return _NOT_PLAIN
    if decimals < scale:
        value *= _POWERS[scale - max(decimals, 0)]
    return -value if negative else value


@kernel(i64, _in_words, in_i32, i64, i64, i64, out_i64, out_u8)
def csv_numbers(
    words: Words,
    marks: Marks,
    fields: int,
    field: int,
    scale: int,
    numbers: NDArray[np.int64],
    careful: NDArray[np.uint8],
) -> int:
    """Read the numbers of a field, in units of the last decimal kept.

    Args:
        words: the words of the text.
        marks: where the fields of the records end, after where the record does begin.
        fields: fields of a record.
        field: the one to read.
        scale: decimals kept.
        numbers: receives the numbers, NULL where the cell is empty.
        careful: receives 1 where the cell is not plain.

    Returns:
        Empty cells.
    """
    empty = 0
    for row in range(numbers.size):
        mark = row * (fields + 1) + field
        start = np.int64(marks[np.uint64(mark)]) + 1
        length = marks[np.uint64(mark + 1)] - start
        if length > 1 and _is_quote(words[np.uint64(start)]):
            inside = _is_quote(words[np.uint64(start + length - 1)])
            start += inside
            length -= 2 * inside
        value: Integer = _NOT_PLAIN
        if length == 0:
            value = NULL
            empty += 1
        elif length <= _LONGEST_NUMBER:
            first, second = words[np.uint64(start)], words[np.uint64(start + _EIGHT)]
            value = plain_number(first, second, length, scale)
        if value == _NOT_PLAIN:
            careful[row] = 1
        numbers[row] = value
    return empty


# --- Days -----------------------------------------------------------------------------------------


@helper
def _two_digits(pair: np.uint64) -> Integer:
    """Two digits at the low end of a word; far above 99 where they are not digits."""
    tens, ones = np.int64(pair & _BYTE) - _ZERO, np.int64(pair >> _SHIFT & _BYTE) - _ZERO
    plain = (tens >= 0) & (tens <= 9) & (ones >= 0) & (ones <= 9)
    return tens * 10 + ones if plain else 1_000_000


@inline
def plain_day(first: np.uint64, second: np.uint64, length: Integer, to_month: bool) -> Integer:
    """A date `YYYY-MM-DD` or `YYYY-MM` of 1900 to 2199 in days since 1970, or a mark."""
    year = _two_digits(first) * 100 + _two_digits(first >> _TWO_BYTES)
    month = _two_digits(first >> _FIVE_BYTES)
    places = _DASH_PLACES if length == _DAY_LENGTH else _DASH_PLACES & _UNDER_DAY
    shaped = length in (_MONTH_LENGTH, _DAY_LENGTH) and first & places == _DASHES & places
    if not (shaped and _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return _NO_DAY
    rank = (year - _FIRST_YEAR) * 12 + month - 1
    start: Integer = _MONTHS[rank]
    day = _two_digits(second) if length == _DAY_LENGTH else 1
    if not 1 <= day <= _MONTHS[rank + 1] - start:
        return _NO_DAY
    return start if to_month else start + day - 1


@kernel(i64, _in_words, in_i32, i64, i64, types.boolean, out_i32, out_u8)
def csv_days(
    words: Words,
    marks: Marks,
    fields: int,
    field: int,
    to_month: bool,
    numbers: NDArray[np.int32],
    careful: NDArray[np.uint8],
) -> int:
    """Read the dates of a field, in days since 1970, or those of the first of their month.

    Args: as `csv_numbers`; an empty cell is NULL_DAY.

    Returns:
        Empty cells.
    """
    empty = 0
    for row in range(numbers.size):
        mark = row * (fields + 1) + field
        start = np.int64(marks[np.uint64(mark)]) + 1
        length = marks[np.uint64(mark + 1)] - start
        if length > 1 and _is_quote(words[np.uint64(start)]):
            inside = _is_quote(words[np.uint64(start + length - 1)])
            start += inside
            length -= 2 * inside
        value: Integer = NULL_DAY
        if length == 0:
            empty += 1
        else:
            first, second = words[np.uint64(start)], words[np.uint64(start + _EIGHT)]
            value = plain_day(first, second, length, to_month)
        if value == _NO_DAY:
            careful[row] = 1
        numbers[row] = value
    return empty


# --- Texts ----------------------------------------------------------------------------------------


@helper
def untidy(word: np.uint64) -> np.uint64:
    """The high bits of the bytes no plain text holds: quotes, blanks, controls, above ASCII."""
    quote = word ^ _QUOTES
    plain = (((quote & _LOWS) + _LOWS) | quote) & ((word | _HIGHS) - _AFTER_BLANK)
    return (~plain | word) & _HIGHS


@helper
def low_bytes(count: Integer) -> np.uint64:
    """The mask of the first bytes of a word: none to all of them."""
    kept = min(max(count, 0), _EIGHT)
    return _ALL >> np.uint64(64 - 8 * kept) if kept else _NONE


@kernel(
    types.UniTuple(i64, 2), _in_words, in_i32, i64, i64, types.uint64[:, ::1], _out_words, out_u8
)
def csv_texts(
    words: Words,
    marks: Marks,
    fields: int,
    field: int,
    views: NDArray[np.uint64],
    texts: Words,
    careful: NDArray[np.uint8],
) -> tuple[int, Integer]:
    """Write the views of the texts of a field, as Arrow lays them out.

    A view is a length (32 bits), then the text where it has up to twelve bytes; else its first four
    bytes, 32 bits of zeros, and its place in `texts`. A text of up to sixteen bytes that follows
    itself is kept once.

    Args: as `csv_numbers`; an empty cell has a length of 0.

    Returns:
        Empty cells, bytes kept in `texts`.
    """
    empty = 0
    used: Integer = 0
    last_first, last_second, last_view = _NONE, _NONE, _NONE
    for row in range(views.shape[0]):
        mark = row * (fields + 1) + field
        start = np.int64(marks[np.uint64(mark)]) + 1
        length = marks[np.uint64(mark + 1)] - start
        if length > 1 and _is_quote(words[np.uint64(start)]):
            inside = _is_quote(words[np.uint64(start + length - 1)])
            start += inside
            length -= 2 * inside
        first = words[np.uint64(start)] & low_bytes(length)
        second = words[np.uint64(start + _EIGHT)] & low_bytes(length - _EIGHT)
        wrong = untidy(first) & low_bytes(length) | untidy(second) & low_bytes(length - _EIGHT)
        view = first >> _HALF | second << _HALF
        if length > _INLINE:
            if length > 2 * _EIGHT or first != last_first or second != last_second:
                room = length if length < LONGEST_TEXT else LONGEST_TEXT
                for i in range(0, room, _EIGHT):
                    word = words[np.uint64(start + i)]
                    wrong |= untidy(word) & low_bytes(length - i)
                    texts[np.uint64(used + i)] = word
                last_first, last_second, last_view = first, second, np.uint64(used) << _HALF
                used += room
            view = last_view
        if wrong != _NONE or length > LONGEST_TEXT:
            careful[row] = 1
        empty += length == 0
        views[row, 0] = np.uint64(length) | first << _HALF
        views[row, 1] = view
    return empty, used
