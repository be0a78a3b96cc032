"""The shape of a CSV text: records, physical lines, and the lines no reader should trust.

A library that reads a cut or ragged line fills it with nulls without a word. This pass counts the
fields of every record before anything is read, and says which lines to leave out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import i64, in_u8, inline, kernel

Bytes = NDArray[np.uint8]

NUL: Final = 0
NEWLINE: Final = 10
RETURN: Final = 13
QUOTE: Final = 34

# Kinds of fault.
BLANK: Final = 1
FIELD_COUNT: Final = 2
STRAY_QUOTE: Final = 3
NUL_BYTE: Final = 4

FAULT_WIDTH: Final = 5
"""Columns of a row of `faults`: start, end (offsets), line, fields found, kind."""

LONGEST_QUOTED: Final = 32_768
"""Bytes a record with quotes may take: a quote never closed must not eat the rest of the file."""


@inline
def _line_end(data: Bytes, start: int) -> int:
    for i in range(start, data.size):
        if data[np.uint64(i)] == NEWLINE:  # unsigned: no wrap-around test, twice as fast
            return i
    return data.size


@inline
def _plain_record(data: Bytes, start: int, end: int, separator: int) -> tuple[int, bool]:
    """Fields of a line, if no byte of it asks for the full grammar (a quote, a NUL)."""
    fields, special = 1, np.uint8(0)
    for i in range(start, end):
        byte = data[np.uint64(i)]
        fields += byte == separator
        special |= (byte == QUOTE) | (byte == NUL)
    return fields, special != 0


@inline
def _quoted_record(data: Bytes, start: int, separator: int) -> tuple[int, int, int, int]:
    """Walk one record by the full grammar: its end, fields, physical lines and fault (0: none)."""
    limit = min(data.size, start + LONGEST_QUOTED)
    i, fields, lines = start, 1, 1
    opening, inside, closed = True, False, False
    while i < limit:
        byte = data[i]
        if byte == NUL:
            return i, fields, lines, NUL_BYTE
        if inside:
            lines += byte == NEWLINE
            inside = byte != QUOTE
            closed = not inside
        elif byte == NEWLINE:
            return i, fields, lines, 0
        elif byte == separator:
            fields += 1
            opening, closed = True, False
        elif byte == QUOTE and (opening or closed):
            # A quote right after a closing one is an escaped quote: back inside.
            inside, opening, closed = True, False, False
        elif byte == QUOTE or (closed and byte != RETURN):
            return i, fields, lines, STRAY_QUOTE
        else:
            opening = False
        i += 1
    return i, fields, lines, 0 if limit == data.size and not inside else STRAY_QUOTE


@kernel(types.UniTuple(i64, 3), in_u8, i64, i64, types.uint8, i64, i64[:, ::1], types.uint32[::1])
def csv_shape(
    data: Bytes,
    start: int,
    first_line: int,
    separator: int,
    expected: int,
    faults: NDArray[np.int64],
    lines: NDArray[np.uint32],
) -> tuple[int, int, int]:
    """Count the records of `data` from `start`, and find the lines that are not whole records.

    A fault costs one physical line: reading takes up at the next one.

    Args:
        data: the bytes of the text (ASCII decides; anything above it is let through).
        start: offset of the first record, after the header.
        first_line: 1-based physical line of that offset.
        separator: the byte between fields.
        expected: fields of the header.
        faults: receives a row for each faulty or blank line, as many as it has room for.
        lines: receives the physical line of each sound record, as many as it has room for.

    Returns:
        Sound records, physical lines, faulty or blank lines.
    """
    begin, line, records, found = start, first_line, 0, 0
    while begin < data.size:
        end, span, kind = _line_end(data, begin), 1, 0
        fields, special = _plain_record(data, begin, end, separator)
        if special:
            end, fields, span, kind = _quoted_record(data, begin, separator)
        if kind == 0 and (end == begin or (end == begin + 1 and data[begin] == RETURN)):
            kind = BLANK
        elif kind == 0 and fields != expected:
            kind = FIELD_COUNT
        if kind == 0:
            if records < lines.size:
                lines[records] = line
            records += 1
        else:
            end, span = _line_end(data, begin), 1
            if found < faults.shape[0]:
                faults[found, 0], faults[found, 1], faults[found, 2] = begin, end, line
                faults[found, 3], faults[found, 4] = fields, kind
            found += 1
        line += span
        begin = end + 1
    return records, line - first_line, found
