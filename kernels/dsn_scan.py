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
from .dsn_bytes import SPAN, Integer, eight, to_line_feed
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
    ENTIER,
    FOLLOWS_BAD_KEY,
    LAST_MARK,
    N_FIELDS,
    NULL,
    read_value,
    short_number,
)

# `00.000,'` and `S00.G00.` as eight bytes, the first one lowest; a digit differs by at most 9.
_KEY: Final = int.from_bytes(b"00.000,'", "little")
_STRUCTURE: Final = int.from_bytes(b"S00.G00.", "little")
# Added to a difference of 10 to 15, six carries into the high half of its byte.
_KEY_SIXES: Final = 0x0000_0606_0600_0606
_KEY_CHECK: Final = -0x0000_0F0F_0F00_0F10  # all bits but the low halves of the digits
_BLOCK: Final = 0xF0F0  # high halves of the digits of the block
_RUBRIQUE: Final = 0xF0F0_F000_0000  # of those of the rubrique
_POINT: Final = 0xFF_0000
_FAMILY: Final = 0xFFFF  # the block
_NO_FAMILY: Final = -1
_STRUCTURE_SIXES: Final = 0x0006_0600_0006_0600
_STRUCTURE_CHECK: Final = -0x000F_0F00_000F_0F01
_NO_STRUCTURE: Final = -1
# The last bytes of a value and its line, the highest ones of eight.
_QUOTE: Final = 39
_QUOTE_RETURN: Final = int.from_bytes(b"'\r", "little")


@inline
def structure_of(word: int) -> int:
    """`S21.G00.` as 2100, -1 where it is none."""
    x = word ^ _STRUCTURE
    if (x | (x + _STRUCTURE_SIXES)) & _STRUCTURE_CHECK != 0:
        return _NO_STRUCTURE
    high = (x >> 8 & 15) * 10 + (x >> 16 & 15)
    return high * 100 + (x >> 40 & 15) * 10 + (x >> 48 & 15)


