from __future__ import annotations

import numpy as np
import pytest
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v

WIDTH = k.N_LEAD + 2
PARENTS = {
    k.DECLARATION: k.ENVOI,
    k.ENTREPRISE: k.DECLARATION,
    k.ETABLISSEMENT: k.ENTREPRISE,
    k.INDIVIDU: k.ETABLISSEMENT,
    k.BORDEREAU: k.ETABLISSEMENT,
    k.CONTRAT: k.INDIVIDU,
    k.BASE: k.INDIVIDU,
    k.AGREGE: k.BORDEREAU,
    k.COTISATION: k.BASE,
    k.TOTAL: k.ENVOI,
}
CAPACITY = 8


class Tables:
    """Tables of two fields, and what is open in them."""

    def __init__(self):
        self.plan = np.full((k.N_TABLES, k.N_PLAN), -1, np.int64)
        self.plan[:, k.WIDTH] = WIDTH
        self.plan[k.ERREUR, k.WIDTH] = k.N_ERREUR
        self.plan[:, k.CAPACITY] = CAPACITY
        self.plan[:, k.COUNT] = 0
        sizes = self.plan[:, k.WIDTH] * CAPACITY
        self.plan[:, k.OFFSET] = np.cumsum(sizes) - sizes
        for table, parent in PARENTS.items():
            self.plan[table, k.PARENT] = parent
        self.cells = np.zeros(sizes.sum(), np.int64)
        self.state = np.zeros(k.N_STATE, np.int64)
        self.state[k.S_OPEN :] = k.CLOSED

    def open(self, *tables):
        for table in tables:
            self.state[k.S_LINE] += 1
            row = k.open_row(table, 210030001, self.plan, self.cells, self.state)
        return row

    def rows(self, table):
        width = self.plan[table, k.WIDTH]
        start = self.plan[table, k.OFFSET]
        return self.cells[start : start + width * self.plan[table, k.COUNT]].reshape(-1, width)

    def errors(self):
        return [tuple(error) for error in self.rows(k.ERREUR)[:, : k.ROW].tolist()]


@pytest.fixture
def tables():
    return Tables()


PERSON = (k.ENVOI, k.DECLARATION, k.ENTREPRISE, k.ETABLISSEMENT, k.INDIVIDU)


def test_a_row_holds_its_line_its_parent_and_nothing_else(tables):
    tables.cells[:] = 77

    assert tables.open(*PERSON, k.INDIVIDU) == 1
    assert tables.rows(k.INDIVIDU).tolist() == [[5, 0, v.NULL, v.NULL], [6, 0, v.NULL, v.NULL]]
    assert tables.errors() == []


def test_a_child_belongs_to_the_last_open_parent(tables):
    tables.open(*PERSON, k.CONTRAT, k.BASE, k.COTISATION, k.INDIVIDU, k.BASE, k.COTISATION)

    assert tables.rows(k.BASE)[:, k.PARENT_ROW].tolist() == [0, 1]
    assert tables.rows(k.COTISATION)[:, k.PARENT_ROW].tolist() == [0, 1]


def test_opening_a_block_closes_what_was_under_it(tables):
    tables.open(*PERSON, k.BASE, k.INDIVIDU)

    assert tables.open(k.COTISATION) == k.SKIPPED
    assert tables.errors() == [(8 - 0, v.ORPHAN, k.UNREADABLE)]


def test_a_person_closes_the_bordereau_before_it(tables):
    tables.open(*PERSON[:-1], k.BORDEREAU, k.AGREGE, k.INDIVIDU)

    assert tables.open(k.AGREGE) == k.SKIPPED


def test_an_orphan_is_reported_once_and_skipped_with_its_sisters(tables):
    tables.open(k.ENVOI, k.DECLARATION)

    assert [tables.open(k.CONTRAT) for _ in range(3)] == [k.SKIPPED] * 3
    assert len(tables.errors()) == 1
    assert tables.plan[k.CONTRAT, k.COUNT] == 0


def test_a_declaration_without_envoi_is_read_and_reported(tables):
    assert tables.open(k.DECLARATION) == 0
    assert tables.rows(k.DECLARATION)[0, k.PARENT_ROW] == k.CLOSED
    assert tables.errors() == [(1, v.ORPHAN, k.UNREADABLE)]


def test_the_totals_close_everything(tables):
    assert tables.open(*PERSON, k.BASE, k.TOTAL) == 0
    assert tables.state[k.S_OPEN :].tolist() == [k.CLOSED] * k.N_PARENTS
    assert tables.open(k.TOTAL) == k.SKIPPED


def test_an_envoi_restarts_the_counts(tables):
    tables.state[k.S_LINES_COUNTED] = 99
    tables.open(k.ENVOI, k.DECLARATION, k.DECLARATION)

    assert tables.state[k.S_LINES_COUNTED] == 1
    assert tables.state[k.S_DECLARATIONS_COUNTED] == 2


def test_what_is_left_out_takes_its_errors_and_its_children(tables):
    tables.open(*PERSON)
    k.record(v.BAD_DATE, k.INDIVIDU, 1, 0, tables.plan, tables.cells, tables.state)
    row = tables.open(k.BASE)
    for code, table in (
        (v.BAD_DATE, k.BASE),
        (v.BAD_QUOTES, k.HARMLESS),
        (v.BAD_DECIMAL, k.BASE),
        (v.BAD_KEY, k.HARMLESS),
    ):
        k.record(code, table, 1, 0, tables.plan, tables.cells, tables.state)

    assert k.leave_out(k.BASE, row, tables.plan, tables.cells, tables.state) == k.SKIPPED
    before, *harmless = tables.errors()
    assert before[1:] == (v.BAD_DATE, k.INDIVIDU)
    assert [error[1:] for error in harmless] == [
        (v.BAD_QUOTES, k.HARMLESS),
        (v.BAD_KEY, k.HARMLESS),
    ]
    assert tables.plan[k.BASE, k.COUNT] == 0
    assert tables.open(k.COTISATION) == k.SKIPPED
    assert len(tables.errors()) == 3


def test_a_row_left_out_without_errors(tables):
    row = tables.open(*PERSON, k.BASE, k.COTISATION)

    assert k.leave_out(k.COTISATION, row, tables.plan, tables.cells, tables.state) == k.SKIPPED
    assert tables.open(k.COTISATION) == 0


def test_a_declaration_left_out_keeps_its_row_not_its_children(tables):
    row = tables.open(k.ENVOI, k.DECLARATION)

    assert k.leave_out(k.DECLARATION, row, tables.plan, tables.cells, tables.state) == row
    assert [tables.open(table) for table in PERSON[2:]] == [k.SKIPPED] * 3
    assert tables.errors() == []


def test_an_error_knows_its_place(tables):
    tables.open(*PERSON)
    tables.state[k.S_ROW] = 3
    k.record(v.BAD_DATE, k.BASE, 210078002, 777, tables.plan, tables.cells, tables.state)

    assert tables.rows(k.ERREUR).tolist() == [[5, v.BAD_DATE, k.BASE, 3, 210078002, 777, 0, 0]]
