from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v
from batchcalc.kernels.dsn_bytes import PADDING
from batchcalc.kernels.dsn_scan import scan
from hypothesis import given
from hypothesis import strategies as st

# A small norm: table, block, parent, fields (rubrique: kind), codes kept in the first field.
NORM = [
    (k.ENVOI, "S10.G00.00", -1, {1: v.SIGLE}, None),
    (k.DECLARATION, "S20.G00.05", k.ENVOI, {1: v.ENTIER, 5: v.DATE}, {1}),
    (k.ENTREPRISE, "S21.G00.06", k.DECLARATION, {1: v.TEXTE}, None),
    (k.ETABLISSEMENT, "S21.G00.11", k.ENTREPRISE, {1: v.TEXTE}, None),
    (k.INDIVIDU, "S21.G00.30", k.ETABLISSEMENT, {1: v.TEXTE, 19: v.TEXTE}, None),
    (k.CONTRAT, "S21.G00.40", k.INDIVIDU, {9: v.TEXTE}, None),
    # Its code is not its first rubrique.
    (k.REMUNERATION, "S21.G00.51", k.INDIVIDU, {11: v.ENTIER, 1: v.DATE, 13: v.DECIMAL_2}, {17}),
    (k.BASE, "S21.G00.78", k.INDIVIDU, {1: v.ENTIER, 4: v.DECIMAL_2}, {3}),
    (k.COTISATION, "S21.G00.81", k.BASE, {1: v.ENTIER, 4: v.DECIMAL_2}, {18, 106}),
    (k.TOTAL, "S90.G00.90", k.ENVOI, {1: v.ENTIER, 2: v.ENTIER}, None),
]
HEAD = ["10.00.001 P", "20.05.001 01", "20.05.005 01012026", "21.06.001 9", "21.11.001 1"]
PERSON = ["21.30.001 A", "21.40.009 C1"]
TAIL = ["90.90.001 1", "90.90.002 1"]


def line(short: str) -> str:
    """`21.30.001 A` as `S21.G00.30.001,'A'`; anything else as it stands."""
    key, _, value = short.partition(" ")
    if key.count(".") != 2:
        return short
    structure, block, rubrique = key.split(".")
    return f"S{structure}.G00.{block}.{rubrique},'{value}'"


@dataclass
class Norm:
    blocks: np.ndarray
    fields: np.ndarray
    kept: np.ndarray
    plan: np.ndarray

    def scan(self, data, position, end, cells, state):
        tables = self.blocks, self.fields, self.kept, self.plan
        return scan(data, position, end, *tables, cells, state)


def norm(capacity: int) -> Norm:
    blocks = np.full(10_000, k.UNKNOWN, np.int8)
    blocks[500:700] = blocks[9500:9700] = k.PORTAL
    blocks[2150] = k.UNUSED
    fields = np.full(k.N_TABLES * 1000, -1, np.int64)
    kept = np.ones(k.N_TABLES * 1000, np.uint8)
    plan = np.full((k.N_TABLES, k.N_PLAN), -1, np.int64)
    plan[:, k.WIDTH] = k.N_ERREUR
    plan[:, k.CAPACITY] = capacity
    plan[:, k.COUNT] = 0
    for table, code, parent, rubriques, codes in NORM:
        blocks[int(code[1:3]) * 100 + int(code[8:])] = table
        plan[table, k.PARENT] = parent
        for column, (rubrique, kind) in enumerate(rubriques.items(), k.N_LEAD):
            fields[table * 1000 + rubrique] = kind * v.N_FIELDS + column
        if codes is not None:
            plan[table, k.KIND] = k.N_LEAD
            kept[table * 1000 : table * 1000 + 1000] = 0
            kept[[table * 1000 + code for code in codes]] = 1
    sizes = plan[:, k.WIDTH] * plan[:, k.CAPACITY]
    plan[:, k.OFFSET] = np.cumsum(sizes) - sizes
    return Norm(blocks, fields, kept, plan)


@dataclass
class Scanned:
    plan: np.ndarray
    cells: np.ndarray
    state: np.ndarray
    position: int
    size: int

    def rows(self, table: int) -> list[list[int]]:
        offset, width, _, count = self.plan[table, : k.COUNT + 1].tolist()
        return self.cells[offset : offset + width * count].reshape(-1, width).tolist()

    def values(self, table: int) -> list[tuple[int, int]]:
        return [tuple(row[k.N_LEAD : k.N_LEAD + 2]) for row in self.rows(table)]

    def errors(self) -> list[tuple[int, int, int]]:
        return [(row[k.LINE], row[k.CODE], row[k.TABLE]) for row in self.rows(k.ERREUR)]

    @property
    def status(self) -> int:
        return int(self.state[k.S_STATUS])


