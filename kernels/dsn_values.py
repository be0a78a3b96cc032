"""The values of a DSN read from bytes to integers, and the marks of those that cannot be."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._jit import helper, i64, in_u8, kernel
from .dsn_bytes import Integer, eight

# Marks in a cell, below every value: absent, or NULL + the code of an error.
NULL: Final = -(2**63)
BAD_KEY: Final = 1
BAD_QUOTES: Final = 2
BAD_DECIMAL: Final = 3
TOO_MANY_DIGITS: Final = 4
BAD_DATE: Final = 5
BAD_INTEGER: Final = 6
BAD_TEXT: Final = 7
ORPHAN: Final = 8
FOLLOWS_BAD_KEY: Final = 9  # the row opens right after a bad key, which may have been its first
LAST_MARK: Final = NULL + BAD_TEXT

# How a field is read; an entry of the table of fields is kind * N_FIELDS + column.
TEXTE: Final = 0  # offset << 8 | length
SIGLE: Final = 1  # up to 7 characters, packed
ENTIER: Final = 2
DATE: Final = 3  # JJMMAAAA, as yyyymmdd
DECIMAL_2: Final = 4  # two decimals, in hundredths
DECIMAL_3: Final = 5  # two or three decimals, in thousandths
N_FIELDS: Final = 32
COLUMN: Final = N_FIELDS - 1

# Past these, a number takes no further digit: sums of amounts stay far from 63 bits.
MAX_DECIMAL: Final = 10**12
MAX_ENTIER: Final = 10**16

# The digits of eight bytes; see `dsn_scan` for the sixes.
_ZEROS: Final = 0x3030_3030_3030_3030
_SIXES: Final = 0x0606_0606_0606_0606
_NO_DIGITS: Final = -0x0F0F_0F0F_0F0F_0F10
_POINT: Final = 0x1E  # differs from a zero by that
_PAIRS: Final = 0x00FF_00FF_00FF_00FF
_FOURS: Final = 0x0000_FFFF_0000_FFFF
_EIGHT: Final = 0xFFFF_FFFF
# A byte below a blank borrows from its highest bit.
_BLANKS: Final = 0x2020_2020_2020_2020
_HIGHEST: Final = -0x7F7F_7F7F_7F7F_7F80


@helper
def calendar_date(ddmmyyyy: Integer) -> Integer:
    """A day of the calendar from 1900 to 2199, as yyyymmdd."""
    day = ddmmyyyy // 1_000_000
    month = ddmmyyyy // 10_000 % 100
    year = ddmmyyyy % 10_000
    days = 31
    if month == 2:
        days = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    elif (month < 8) == (month % 2 == 0):
        days = 30
    if month < 1 or month > 12 or day < 1 or day > days or year < 1900 or year > 2199:
        return NULL + BAD_DATE
    return (year * 100 + month) * 100 + day


@helper
def short_number(word: Integer, length: Integer, kind: Integer) -> Integer:
    """An ENTIER, a DATE or a decimal as `read_value` reads it, or NULL where that has to.

    Args:
        word: eight bytes, the first one lowest.
        length: how many of them are the number, at least one.
        kind: how it is read.
    """
    negative = kind >= DECIMAL_2 and word & 255 == 45
    if negative:
        word >>= 8
        length -= 1
    if kind >= DECIMAL_2 and length < 4:
        return NULL
    digits = (word ^ _ZEROS) & ((2 << (8 * length - 1)) - 1)
    scale = 1
    if kind >= DECIMAL_2:
        point = 8 * (length - 3)
        if kind == DECIMAL_3 and length > 4 and digits >> (point - 8) & 255 == _POINT:
            point -= 8
        elif kind == DECIMAL_3:
            scale = 10
        if digits >> point & 255 != _POINT:
            return NULL
        before = (1 << point) - 1
        digits = digits & before | digits >> 8 & ~before
        length -= 1
    if (digits | (digits + _SIXES)) & _NO_DIGITS != 0 or (kind == DATE and length != 8):
        return NULL
    digits <<= 64 - 8 * length
    digits = (digits * 10 + (digits >> 8)) & _PAIRS
    digits = (digits * 100 + (digits >> 16)) & _FOURS
    value = (digits * 10_000 + (digits >> 32)) & _EIGHT
    if kind == DATE:
        return calendar_date(value)
    return -value * scale if negative else value * scale


@kernel(i64, in_u8, i64, i64, i64)
def read_number(data: NDArray[np.uint8], start: Integer, stop: Integer, kind: Integer) -> Integer:
    """An ENTIER, a DATE `JJMMAAAA`, or a decimal `-?[0-9]+.[0-9]{2,3}`, scaled."""
    decimal = kind >= DECIMAL_2
    bad = NULL + (BAD_DECIMAL if decimal else BAD_DATE if kind == DATE else BAD_INTEGER)
    first = start + 1 if decimal and data[start] == 45 else start
    most = MAX_DECIMAL if decimal else MAX_ENTIER
    point = -1
    value: Integer = 0
    for i in range(first, stop):
        digit = np.int64(data[i]) - 48
        if digit == -2 and point < 0 and decimal:
            point = i
        elif digit < 0 or digit > 9:
            return bad
        elif value >= most:
            return NULL + TOO_MANY_DIGITS
        else:
            value = value * 10 + digit
    if kind == DATE:
        return calendar_date(value) if stop - start == 8 else bad
    decimals = stop - point - 1
    if decimal and (point <= first or decimals < 2 or decimals > kind - DECIMAL_2 + 2):
        return bad
    if kind == DECIMAL_3 and decimals == 2:
        value *= 10
    return value if first == start else -value


@kernel(i64, in_u8, i64, i64, i64)
def read_value(data: NDArray[np.uint8], start: Integer, stop: Integer, kind: Integer) -> Integer:
    """A value as its kind says, or a mark: an empty value is absent.

    A value that stops before it starts is one without its quotes.
    """
    length = stop - start
    if length <= 0:
        return NULL + BAD_QUOTES if length < 0 else NULL
    if kind > SIGLE:
        return read_number(data, start, stop, kind)
    if length > (255 if kind == TEXTE else 7):
        return NULL + BAD_TEXT
    controls: Integer = 0
    for at in range(start, stop, 8):
        word: Integer = eight(data, at)
        if stop - at < 8:
            word |= -1 << 8 * (stop - at)
        controls |= (word - _BLANKS) & ~word & _HIGHEST
    if controls != 0:
        return NULL + BAD_TEXT
    if kind == TEXTE:
        return start << 8 | length
    packed: Integer = 0
    for i in range(start, stop):
        packed = packed << 8 | np.int64(data[i])
    return packed
