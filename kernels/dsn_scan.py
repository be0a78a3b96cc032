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

from ._jit import i64, in_i8, in_i64, in_u8, kernel, out_i64, void

# Tables. The first N_PARENTS can have children; opening one of them closes those after it.
ENVOI: Final = 0
DECLARATION: Final = 1
ENTREPRISE: Final = 2
ETABLISSEMENT: Final = 3
BORDEREAU: Final = 4
INDIVIDU: Final = 5
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
KEY: Final = 4  # as `read_key` gives it
SPAN: Final = 5  # offset << 8 | length of the value
IN_INDIVIDU: Final = 6  # the open rows
IN_DECLARATION: Final = 7
N_ERREUR: Final = 8

HARMLESS: Final = -1  # the line holds nothing that is read
UNREADABLE: Final = -2  # nobody knows what the line held: its person may miss something

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
ENTIER: Final = 1
SIGLE: Final = 2  # up to 7 characters, packed
DECIMAL_2: Final = 3  # two decimals, in hundredths
DECIMAL_3: Final = 4  # two or three decimals, in thousandths
DATE: Final = 5  # JJMMAAAA, as yyyymmdd
N_FIELDS: Final = 16
MAX_DIGITS: Final = 15

# State carried from call to call; the open row of each parent table stands at the end.
S_LINE: Final = 0
S_KEY: Final = 1
S_ROW: Final = 2
S_LINES_COUNTED: Final = 3
S_DECLARATIONS_COUNTED: Final = 4
S_UNKNOWN: Final = 5
S_PORTAL: Final = 6
S_STATUS: Final = 7
S_OPEN: Final = 8
N_STATE: Final = S_OPEN + N_PARENTS

# Status of a call: end of the bytes, limit reached, or the number of the table that is full.
DONE: Final = -1
CUT: Final = -2

# An open row: none, or one left out with all it contains.
CLOSED: Final = -1
SKIPPED: Final = -2

io_plan = types.int64[:, ::1]


@kernel(i64, in_u8, i64)
def read_two_digits(data: NDArray[np.uint8], at: int) -> int:
    """Two digits as an integer, -1 if they are not digits."""
    tens = np.int64(data[at]) - 48
    ones = np.int64(data[at + 1]) - 48
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:
        return -1
    return int(tens * 10 + ones)


@kernel(i64, in_u8, i64)
def read_block(data: NDArray[np.uint8], at: int) -> int:
    """`S21.G00.30` as 210030, -1 if it does not read so."""
    if data[at] != 83 or data[at + 3] != 46 or data[at + 4] != 71 or data[at + 7] != 46:
        return -1
    structure = read_two_digits(data, at + 1)
    group = read_two_digits(data, at + 5)
    number = read_two_digits(data, at + 8)
    if structure < 0 or group < 0 or number < 0:
        return -1
    return (structure * 100 + group) * 100 + number


@kernel(i64, in_u8, i64)
def read_key(data: NDArray[np.uint8], at: int) -> int:
    """`S21.G00.30.001` as 210030001; -1 if no key reads there, -2 - block if only its block does."""
    if data.size - at < 14:
        return -1
    block = read_block(data, at)
    if block < 0:
        return -1
    hundreds = np.int64(data[at + 11]) - 48
    rest = read_two_digits(data, at + 12)
    if data[at + 10] != 46 or hundreds < 0 or hundreds > 9 or rest < 0:
        return -2 - block
    return int(block * 1000 + hundreds * 100 + rest)


@kernel(i64, in_u8, i64, i64, i64)
def read_integer(data: NDArray[np.uint8], start: int, stop: int, base: int) -> int:
    """Digits as an integer (base 10), or up to 7 characters packed (base 256)."""
    if stop - start > (18 if base == 10 else 7):
        return NULL + BAD_INTEGER
    value = np.int64(0)
    for i in range(start, stop):
        byte = np.int64(data[i])
        if base == 10:
            byte -= 48
            if byte < 0 or byte > 9:
                return NULL + BAD_INTEGER
        value = value * base + byte
    return int(value)


@kernel(i64, in_u8, i64, i64, i64)
def read_decimal(data: NDArray[np.uint8], start: int, stop: int, most: int) -> int:
    """`-?[0-9]+.[0-9]{2,most}` as an integer with `most` decimals."""
    first = start + 1 if data[start] == 45 else start
    point = first
    value = np.int64(0)
    significant = 0
    for i in range(first, stop):
        digit = np.int64(data[i]) - 48
        if digit == -2 and point == first:
            point = i
        elif digit < 0 or digit > 9:
            return NULL + BAD_DECIMAL
        else:
            value = value * 10 + digit
            significant += 1 if value > 0 else 0
            if significant > MAX_DIGITS:
                return NULL + TOO_MANY_DIGITS
    decimals = stop - point - 1
    if point == first or decimals < 2 or decimals > most:
        return NULL + BAD_DECIMAL
    if decimals < most:
        value *= 10
    return int(value if first == start else -value)


@kernel(i64, in_u8, i64, i64)
def read_date(data: NDArray[np.uint8], start: int, stop: int) -> int:
    """`JJMMAAAA`, a day of the calendar from 1900 to 2199, as yyyymmdd."""
    if stop - start != 8:
        return NULL + BAD_DATE
    day = read_two_digits(data, start)
    month = read_two_digits(data, start + 2)
    rest = read_two_digits(data, start + 6)
    year = read_two_digits(data, start + 4) * 100 + rest
    days = 31
    if month == 2:
        days = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    elif (month < 8) == (month % 2 == 0):
        days = 30
    if month < 1 or month > 12 or day < 1 or day > days:
        return NULL + BAD_DATE
    if rest < 0 or year < 1900 or year > 2199:
        return NULL + BAD_DATE
    return (year * 100 + month) * 100 + day