def padded(data: bytes) -> np.ndarray:
    """The bytes, and lines that must not be read after them."""
    return np.frombuffer(data + (b"S21.G00.30.001,'X'\n" * PADDING)[:PADDING], np.uint8)


def scanned(shorts, *, end="\n", capacity=50, stop=None, data=None) -> Scanned:
    """What lines hold, or bytes; up to `stop` where it is given."""
    if data is None:
        data = "".join(line(short) + end for short in shorts).encode("latin-1")
    size = len(data) if stop is None else stop
    norms = norm(capacity)
    cells = np.zeros(k.N_TABLES * k.N_ERREUR * capacity, np.int64)
    state = np.zeros(k.N_STATE, np.int64)
    state[k.S_OPEN :] = k.CLOSED
    state[[k.S_TABLE, k.S_ROW]] = k.UNUSED, k.SKIPPED
    position = norms.scan(padded(data), 0, size, cells, state)
    return Scanned(norms.plan, cells, state, position, len(data))


def test_lines_become_rows_under_their_parents():
    base = ["21.78.001 03", "21.78.004 2050.00", "21.81.001 018", "21.81.004 -513.80"]

    found = scanned([*HEAD, *PERSON, *base, *TAIL])

    assert found.errors() == []
    assert found.values(k.BASE) == [(3, 205000)]
    assert found.values(k.COTISATION) == [(18, -51380)]
    assert [row[: k.N_LEAD] for row in found.rows(k.COTISATION)] == [[10, 0]]
    assert (found.status, found.position) == (k.DONE, found.size)


@pytest.mark.parametrize("end", ["\n", "\r\n", " \r\n", "\n\n", "\r\n \r\n"])
def test_line_ends(end):
    found = scanned([*HEAD, *PERSON, "21.78.001 03", "21.78.004 1.00"], end=end)

    assert found.values(k.BASE) == [(3, 100)]
    assert found.errors() == []


def test_the_last_line_needs_no_end():
    text = "\n".join(map(line, [*HEAD, *PERSON, "21.78.001 03", "21.78.004 1.00"]))

    assert scanned([], data=text.encode()).values(k.BASE) == [(3, 100)]


def test_a_new_occurrence_starts_where_the_number_does_not_increase():
    bases = ["21.78.001 03", "21.78.004 1.00", "21.78.001 03", "21.78.004 2.00"]

    found = scanned([*HEAD, *PERSON, *bases, "21.78.004 3.00", "21.50.001 x", "21.78.004 4.00"])

    assert found.values(k.BASE) == [(3, 100), (3, 200), (v.NULL, 300), (v.NULL, 400)]


def test_a_value_goes_to_the_last_apostrophe_of_its_line():
    found = scanned([*HEAD, "21.30.001 L'A,'B''", "21.30.019 "])

    ((span, absent),) = found.values(k.INDIVIDU)
    assert (span & 255, absent) == (len("L'A,'B'' ".strip()), v.NULL)


def test_rows_whose_code_is_not_kept_are_left_out_with_what_they_contain():
    bases = ["21.78.001 04", "21.78.004 x", "21.81.001 018", "21.81.004 1.00"]
    suite = ["21.78.001 03", "21.81.001 045", "21.81.004 x", "21.81.001 106", "21.81.004 2.00"]

    found = scanned([*HEAD, *PERSON, *bases, *suite])

    assert found.values(k.BASE) == [(3, v.NULL)]
    assert found.values(k.COTISATION) == [(106, 200)]
    assert found.errors() == []


def test_a_code_that_comes_late_takes_back_the_row_and_its_errors():
    unwanted = ["21.51.001 32012026", "21.51.011 001", "21.51.013 x"]
    wanted = ["21.51.001 01012026", "21.51.011 017", "21.51.013 x"]

    found = scanned([*HEAD, *PERSON, *unwanted, *wanted])

    assert found.rows(k.REMUNERATION)[0][2:5] == [17, 20260101, v.NULL + v.BAD_DECIMAL]
    assert found.errors() == [(len(HEAD) + 8, v.BAD_DECIMAL, k.REMUNERATION)]


