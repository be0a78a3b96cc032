"""One pass over the bytes of a DSN: from lines to rows of integers, one table a kind of block.

A line is `S21.G00.30.001,'value'`: 14 bytes of key, then the value, from the quote that follows to
the last one of the line (values hold apostrophes and commas). An occurrence of a block starts when
the block changes or when the rubrique number does not increase; it belongs to the last open
occurrence of its parent block.

The caller's tables say which rubriques are read and how: no code of the norm stands here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i8, in_i64, in_u8, inline, kernel, out_i64
from .dsn_bytes import SPAN, eight, to_line_feed
from .dsn_rows import (
    CAPACITY,
    COUNT,
    DECLARATION,
    DECLARATIONS_COUNTED,
    DONE,
    ERREUR,
    HARMLESS,
    KIND,
    LINES_COUNTED,
    MOST_ERRORS,
    N_PARENTS,
    OFFSET,
    PORTAL,
    S_AFTER_BAD_KEY,
    S_BLOCK,
    S_DECLARATIONS_COUNTED,
    S_LINE,
    S_LINES_COUNTED,
    S_OPEN,
    S_PORTAL,
    S_ROW,
    S_RUBRIQUE,
    S_STATUS,
    S_TABLE,
    S_UNKNOWN,
    SKIPPED,
    TOTAL,
    UNKNOWN,
    UNREADABLE,
    UNUSED,
    WIDTH,
    io_plan,
    leave_out,
    open_row,
    record,
)
from .dsn_values import (
    BAD_KEY,
    BAD_QUOTES,
    COLUMN,
    FOLLOWS_BAD_KEY,
    LAST_MARK,
    N_FIELDS,
    NULL,
    Integer,
    read_value,
)

# `00.000,'` and `S00.G00.` as eight bytes, the first one lowest; a digit differs by at most 9.
_KEY: Final = int.from_bytes(b"00.000,'", "little")
_STRUCTURE: Final = int.from_bytes(b"S00.G00.", "little")
# Added to a difference of 10 to 15, six carries into the high half of its byte.
_KEY_SIXES: Final = 0x0000_0606_0600_0606
_BLOCK: Final = 0xF0F0  # high halves of the digits of the block
_RUBRIQUE: Final = 0xF0F0_F000_0000  # of those of the rubrique
_POINT: Final = 0xFF_0000
_FAMILY: Final = 0xFF_FFFF  # the block and its point
_NO_FAMILY: Final = -1
_STRUCTURE_SIXES: Final = 0x0006_0600_0006_0600
_STRUCTURE_CHECK: Final = -0x000F_0F00_000F_0F01  # all bits but the low halves of the digits
_NO_STRUCTURE: Final = -1


@inline
def structure_of(word: int) -> int:
    """`S21.G00.` as 2100, -1 where it is none."""
    x = word ^ _STRUCTURE
    if (x | (x + _STRUCTURE_SIXES)) & _STRUCTURE_CHECK != 0:
        return _NO_STRUCTURE
    high = (x >> 8 & 15) * 10 + (x >> 16 & 15)
    return high * 100 + (x >> 40 & 15) * 10 + (x >> 48 & 15)


@inline
def after_plain_line(data: NDArray[np.uint8], start: Integer, end: Integer) -> Integer:
    """Where the next line starts, if this one is short and ends in an apostrophe; else -1."""
    length = to_line_feed(data, start + 14)
    at = start + 14 + length
    last = at - 2 if data[at - 1] == 13 else at - 1
    if length == SPAN or at >= end or last < start + 16 or data[last] != 39:
        return -1
    return at + 1


@kernel(i64, in_u8, i64, i64, in_i8, in_i64, in_u8, io_plan, out_i64, out_i64)
def scan(  # noqa: PLR0912, PLR0915 - one loop: calls on every line would cost more than the line
    data: NDArray[np.uint8],
    position: Integer,
    end: Integer,
    blocks: NDArray[np.int8],
    fields: NDArray[np.int64],
    kept: NDArray[np.uint8],
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> int:
    """Read lines from `position` on and write their rows.

    Args:
        data: the bytes, at least `dsn_bytes.PADDING` of them after `end`.
        position: start of a line: that of the first, or what the previous call returned.
        end: where the last line ends.
        blocks: table of each block, by structure * 100 + number; UNUSED, UNKNOWN or PORTAL.
        fields: kind * N_FIELDS + column of each rubrique, by table * 1000 + number; -1 if unused.
        kept: 1 where rows with that code are kept, by table * 1000 + code.
        plan: where the tables lie in `cells`; their counts grow.
        cells: output, all tables one after the other.
        state: carried from call to call; `state[S_STATUS]` says why this one returned.

    Returns:
        The position of the next line to read.
    """
    line = state[S_LINE]
    counted = state[S_LINES_COUNTED]
    last_block = state[S_BLOCK]
    last_rubrique = state[S_RUBRIQUE]
    last_table = state[S_TABLE]
    row = state[S_ROW]
    after_bad_key = state[S_AFTER_BAD_KEY]
    state[S_STATUS] = DONE
    crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
    last_word: Integer = 0
    structure: Integer = _NO_STRUCTURE
    first_block: Integer = 0
    group: Integer = 0
    family: Integer = _NO_FAMILY
    while position < end:
        # The key: two words of eight bytes, the first most often that of the line before.
        at = position
        word = eight(data, at)
        rest = eight(data, at + 8) ^ _KEY
        high = rest | (rest + _KEY_SIXES)
        rubrique: Integer = -1
        if high & _RUBRIQUE == 0:
            rubrique = (rest >> 24 & 15) * 100 + (rest >> 32 & 15) * 10 + (rest >> 40 & 15)

        # Most lines go on with the same block and hold nothing that is read.
        if rest & _FAMILY == family and word == last_word and rubrique >= 0 and rest >> 48 == 0:
            silent = last_table == UNUSED or (
                rubrique > last_rubrique and (row < 0 or fields[last_table * 1000 + rubrique] < 0)
            )
            following: Integer = after_plain_line(data, at, end) if silent else -1
            if following >= 0:
                position = following
                last_rubrique = rubrique
                line += 1
                counted += 1
                continue

        block: Integer = -1
        table: Integer = UNKNOWN
        if word != last_word:
            structure = structure_of(word)
            first_block = structure // 100 * 100
            group = structure - first_block
            last_word = word
        if structure >= 0 and high & _BLOCK == 0 and end - at >= 14:
            number = (rest & 15) * 10 + (rest >> 8 & 15)
            block = structure * 100 + number
            table = np.int64(blocks[first_block + number])
            if table != PORTAL and group != 0:
                table = UNKNOWN
        if block < 0 or rest & _POINT != 0:
            rubrique = -1
        elif rubrique >= 0:
            at += 14
        length = to_line_feed(data, at)
        while length == SPAN and at + SPAN < end:
            at += SPAN
            length = to_line_feed(data, at)
        at = min(at + length, end)

        # Whether there is room for it.
        opens = table >= 0 and rubrique >= 0
        opens = opens and (rubrique <= last_rubrique or block != last_block)
        if opens and plan[table, COUNT] == plan[table, CAPACITY]:
            state[S_STATUS] = table
            break
        if crowded:
            state[S_STATUS] = ERREUR
            break

        # What it holds.
        start = position
        position = at + 1
        line += 1
        while at > start and (data[at - 1] == 13 or data[at - 1] == 32):
            at -= 1
        if at == start:
            continue
        counted += 1
        if rubrique < 0:
            state[S_LINE] = line
            state[S_ROW] = row
            blame = UNREADABLE if block < 0 or table >= 0 else HARMLESS
            record(BAD_KEY, blame, -1, last_table, plan, cells, state)
            crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
            after_bad_key = 1
            family = _NO_FAMILY
            continue
        last_table = table
        last_block = block
        last_rubrique = rubrique
        family = rest & _FAMILY if table >= 0 or table == UNUSED else _NO_FAMILY
        first = start + 16
        quoted = at > first and data[at - 1] == 39
        quoted = quoted and rest >> 48 == 0
        stop = at - 1 if quoted else start
        field: Integer = -1
        if table >= 0:
            field = fields[table * 1000 + rubrique]
        else:
            counted -= table == PORTAL
            state[S_UNKNOWN] += table == UNKNOWN
            state[S_PORTAL] += table == PORTAL
        if opens:
            # Most rows start with their code, and most codes are of no use.
            wanted = 1
            if field & COLUMN == plan[table, KIND] and 0 < stop - first <= 3:
                code: Integer = 0
                for i in range(first, stop):
                    digit = np.int64(data[i]) - 48
                    code = code * 10 + digit if 0 <= digit <= 9 else -1000
                if code >= 0 and table != DECLARATION:
                    wanted = int(kept[table * 1000 + code])
            if wanted != 0:
                state[S_LINE] = line
                state[S_LINES_COUNTED] = counted
                row = open_row(table, block * 1000 + rubrique, plan, cells, state)
                counted = state[S_LINES_COUNTED]
                if after_bad_key != 0 and row >= 0:
                    record(FOLLOWS_BAD_KEY, table, -1, 0, plan, cells, state)
                crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
            else:
                row = SKIPPED
                if table < N_PARENTS:
                    state[S_OPEN + table] = SKIPPED
        after_bad_key = 0
        if field >= 0 and row >= 0:
            value = read_value(data, first, stop, field // N_FIELDS)
            here = plan[table, OFFSET] + row * plan[table, WIDTH]
            cells[here + (field & COLUMN)] = value
            if table == TOTAL:
                cells[here + LINES_COUNTED] = counted
                cells[here + DECLARATIONS_COUNTED] = state[S_DECLARATIONS_COUNTED]
            if NULL < value <= LAST_MARK:
                state[S_LINE] = line
                state[S_ROW] = row
                span = first << 8 | max(0, min(stop - first, 255))
                record(value - NULL, table, block * 1000 + rubrique, span, plan, cells, state)
                crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
            elif field & COLUMN == plan[table, KIND] and (
                value > 999 or (value >= 0 and kept[table * 1000 + value] == 0)
            ):
                row = leave_out(table, row, plan, cells, state)
        elif not quoted:
            state[S_LINE] = line
            record(BAD_QUOTES, HARMLESS, block * 1000 + rubrique, 0, plan, cells, state)
            crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
    state[S_LINE] = line
    state[S_LINES_COUNTED] = counted
    state[S_BLOCK] = last_block
    state[S_RUBRIQUE] = last_rubrique
    state[S_TABLE] = last_table
    state[S_AFTER_BAD_KEY] = after_bad_key
    state[S_ROW] = row
    return int(position)
