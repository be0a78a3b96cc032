"""The shape of a CSV text: where the fields of its records end, and the lines that are no records.

A library that reads a cut or ragged line fills it with nulls without a word. This pass counts the
fields of every record before anything is read, and says which lines to leave out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import i64, in_u8, inline, kernel, out_i32

Bytes = NDArray[np.uint8]
Marks = NDArray[np.int32]
Integer = int | np.int64

NUL: Final = 0
NEWLINE: Final = 10
RETURN: Final = 13
QUOTE: Final = 34

# What a byte is; 0: part of a field.
SEPARATOR: Final = 1
ENDS_LINE: Final = 2
SPECIAL: Final = 4  # asks for the full grammar

# Faults of a line.
SOUND: Final = 0
BLANK: Final = 1
FIELD_COUNT: Final = 2
STRAY_QUOTE: Final = 3
NUL_BYTE: Final = 4

FAULT_WIDTH: Final = 5
"""Columns of a row of `faults`: start, end (offsets), line, fields found, kind."""

LONGEST_QUOTED: Final = 32_768
"""Bytes a record with quotes may take: a quote never closed must not eat the rest of the file."""


def byte_kinds(separator: int) -> NDArray[np.uint8]:
    """What each byte is, where fields are kept apart by this one."""
    kinds = np.zeros(256, np.uint8)
    kinds[separator] = SEPARATOR
    kinds[NEWLINE] = ENDS_LINE
    kinds[[QUOTE, NUL]] = SPECIAL
    return kinds


@kernel(i64, in_u8, types.uint8)
def count(data: Bytes, byte: int) -> int:
    """How often a byte occurs."""
    found = 0
    for other in data:
        found += other == byte
    return found


def marks_room(lines: int, separators: int) -> int:
    """Marks of a text of so many line ends and separators, at most.

    A record has a mark for each separator, one before it and one at its end.
    """
    return separators + 2 * (lines + 1) + 2


@inline
def _line_end(data: Bytes, start: Integer, size: int) -> Integer:
    i = start
    while i < size and data[np.uint64(i)] != NEWLINE:
        i += 1
    return i


@inline
def _quoted_record(
    data: Bytes, start: Integer, size: int, separator: int, mark: Integer, marks: Marks
) -> tuple[Integer, Integer, int, int]:
    """Walk one record by the full grammar: its end, the mark there, physical lines and fault."""
    limit = min(size, start + LONGEST_QUOTED)
    i, lines = start, 1
    opening, inside, closed = True, False, False
    while i < limit:
        byte = data[i]
        if byte == NUL:
            return i, mark, lines, NUL_BYTE
        if inside:
            lines += byte == NEWLINE
            inside = byte != QUOTE
            closed = not inside
        elif byte == NEWLINE:
            return i, mark, lines, SOUND
        elif byte == separator:
            marks[mark] = i
            mark += 1
            opening, closed = True, False
        elif byte == QUOTE and (opening or closed):
            # A quote right after a closing one is an escaped quote: back inside.
            inside, opening, closed = True, False, False
        elif byte == QUOTE or (closed and byte != RETURN):
            return i, mark, lines, STRAY_QUOTE
        else:
            opening = False
        i += 1
    return i, mark, lines, SOUND if limit == size and not inside else STRAY_QUOTE


@inline
def _fault(fields: Integer, expected: int, blank: bool) -> int:
    """Kind of a record whose quotes are sound."""
    if blank:
        return BLANK
    return SOUND if fields == expected else FIELD_COUNT


@kernel(
    types.UniTuple(i64, 4),
    in_u8,
    i64,
    i64,
    types.boolean,
    in_u8,
    types.uint8,
    i64,
    out_i32,
    types.uint32[::1],
    i64[:, ::1],
)
def csv_shape(
    data: Bytes,
    size: int,
    first_line: int,
    final: bool,
    kinds: NDArray[np.uint8],
    separator: int,
    expected: int,
    marks: Marks,
    lines: NDArray[np.uint32],
    faults: NDArray[np.int64],
) -> tuple[int, int, int, int]:
    """Find the records, their fields, and the lines that are no records.

    A fault costs one physical line: reading takes up at the next one.

    Args:
        data: the text (ASCII decides; anything above it is let through), then a line end.
        size: bytes of the text.
        first_line: 1-based physical line of its first byte.
        final: whether nothing follows; else what ends with the text is left to be read again.
        kinds: what each byte is.
        separator: the byte between fields.
        expected: fields of the header.
        marks: receives, for each record, the offset before its first byte, then the end of each of
            its fields (quotes are part of them); it has `marks_room`.
        lines: receives the physical line of each record.
        faults: receives a row for each faulty or blank line.

    Returns:
        Bytes read, physical lines read, records, faulty or blank lines.
    """
    line, records, found = first_line, 0, 0
    begin: Integer = np.int64(0)
    while begin < size:
        first = records * (expected + 1)
        marks[np.uint64(first)] = begin - 1
        i = begin
        mark: Integer = np.int64(first + 1)
        kind = kinds[data[np.uint64(i)]]
        while kind <= SEPARATOR:  # no branch on what varies: each byte writes, separators stay
            marks[np.uint64(mark)] = i
            mark += kind
            i += 1
            kind = kinds[data[np.uint64(i)]]
        line_end, span, fault = i, 1, SOUND
        reached = end = line_end
        if kind == SPECIAL:
            line_end = _line_end(data, i, size)
            reached, mark, span, fault = _quoted_record(
                data, begin, size, separator, first + 1, marks
            )
            end = reached
        if fault == SOUND:
            blank = end == begin or (end == begin + 1 and data[begin] == RETURN)
            fault = _fault(mark - first, expected, blank)
        if fault != SOUND:
            end, span = line_end, 1
        if max(reached, end) == size and not final:
            break
        if fault != SOUND:
            faults[found, 0], faults[found, 1], faults[found, 2] = begin, end, line
            faults[found, 3], faults[found, 4] = mark - first, fault
            found += 1
        else:
            marks[np.uint64(mark)] = end - (data[end - 1] == RETURN)
            lines[records] = line
            records += 1
        line += span
        begin = end + 1
    return min(int(begin), size), line - first_line, records, found