@kernel(i64, in_u8, i64, i64)
def read_text(data: NDArray[np.uint8], start: int, stop: int) -> int:
    """Where a text lies: offset << 8 | length."""
    if stop - start > 255:
        return NULL + BAD_TEXT
    for i in range(start, stop):
        if data[i] < 32:
            return NULL + BAD_TEXT
    return start << 8 | (stop - start)


@kernel(i64, in_u8, i64, i64, i64)
def read_value(data: NDArray[np.uint8], start: int, stop: int, kind: int) -> int:
    """A value as its kind says, or a mark; an empty one is absent."""
    if start == stop:
        return NULL
    if kind == DECIMAL_2 or kind == DECIMAL_3:  # noqa: PLR1714 - a tuple test is slower compiled
        return read_decimal(data, start, stop, 2 if kind == DECIMAL_2 else 3)
    if kind == DATE:
        return read_date(data, start, stop)
    if kind == TEXTE:
        return read_text(data, start, stop)
    return read_integer(data, start, stop, 10 if kind == ENTIER else 256)


@kernel(i64, in_i8, i64)
def table_of(blocks: NDArray[np.int8], key: int) -> int:
    """The table of a key as `read_key` gives it; UNUSED, UNKNOWN or PORTAL."""
    block = key // 1000 if key >= 0 else -2 - key
    if block < 0:
        return UNKNOWN
    table = np.int64(blocks[block // 10000 * 100 + block % 100])
    return int(table) if table == PORTAL or block // 100 % 100 == 0 else UNKNOWN


@kernel(void, i64, i64, i64, i64, io_plan, out_i64, out_i64)
def record(
    code: int,
    table: int,
    key: int,
    span: int,
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


@kernel(i64, i64, io_plan, out_i64)
def parent_of(table: int, plan: NDArray[np.int64], state: NDArray[np.int64]) -> int:
    """The open row of the parent table; below 0, a new row has nowhere to go."""
    up = plan[table, PARENT]
    if up < 0:
        return 0
    parent = state[S_OPEN + up]
    if parent == CLOSED and table != DECLARATION:
        state[S_OPEN + up] = SKIPPED  # an orphan is reported once, not each of its sisters
    return int(parent)


@kernel(void, i64, i64, io_plan, out_i64, out_i64)
def open_row(
    table: int,
    key: int,
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> None:
    """Open a row, or leave the occurrence out when its parent is left out or missing.

    A declaration without envoi is read all the same: it says by itself whose and when it is.
    """
    parent = parent_of(table, plan, state)
    row = SKIPPED
    if parent >= 0 or table == DECLARATION:
        row = plan[table, COUNT]
        plan[table, COUNT] += 1
        at = plan[table, OFFSET] + row * plan[table, WIDTH]
        cells[at + LINE] = state[S_LINE]
        cells[at + PARENT_ROW] = parent
        cells[at + N_LEAD : at + plan[table, WIDTH]] = NULL
    first = 0 if table == TOTAL else table
    for child in range(first, N_PARENTS):
        state[S_OPEN + child] = CLOSED
    if table < N_PARENTS:
        state[S_OPEN + table] = row
    state[S_ROW] = row
    if parent == CLOSED:
        record(ORPHAN, UNREADABLE, key, 0, plan, cells, state)


@kernel(void, i64, io_plan, out_i64, out_i64)
def leave_out(
    table: int, plan: NDArray[np.int64], cells: NDArray[np.int64], state: NDArray[np.int64]
) -> None:
    """Leave out the open row, its errors and all it will contain; a declaration keeps its row."""
    if table < N_PARENTS:
        state[S_OPEN + table] = SKIPPED
    if table == DECLARATION:
        return
    row = state[S_ROW]
    state[S_ROW] = SKIPPED
    plan[table, COUNT] -= 1
    while plan[ERREUR, COUNT] > 0:
        at = plan[ERREUR, OFFSET] + (plan[ERREUR, COUNT] - 1) * N_ERREUR
        if cells[at + TABLE] != table or cells[at + ROW] != row:
            break
        plan[ERREUR, COUNT] -= 1


@kernel(void, in_u8, i64, i64, i64, i64, i64, in_u8, io_plan, out_i64, out_i64)
def write_cell(
    data: NDArray[np.uint8],
    start: int,
    stop: int,
    table: int,
    key: int,
    field: int,
    kept: NDArray[np.uint8],
    plan: NDArray[np.int64],
    cells: NDArray[np.int64],
    state: NDArray[np.int64],
) -> None:
    """Read a value into the open row; leave the row out where its code is not one kept."""
    column = field % N_FIELDS
    span = start << 8 | min(stop - start, 255)
    value = read_value(data, start, stop, field // N_FIELDS)
    if start > stop:
        value = NULL + BAD_QUOTES
    cells[plan[table, OFFSET] + state[S_ROW] * plan[table, WIDTH] + column] = value
    if NULL < value <= LAST_MARK:
        record(value - NULL, table, key, span, plan, cells, state)
    elif column == plan[table, KIND] and value >= 0:
        if value > 999 or kept[table * 1000 + value] == 0:
            leave_out(table, plan, cells, state)


@kernel(void, i64, io_plan, out_i64, out_i64)
def count_lines(
    table: int, plan: NDArray[np.int64], cells: NDArray[np.int64], state: NDArray[np.int64]
) -> None:
    """Count the lines and declarations of an envoi; write the counts with its totals."""
