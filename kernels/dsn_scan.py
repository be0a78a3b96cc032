"""One pass over the bytes of a DSN: from lines to rows of integers, one table a kind of block.

A line is `S21.G00.30.001,'value'`: 14 bytes of key, then the value, from the quote that follows to
the last one of the line (values hold apostrophes and commas). An occurrence of a block starts when
the block changes or when the rubrique number does not increase; it belongs to the last open
occurrence of its parent block.

The caller's tables say which rubriques are read and how: no code of the norm stands here. A row is
[line, row of the parent, field, field, ...].
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import i64, in_i8, in_i64, in_u8, inline, kernel, out_i64, out_u8, void

# Tables. The first N_PARENTS can have children; opening one of them closes those after it.
ENVOI: Final = 0
DECLARATION: Final = 1
ENTREPRISE: Final = 2
ETABLISSEMENT: Final = 3
INDIVIDU: Final = 4
BORDEREAU: Final = 5
CONTRAT: Final = 6
BASE: Final = 7
N_PARENTS: Final = 8
AGREGE: Final = 8
FIN: Final = 9
REMUNERATION: Final = 10
PRIME: Final = 11
REVENU: Final = 12
COMPOSANT: Final = 13
COTISATION: Final = 14
TOTAL: Final = 15
ERREUR: Final = 16
N_TABLES: Final = 17

# Entries of the table of blocks that are no table.
UNUSED: Final = -1
UNKNOWN: Final = -2
PORTAL: Final = -3  # lines of the portal around the envois, outside their count

# Columns of the plan: where each table lies in the flat buffer of cells.
OFFSET: Final = 0
WIDTH: Final = 1
CAPACITY: Final = 2
COUNT: Final = 3
PARENT: Final = 4  # table of the parent, -1 for none
KIND: Final = 5  # column of the code that decides whether a row is kept, -1 for none
N_PLAN: Final = 6

# Columns every row starts with.
LINE: Final = 0
PARENT_ROW: Final = 1
N_LEAD: Final = 2

# Columns the scan itself fills in TOTAL, after the two it reads.
LINES_COUNTED: Final = 4
DECLARATIONS_COUNTED: Final = 5

# Columns of an error, after its line.
CODE: Final = 1
TABLE: Final = 2  # table and row of the cell at fault, or one of the two marks below
ROW: Final = 3
KEY: Final = 4  # block * 1000 + rubrique, -1 where they could not be read
SPAN: Final = 5  # offset << 8 | length of the value; the open table where TABLE is UNREADABLE
IN_INDIVIDU: Final = 6  # the open rows
IN_DECLARATION: Final = 7
N_ERREUR: Final = 8

HARMLESS: Final = -1  # the line holds nothing that is read
UNREADABLE: Final = -2  # nobody knows what the line held: the open row may miss it

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
LAST_MARK: Final = NULL + ORPHAN

# How a field is read; an entry of the table of fields is kind * N_FIELDS + column.
TEXTE: Final = 0  # offset << 8 | length
SIGLE: Final = 1  # up to 7 characters, packed
ENTIER: Final = 2
DATE: Final = 3  # JJMMAAAA, as yyyymmdd
DECIMAL_2: Final = 4  # two decimals, in hundredths
DECIMAL_3: Final = 5  # two or three decimals, in thousandths
N_FIELDS: Final = 16
COLUMN: Final = N_FIELDS - 1
MAX_VALUE: Final = 10**16  # a number does not grow beyond: its next digit would be its 18th

# State carried from call to call; the open row of each parent table stands at the end.
S_LINE: Final = 0
S_BLOCK: Final = 1
S_RUBRIQUE: Final = 2
S_TABLE: Final = 3
S_ROW: Final = 4
S_LINES_COUNTED: Final = 5
S_DECLARATIONS_COUNTED: Final = 6
S_UNKNOWN: Final = 7
S_PORTAL: Final = 8
S_STATUS: Final = 9
S_OPEN: Final = 10
N_STATE: Final = S_OPEN + N_PARENTS

# Status of a call: end of the bytes, limit reached, or the number of the table that is full.
DONE: Final = -1
CUT: Final = -2

# An open row: none, or one left out with all it contains.
CLOSED: Final = -1
SKIPPED: Final = -2

# Where a row names no contract: no number and several contracts, or a number nobody has.
NO_CONTRACT: Final = -1
UNKNOWN_CONTRACT: Final = -2

io_plan = types.int64[:, ::1]

Integer = int | np.int64


@inline
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


@kernel(i64, in_u8, i64, i64, i64)
def read_number(data: NDArray[np.uint8], start: Integer, stop: Integer, kind: Integer) -> Integer:
    """An ENTIER, a DATE `JJMMAAAA`, or a decimal `-?[0-9]+.[0-9]{2,3}`, scaled."""
    decimal = kind >= DECIMAL_2
    bad = NULL + (BAD_DECIMAL if decimal else BAD_DATE if kind == DATE else BAD_INTEGER)
    first = start + 1 if decimal and data[start] == 45 else start
    point = first
    value: Integer = 0
    for i in range(first, stop):
        digit = np.int64(data[i]) - 48
        if digit == -2 and point == first and decimal:
            point = i
        elif digit < 0 or digit > 9:
            return bad
        elif value >= MAX_VALUE:
            return NULL + TOO_MANY_DIGITS
        else:
            value = value * 10 + digit
    if kind == DATE:
        return calendar_date(value) if stop - start == 8 else bad
    decimals = stop - point - 1
    if decimal and (point == first or decimals < 2 or decimals > kind - DECIMAL_2 + 2):
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
    packed: Integer = 0
    for i in range(start, min(stop, start + 255)):
        byte = np.int64(data[i])
        if byte < 32:
            return NULL + BAD_TEXT
        packed = (packed & 0xFFFFFFFFFFFF) << 8 | byte
    if length > (255 if kind == TEXTE else 7):
        return NULL + BAD_TEXT
    return start << 8 | length if kind == TEXTE else packed


@kernel(void, i64, i64, i64, i64, io_plan, out_i64, out_i64)
def record(
    code: Integer,
    table: Integer,
    key: Integer,
    span: Integer,
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> None:
    """Note an error of the line being read, in the open row where `table` is a table."""
    at = plan[ERREUR, OFFSET] + plan[ERREUR, COUNT] * N_ERREUR
    plan[ERREUR, COUNT] += 1
    cells[at + LINE] = state[S_LINE]
    cells[at + CODE] = code
    cells[at + TABLE] = table
    cells[at + ROW] = state[S_ROW]
    cells[at + KEY] = key
    cells[at + SPAN] = span
    cells[at + IN_INDIVIDU] = state[S_OPEN + INDIVIDU]
    cells[at + IN_DECLARATION] = state[S_OPEN + DECLARATION]


@kernel(i64, i64, i64, io_plan, out_i64, out_i64)
def open_row(
    table: Integer,
    key: Integer,
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> Integer:
    """Open a row under the open row of its parent table.

    Under a parent left out, the occurrence is left out with all it contains. So is one without a
    parent, and that is reported; but a declaration without envoi is read, for it says by itself
    whose and when it is.

    Returns:
        The row, or SKIPPED.
    """
    up = plan[table, PARENT]
    parent = state[S_OPEN + up] if up >= 0 else 0
    row: Integer = SKIPPED
    if parent >= 0 or table == DECLARATION:
        row = plan[table, COUNT]
        plan[table, COUNT] += 1
        at = plan[table, OFFSET] + row * plan[table, WIDTH]
        cells[at + LINE] = state[S_LINE]
        cells[at + PARENT_ROW] = parent
        for i in range(at + N_LEAD, at + plan[table, WIDTH]):
            cells[i] = NULL
    state[S_ROW] = row
    if parent == CLOSED:
        state[S_OPEN + up] = SKIPPED  # one report for it and its sisters
        record(ORPHAN, UNREADABLE, key, UNUSED, plan, cells, state)
    for child in range(0 if table == TOTAL else table, N_PARENTS):
        state[S_OPEN + child] = CLOSED
    if table < N_PARENTS:
        state[S_OPEN + table] = row
    if table == ENVOI:
        state[S_LINES_COUNTED] = 1
        state[S_DECLARATIONS_COUNTED] = 0
    elif table == DECLARATION:
        state[S_DECLARATIONS_COUNTED] += 1
    return row


@kernel(i64, i64, i64, io_plan, out_i64, out_i64)
def leave_out(
    table: Integer,
    row: Integer,
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> Integer:
    """Leave out the open row, its errors and all it will contain; a declaration keeps its row.

    Returns:
        What is left of the row.
    """
    if table < N_PARENTS:
        state[S_OPEN + table] = SKIPPED
    if table == DECLARATION:
        return row
    plan[table, COUNT] -= 1
    while plan[ERREUR, COUNT] > 0:
        at = plan[ERREUR, OFFSET] + (plan[ERREUR, COUNT] - 1) * N_ERREUR
        if cells[at + TABLE] != table or cells[at + ROW] != row:
            break
        plan[ERREUR, COUNT] -= 1
    return SKIPPED


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
        if plan[ERREUR, COUNT] + 2 > plan[ERREUR, CAPACITY]:
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
            else:
                row = SKIPPED
                if table < N_PARENTS:
                    state[S_OPEN + table] = SKIPPED
        if field >= 0 and row >= 0:
            value = read_value(data, first, stop, field >> 4)
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
    state[S_ROW] = row
    return position


@kernel(i64, in_u8, in_i64, out_u8)
def gather(data: NDArray[np.uint8], spans: NDArray[np.int64], texts: NDArray[np.uint8]) -> int:
    """Copy texts one after the other, each followed by a line feed, which none holds.

    Args:
        data: the bytes of the file.
        spans: where the texts lie; a mark gives an empty one.
        texts: output, with room for all of them.

    Returns:
        How many bytes were written.
    """
    at = 0
    for i in range(spans.size):
        length = spans[i] & 255 if spans[i] > LAST_MARK else 0
        for j in range(length):
            texts[at + j] = data[(spans[i] >> 8) + j]
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
        data: the bytes of the file.
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
                for j in range(length if match else 0):
                    same = data[(reference[i] >> 8) + j] == data[(number[c] >> 8) + j]
                    match = match and same
            if not match:
                continue
            matches += 1
            later = first_day[c] <= stop[i] and first_day[c] > first_day[found]
            if found < 0 or later or first_day[found] > stop[i]:
                found = c
        if matches == 0 and named:
            found = UNKNOWN_CONTRACT
        contract[i] = found if matches == 1 or named else NO_CONTRACT