@pytest.mark.parametrize("code", ["O3", "0003", "99999"])
def test_codes_that_are_not_three_digits(code):
    found = scanned([*HEAD, *PERSON, f"21.78.001 {code}", "21.78.004 1.00"])

    assert found.values(k.BASE) == {"O3": [(v.NULL + v.BAD_INTEGER, 100)], "0003": [(3, 100)]}.get(
        code, []
    )


def test_a_declaration_of_another_nature_keeps_its_own_row_only():
    other = ["20.05.001 07", "20.05.005 01022026", *HEAD[3:], *PERSON, "?"]

    found = scanned([*HEAD[:1], *other, *HEAD[1:], "21.30.001 B"])

    assert found.values(k.DECLARATION) == [(7, 20260201), (1, 20260101)]
    assert len(found.rows(k.ENTREPRISE)) == len(found.rows(k.INDIVIDU)) == 1


def test_the_count_of_an_envoi():
    """Lines of the portal and blank ones do not count; unreadable ones do."""
    first = [*HEAD, "21.50.001 x", "", "06.51.001 x", "S06.G51.00.001,'x'", "?", *TAIL]
    second = [*HEAD, *HEAD[1:], *TAIL, "S96.G51.00.001,'x'"]

    found = scanned([*first, *second])

    counts = [row[k.LINES_COUNTED : k.DECLARATIONS_COUNTED + 1] for row in found.rows(k.TOTAL)]
    assert counts == [[len(HEAD) + 4, 1], [2 * len(HEAD) + 1, 2]]
    assert found.state[k.S_PORTAL] == 3
    assert found.state[k.S_LINE] == len(first) + len(second)


def test_unknown_blocks_are_counted():
    found = scanned([*HEAD, "21.87.001 x", "S21.G01.30.001,'x'", "21.50.001 x"])

    assert found.state[k.S_UNKNOWN] == 2
    assert found.errors() == []
    assert found.rows(k.INDIVIDU) == []


@pytest.mark.parametrize(
    "bad",
    ["?", "S21", "S21.G00.30.00", "s21.G00.30.001,'A'", "S21,G00.30.001,'A'", "S21.G00.30.0O1,'A'"],
)
def test_a_line_without_key_changes_nothing_but_is_noted(bad):
    found = scanned([*HEAD, "21.30.001 A", bad, "21.30.019 B"])

    assert len(found.rows(k.INDIVIDU)) == 1
    (error,) = found.rows(k.ERREUR)
    assert error[: k.ROW + 1] == [7, v.BAD_KEY, k.UNREADABLE, 0]
    assert error[k.SPAN :] == [k.INDIVIDU, 0, 0]


def test_a_line_without_key_in_a_block_that_is_not_read_is_harmless():
    found = scanned([*HEAD, "21.30.001 A", "S21.G00.50.x01,'A'"])

    assert found.errors() == [(7, v.BAD_KEY, k.HARMLESS)]


def test_a_row_that_opens_after_a_line_without_key_is_noted():
    found = scanned([*HEAD, "?", "21.30.019 A", "?", "21.50.001 x", "21.30.001 B"])

    assert found.errors() == [
        (6, v.BAD_KEY, k.UNREADABLE),
        (7, v.FOLLOWS_BAD_KEY, k.INDIVIDU),
        (8, v.BAD_KEY, k.UNREADABLE),
    ]


@pytest.mark.parametrize("end", ["2.00", "'2.00", "2.00'", "'", ""])
def test_a_value_without_its_apostrophes(end):
    found = scanned([*HEAD, *PERSON, "21.78.001 03", f"S21.G00.78.004,{end}", "21.78.006 x"])

    assert found.values(k.BASE) == [(3, v.NULL + v.BAD_QUOTES)]
    assert found.errors() == [(len(HEAD) + 4, v.BAD_QUOTES, k.BASE)]


def test_a_value_without_its_apostrophes_where_it_is_not_read():
    found = scanned([*HEAD, "S21.G00.30.002,A", "S21.G00.50.001,A", "S21.G00.87.001"])

    assert found.errors() == [(line, v.BAD_QUOTES, k.HARMLESS) for line in (6, 7, 8)]


def test_errors_know_the_value_at_fault():
    shorts = [*HEAD, *PERSON, "21.78.001 03", "21.78.004 DEUX"]
    found = scanned(shorts)

    (error,) = found.rows(k.ERREUR)
    text = "".join(line(short) + "\n" for short in shorts)
    start, length = error[k.SPAN] >> 8, error[k.SPAN] & 255
    assert text[start : start + length] == "DEUX"
    assert error[k.KEY] == 210078004