@inline
def rubrique_of(key: int) -> int:
    """The number a key ends in, from its difference with _KEY; any where it is no digits."""
    digits = key >> 24 & 0xF0F0F
    pairs = digits * 10 + (digits >> 8)
    return (pairs & 255) * 10 + (digits >> 16)


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
    uncounted = line - state[S_LINES_COUNTED]
    last_block = state[S_BLOCK]
    last_rubrique = state[S_RUBRIQUE]
    last_table = state[S_TABLE]
    row = state[S_ROW]
    after_bad_key = state[S_AFTER_BAD_KEY]
    state[S_STATUS] = DONE
    crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
    last_word: Integer = _STRUCTURE
    structure: Integer = 0
    family: Integer = _NO_FAMILY
    while position < end:
        word = eight(data, position)
        key = eight(data, position + 8) ^ _KEY

        # Most lines are plain: a whole key, and a short value between apostrophes.
        plain: bool | np.bool_ = False
        stop: Integer = -1
        following: Integer = -1
        rubrique: Integer = rubrique_of(key)
        if word == last_word and (key | (key + _KEY_SIXES)) & _KEY_CHECK == 0:
            length = to_line_feed(data, position + 14)
            following = position + 15 + length
            ends = eight(data, following - 9)
            if ends >> 48 == _QUOTE_RETURN:
                stop = following - 3
            elif ends >> 56 == _QUOTE:
                stop = following - 2
            plain = length < SPAN and following <= end and stop >= position + 16

        # Most plain lines go on with their block and hold nothing that is read.
        if plain and key & _FAMILY == family:
            silent = last_table == UNUSED
            if not silent and rubrique > last_rubrique:
                silent = row < 0 or fields[last_table * 1000 + rubrique] < 0
            if silent:
                position = following
                last_rubrique = rubrique
                line += 1
                continue

        first = position + 16
        block = last_block
        table = last_table
        opens = rubrique <= last_rubrique
        if plain and key & _FAMILY != family:
            number = (key & 15) * 10 + (key >> 8 & 15)
            block = structure * 100 + number
            table = np.int64(blocks[structure + number])
            opens = table >= 0 and (opens or block != last_block)
            plain = table >= UNUSED
        blank = False
        if not plain:
            block = -1
            table = UNKNOWN
            high = key | (key + _KEY_SIXES)
            found = structure_of(word)
            if found >= 0 and high & _BLOCK == 0 and end - position >= 14:
                number = (key & 15) * 10 + (key >> 8 & 15)
                block = found * 100 + number
                table = np.int64(blocks[found // 100 * 100 + number])
                if found % 100 == 0:
                    last_word = word
                    structure = found
                elif table != PORTAL:
                    table = UNKNOWN
            at = position
            if block >= 0 and high & _RUBRIQUE == 0 and key & _POINT == 0:
                at += 14
            else:
                rubrique = -1
            length = to_line_feed(data, at)
            while length == SPAN and at + SPAN < end:
                at += SPAN
                length = to_line_feed(data, at)
            at = min(at + length, end)
            following = at + 1
            while at > position and (data[at - 1] == 13 or data[at - 1] == 32):
                at -= 1
            blank = at == position
            quoted = at > first and data[at - 1] == 39 and key >> 48 == 0
            stop = at - 1 if quoted else position
            opens = table >= 0 and rubrique >= 0
            opens = opens and (rubrique <= last_rubrique or block != last_block)

        field: Integer = -1
        if table >= 0 and rubrique >= 0:
            field = fields[table * 1000 + rubrique]

        # Whether there is room for it. Most rows start with their code, and most codes are of no
        # use.
        wanted = opens
        if opens and field & COLUMN == plan[table, KIND] and 0 < stop - first <= 3:
            code = short_number(eight(data, first), stop - first, ENTIER)
            wanted = code < 0 or table == DECLARATION or kept[table * 1000 + code] != 0
        if wanted and plan[table, COUNT] == plan[table, CAPACITY]:
            state[S_STATUS] = table
            break
        if crowded:
            state[S_STATUS] = ERREUR
            break

        # What it holds.
        position = following
        line += 1
        if blank:
            uncounted += 1
            continue
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
        family = key & _FAMILY if table >= UNUSED else _NO_FAMILY
        if table < UNUSED:
            uncounted += table == PORTAL
            state[S_UNKNOWN] += table == UNKNOWN
            state[S_PORTAL] += table == PORTAL
        if wanted:
            state[S_LINE] = line
            state[S_LINES_COUNTED] = line - uncounted
            row = open_row(table, block * 1000 + rubrique, plan, cells, state)
            uncounted = line - state[S_LINES_COUNTED]
            if after_bad_key != 0 and row >= 0:
                record(FOLLOWS_BAD_KEY, table, -1, 0, plan, cells, state)
            crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
        elif opens:
            row = SKIPPED
            if table < N_PARENTS:
                state[S_OPEN + table] = SKIPPED
        after_bad_key = 0
        if field >= 0 and row >= 0:
            value: Integer = NULL
            if 0 < stop - first <= 8 and field >= ENTIER * N_FIELDS:
                value = short_number(eight(data, first), stop - first, field // N_FIELDS)
            if value == NULL:
                value = read_value(data, first, stop, field // N_FIELDS)
            here = plan[table, OFFSET] + row * plan[table, WIDTH]
            cells[here + (field & COLUMN)] = value
            if table == TOTAL:
                cells[here + LINES_COUNTED] = line - uncounted
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
        elif stop < first:
            state[S_LINE] = line
            record(BAD_QUOTES, HARMLESS, block * 1000 + rubrique, 0, plan, cells, state)
            crowded = plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]
    state[S_LINE] = line
    state[S_LINES_COUNTED] = line - uncounted
    state[S_BLOCK] = last_block
    state[S_RUBRIQUE] = last_rubrique
    state[S_TABLE] = last_table
    state[S_AFTER_BAD_KEY] = after_bad_key
    state[S_ROW] = row
    return int(position)
