"""The tables a scan fills: rows of integers in one flat buffer, opened under their parents.

A row is [line, row of the parent, field, field, ...].
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import i64, kernel, out_i64, void
from .dsn_bytes import Integer
from .dsn_values import NULL, ORPHAN

# Tables. The first N_PARENTS can have children; opening one of them closes those after it.
ENVOI: Final = 0
DECLARATION: Final = 1
ENTREPRISE: Final = 2
ETABLISSEMENT: Final = 3
INDIVIDU: Final = 4
BORDEREAU: Final = 5
CONTRAT: Final = 6
BASE: Final = 7
REMUNERATION: Final = 8
N_PARENTS: Final = 9
AGREGE: Final = 9
FIN: Final = 10
PRIME: Final = 11
REVENU: Final = 12
COMPOSANT: Final = 13
COTISATION: Final = 14
ACTIVITE: Final = 15
TOTAL: Final = 16
ERREUR: Final = 17
N_TABLES: Final = 18

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

MOST_ERRORS: Final = 3  # of one line

HARMLESS: Final = -1  # the line holds nothing that is read
UNREADABLE: Final = -2  # nobody knows what the line held: the open row may miss it

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
S_AFTER_BAD_KEY: Final = 9
S_STATUS: Final = 10
S_ERRORS: Final = 11  # how many there were when the last row was opened
S_OPEN: Final = 12
N_STATE: Final = S_OPEN + N_PARENTS

# Status of a call: end of the bytes, or the number of the table that is full.
DONE: Final = -1

# An open row: none, or one left out with all it contains.
CLOSED: Final = -1
SKIPPED: Final = -2

io_plan = types.int64[:, ::1]


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
        # Unsigned: what a negative index stands for is worked out at each step.
        for i in range(np.uint64(at + N_LEAD), np.uint64(at + plan[table, WIDTH])):
            cells[i] = NULL
    state[S_ROW] = row
    state[S_ERRORS] = plan[ERREUR, COUNT]
    if parent == CLOSED:
        state[S_OPEN + up] = SKIPPED  # one report for it and its sisters
        record(ORPHAN, UNREADABLE, key, UNUSED, plan, cells, state)
    first = S_OPEN if table == TOTAL else S_OPEN + table
    for child in range(np.uint64(first), np.uint64(S_OPEN + N_PARENTS)):
        state[child] = CLOSED
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
    kept = state[S_ERRORS]
    for error in range(kept, plan[ERREUR, COUNT]):
        at = plan[ERREUR, OFFSET] + error * N_ERREUR
        if cells[at + TABLE] == table and cells[at + ROW] == row:
            continue
        to = plan[ERREUR, OFFSET] + kept * N_ERREUR
        for column in range(N_ERREUR):
            cells[to + column] = cells[at + column]
        kept += 1
    plan[ERREUR, COUNT] = kept
    return SKIPPED