BASES = [f"21.78.{rubrique}" for rubrique in ("001 03", "004 1.00", "001 04", "004 x")]
WHOLE = [*HEAD, *[*PERSON, *BASES, "?", "21.81.001 018"] * 5, *TAIL]


@given(st.integers(3, 12), st.integers(0, len(WHOLE)))
def test_a_scan_resumed_reads_as_one(capacity, first):
    """Full tables and ends stop it between two lines; nothing is lost or read twice."""
    whole = scanned(WHOLE)
    text = "".join(line(short) + "\n" for short in WHOLE)
    data = padded(text.encode())
    stop = len("".join(line(short) + "\n" for short in WHOLE[:first]))
    found = scanned(WHOLE, capacity=capacity, stop=stop)
    while found.status != k.DONE or found.position < len(text):
        norms = norm(capacity)
        if found.status >= 0:
            capacity *= 2
            norms = norm(capacity)
            cells = np.zeros(k.N_TABLES * k.N_ERREUR * capacity, np.int64)
            for table in range(k.N_TABLES):
                rows = np.asarray(found.rows(table), np.int64).ravel()
                cells[norms.plan[table, k.OFFSET] :][: rows.size] = rows
            norms.plan[:, k.COUNT] = found.plan[:, k.COUNT]
            found = Scanned(norms.plan, cells, found.state, found.position, found.size)
        else:
            norms.plan[:] = found.plan
            stop = len(text)
        found.position = norms.scan(data, found.position, stop, found.cells, found.state)
        found.plan = norms.plan

    assert [found.rows(table) for table in range(k.N_TABLES)] == [
        whole.rows(table) for table in range(k.N_TABLES)
    ]
    assert found.state.tolist() == whole.state.tolist()


@pytest.mark.parametrize("length", [0, 1, 2, 15, 16, 17, 18, 31, 32, 33, 63, 64, 65, 200])
def test_lines_of_any_length(length):
    value = "A" * length

    found = scanned([*HEAD, f"21.30.001 {value}", f"21.50.001 {value}", "21.30.001 B"])

    assert [span & 255 for span, _ in found.values(k.INDIVIDU)] == [length, 1]
    assert found.state[k.S_LINE] == len(HEAD) + 3


@pytest.mark.parametrize("at", range(16))
def test_any_other_byte_in_a_key_is_seen(at):
    """Each byte of the key is checked against every value it cannot have."""
    key = b"S21.G00.30.001,'A'"
    head = "".join(line(short) + "\n" for short in HEAD).encode()
    digits = at in (1, 2, 5, 6, 8, 9, 11, 12, 13)
    for byte in {*range(256)} - {key[at], 10} - ({*range(48, 58)} if digits else set()):
        found = scanned([], data=head + key[:at] + bytes([byte]) + key[at + 1 :] + b"\n")

        codes = [v.BAD_KEY if at < 14 else v.BAD_QUOTES]
        assert [error[1] for error in found.errors()] == codes, byte


@given(st.binary(max_size=400))
def test_any_bytes_are_read_to_the_end(data):
    found = scanned([], data=data or b"\n", capacity=200)

    assert found.status == k.DONE
    assert found.position >= found.size


ANY_LINE = (
    *HEAD, *PERSON, *TAIL,
    "21.30.019 M1", "21.50.001 1", "21.50.002 2", "21.51.001 01012026", "21.51.002 x",
    "21.51.011 017", "21.51.011 1", "21.51.013 -17.25", "21.78.001 3", "21.78.001 03",
    "21.78.001 4", "21.78.004 12.30", "21.78.004 123456789.00", "21.78.004 1.2", "21.81.001 106",
    "21.81.001 a", "21.81.003 5", "21.81.004 0.00", "21.81.004 ", "21.99.001 1", "95.00.001 1",
    "", "no key", "S21.G01.30.001,'A'", "S21.G00.30.001,A'", "S21.G00.81.0x4,'1.00'",
)  # fmt: skip


@given(st.lists(st.sampled_from(ANY_LINE), max_size=60))
def test_a_plain_line_reads_like_one_that_ends_in_a_blank(shorts):
    plain, blank = (scanned(shorts, end=end, capacity=200) for end in ("\r\n", " \n"))

    for table in range(k.N_TABLES):
        assert plain.rows(table) == blank.rows(table)
    assert plain.state.tolist() == blank.state.tolist()
