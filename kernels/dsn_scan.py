"""One pass over the bytes of a DSN: from lines to rows of integers, one table a kind of block.

A line is `S21.G00.30.001,'value'`: 14 bytes of key, then the value, from the quote that follows to
the last one of the line (values hold apostrophes and commas). An occurrence of a block starts when
the block changes or when the rubrique number does not increase; it belongs to the last open
occurrence of its parent block.

The caller's tables say which rubriques are read and how: no code of the norm stands here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i8, in_i64, in_u8, kernel, out_i64
from .dsn_rows import (
    CAPACITY,
    COUNT,
    CUT,
    DECLARATION,
    DECLARATIONS_COUNTED,
    DONE,
    ERREUR,
    HARMLESS,
    INDIVIDU,
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


@kernel(i64, in_u8, i64, i64, in_i8, in_i64, in_u8, io_plan, out_i64, out_i64)
def scan(  # noqa: PLR0912, PLR0915 - one loop: calls on every line would cost more than the line
    data: NDArray[np.uint8],
    position: int,
    limit: int,
    blocks: NDArray[np.int8],
    fields: NDArray[np.int64],
    kept: NDArray[np.uint8],
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> int:
    """Read lines from `position` on and write their rows.

    Args:
        data: the bytes of the file.
        position: start of a line: that of the first, or what the previous call returned.
        limit: stop before the first person that starts here or later.
        blocks: table of each block, by structure * 100 + number; UNUSED, UNKNOWN or PORTAL.
        fields: kind * N_FIELDS + column of each rubrique, by table * 1000 + number; -1 if unused.
        kept: 1 where rows with that code are kept, by table * 1000 + code.
        plan: where the tables lie in `cells`; their counts grow.
        cells: output, all tables one after the other.
        state: carried from call to call; `state[S_STATUS]` says why this one returned.

    Returns:
        The position of the next line to read.
    """
    size = data.size
    line = state[S_LINE]
    counted = state[S_LINES_COUNTED]
    last_block = state[S_BLOCK]
    last_rubrique = state[S_RUBRIQUE]
    last_table = state[S_TABLE]
    row = state[S_ROW]
    after_bad_key = state[S_AFTER_BAD_KEY]
    state[S_STATUS] = DONE
    while position < size:
        # The key. Digits are checked together: d | 9 - d is negative where d is none.
        at = position
        block: Integer = -1
        rubrique: Integer = -1
        table: Integer = UNKNOWN
        if size - at >= 14:
            s1 = np.int64(data[at + 1]) - 48
            s2 = np.int64(data[at + 2]) - 48
            g1 = np.int64(data[at + 5]) - 48
            g2 = np.int64(data[at + 6]) - 48
            b1 = np.int64(data[at + 8]) - 48
            b2 = np.int64(data[at + 9]) - 48
            digits = s1 | s2 | g1 | g2 | b1 | b2
            digits |= (9 - s1) | (9 - s2) | (9 - g1) | (9 - g2) | (9 - b1) | (9 - b2)
            letters = (np.int64(data[at]) ^ 83) | (np.int64(data[at + 4]) ^ 71)
            letters |= (np.int64(data[at + 3]) ^ 46) | (np.int64(data[at + 7]) ^ 46)
            if digits >= 0 and letters == 0:
                block = ((s1 * 10 + s2) * 100 + g1 * 10 + g2) * 100 + b1 * 10 + b2
                table = np.int64(blocks[s1 * 1000 + s2 * 100 + b1 * 10 + b2])
                if table != PORTAL and (g1 | g2) != 0:
                    table = UNKNOWN
                r1 = np.int64(data[at + 11]) - 48
                r2 = np.int64(data[at + 12]) - 48
                r3 = np.int64(data[at + 13]) - 48
                digits = r1 | r2 | r3 | (9 - r1) | (9 - r2) | (9 - r3)
                if digits >= 0 and data[at + 10] == 46:
                    rubrique = r1 * 100 + r2 * 10 + r3
                    at += 14
        while at < size and data[at] != 10:
            at += 1

        # Whether there is room for it.
        opens = table >= 0 and rubrique >= 0
        opens = opens and (rubrique <= last_rubrique or block != last_block)
        if opens and table == INDIVIDU and position >= limit:
            state[S_STATUS] = CUT
            break
        if opens and plan[table, COUNT] == plan[table, CAPACITY]:
            state[S_STATUS] = table
            break
        if plan[ERREUR, COUNT] + MOST_ERRORS > plan[ERREUR, CAPACITY]:
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
            after_bad_key = 1
            continue
        last_table = table
        last_block = block
        last_rubrique = rubrique
        first = start + 16
        quoted = at > first and data[at - 1] == 39
        quoted = quoted and data[start + 14] == 44 and data[start + 15] == 39
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
            elif field & COLUMN == plan[table, KIND] and (
                value > 999 or (value >= 0 and kept[table * 1000 + value] == 0)
            ):
                row = leave_out(table, row, plan, cells, state)
        elif not quoted:
            state[S_LINE] = line
            record(BAD_QUOTES, HARMLESS, block * 1000 + rubrique, 0, plan, cells, state)
    state[S_LINE] = line
    state[S_LINES_COUNTED] = counted
    state[S_BLOCK] = last_block
    state[S_RUBRIQUE] = last_rubrique
    state[S_TABLE] = last_table
    state[S_AFTER_BAD_KEY] = after_bad_key
    state[S_ROW] = row
    return position
