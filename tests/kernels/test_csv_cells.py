"""csv_numbers, csv_days and csv_texts against Decimal, the calendar and the texts themselves."""

import re
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from batchcalc.kernels.csv_cells import (
    LONGEST_TEXT,
    NULL,
    NULL_DAY,
    SPARE,
    csv_days,
    csv_numbers,
    csv_texts,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def place(cells):
    """Words and marks of cells, one a line, in the second of two fields."""
    text, marks = b"", []
    for cell in cells:
        marks += [len(text) - 1, len(text) + 1, len(text) + 2 + len(cell)]
        text += b"x;" + cell + b"\n"
    data = np.frombuffer(text + b"\n" * SPARE, np.uint8)
    words = np.ndarray((data.size - 7,), np.uint64, data, strides=(1,))
    return words, np.array(marks, np.int32), 2, 1


def encoded(cells):
    return [cell if isinstance(cell, bytes) else cell.encode() for cell in cells]


def numbers(*cells, scale=2):
    """Values, None where empty, `careful` where not plain; and how many are empty."""
    out, careful = np.zeros(len(cells), np.int64), np.zeros(len(cells), np.uint8)
    empty = csv_numbers(*place(encoded(cells)), scale, out, careful)
    read = [None if value == NULL else value for value in out.tolist()]
    return ["careful" if c else v for v, c in zip(read, careful.tolist(), strict=True)], empty


def days(*cells, to_month=False):
    out, careful = np.zeros(len(cells), np.int32), np.zeros(len(cells), np.uint8)
    empty = csv_days(*place(encoded(cells)), to_month, out, careful)
    epoch = date(1970, 1, 1)
    read = [
        None if v == NULL_DAY else epoch + timedelta(v) for v in np.where(careful, 0, out).tolist()
    ]
    return ["careful" if c else v for v, c in zip(read, careful.tolist(), strict=True)], empty


def texts(*cells):
    """Each text as its view says, the careful ones marked; empty cells; bytes kept."""
    cells = encoded(cells)
    views, careful = np.zeros((len(cells), 2), np.uint64), np.zeros(len(cells), np.uint8)
    kept = np.zeros(sum(len(cell) + 3 for cell in cells) + SPARE, np.uint8)
    heap = np.ndarray((kept.size - 7,), np.uint64, kept, strides=(1,))
    empty, used = csv_texts(*place(cells), views, heap, careful)
    kept, careful = kept[:used].tobytes(), careful.tolist()
    read = [
        "careful" if marked else view_text(view.tobytes(), kept)
        for view, marked in zip(views, careful, strict=True)
    ]
    return read, empty, used


def view_text(view, kept):
    length = int.from_bytes(view[:4], "little")
    if length <= 12:
        assert not any(view[4 + length :])
        return view[4 : 4 + length].decode()
    at = int.from_bytes(view[12:], "little")
    text = kept[at : at + length]
    assert len(text) == length
    assert view[4:8] == text[:4]
    assert not any(view[8:12])
    return text.decode()


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("0", 0),
        ("-0", 0),
        ("1801.80", 180180),
        ("1801,8", 180180),
        ("-3.05", -305),
        ("007", 700),
        ("12.5000", 1250),
        ("999999999999.99", 99999999999999),
        ("-999999999999.9", -99999999999990),
        ("1.2300000000000", 123),
    ],
)
def test_csv_numbers(cell, cents):
    assert numbers(cell) == ([cents], 0)


@pytest.mark.parametrize(
    "cell",
    [
        *("x", " 1", "1 ", "+1", "1e3", "1.2.3", "1,2,3", "--1", "1-", "-", ".", ".5", "5."),
        *("1.234", "1.005", "1234567890123", "1.230000000000000", "0x1", "1_0", '"1', "1\r"),
        *('"', '1"', '""1"', '"1""', '"" ', '"""1"""'),
        *("\t", "é", "/", ":"),
    ],
)
def test_numbers_that_are_not_plain(cell):
    assert numbers(cell, "1") == (["careful", 100], 0)


def test_empty_numbers_are_counted():
    assert numbers("", "1", "") == ([None, 100, None], 2)


@pytest.mark.parametrize(("scale", "value"), [(2, "careful"), (4, 173333), (6, 17333300)])
def test_scales(scale, value):
    assert numbers("17.3333", scale=scale) == ([value], 0)


PLAIN = r"-?[0-9]{1,12}(?:[.,][0-9]{1,%d}0{0,12})?"


@settings(max_examples=300)
@given(st.lists(st.text("0019.,- x", max_size=18), min_size=1), st.sampled_from([2, 4, 6]))
def test_a_number_is_plain_by_its_pattern_and_its_length(cells, scale):
    read, _ = numbers(*cells, scale=scale)
    for cell, value in zip(cells, read, strict=True):
        if re.fullmatch(PLAIN % scale, cell) and len(cell) <= 16:
            assert value == int(Decimal(cell.replace(",", ".")).scaleb(scale))
        else:
            assert value == (None if not cell else "careful")


# --- Days -----------------------------------------------------------------------------------------


def test_csv_days():
    cells = ["2026-01-31", "2024-02-29", "2026-03", "", "1900-01-01", "2199-12-31"]
    dates = [date(2026, 1, 31), date(2024, 2, 29), date(2026, 3, 1), None]
    assert days(*cells) == ([*dates, date(1900, 1, 1), date(2199, 12, 31)], 1)


def test_first_of_the_month():
    assert days("2026-01-31", "2026-02", to_month=True)[0] == [date(2026, 1, 1), date(2026, 2, 1)]


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-13", "2026-00", "2026-1", "26-01", "-2026-01", "2026-02-30", "2026-02-00"),
        *("1899-12-31", "2200-01", "2026/01", "2026-01/01", "2026-01-1", "2026-01-011", "x"),
        *(" 2026-01", "2026-01 ", "2026-0a", "2026-01-0:", "202/-01", "éé", "2026-02-29"),
        *("2026-04-31", "2026x01", "2026-01x01"),
    ],
)
def test_days_that_are_not_plain(cell):
    assert days(cell, "2026-01") == (["careful", date(2026, 1, 1)], 0)


@settings(max_examples=100)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_any_day(day):
    assert days(f"{day}", to_month=False)[0] == [day]
    assert days(f"{day}", to_month=True)[0] == [day.replace(day=1)]


# --- Texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 4, 7, 8, 9, 12, 13, 15, 16, 17, 24, 25, 200, LONGEST_TEXT])
def test_csv_texts(length):
    text = ("0123456789abcdefghijklmnopqrstuvwxyz" * 8)[:length]
    assert texts("a", text, "b")[:2] == (["a", text, "b"], 0)


def test_empty_texts_are_counted():
    assert texts("", "a", "")[:2] == (["", "a", ""], 2)


def test_a_text_that_follows_itself_is_kept_once():
    siret, other = "10000000000018", "10000000000026"
    assert texts(siret, siret, "x", siret, other, siret) == (
        [siret, siret, "x", siret, other, siret],
        0,
        3 * 14,
    )


def test_texts_that_differ_in_their_last_byte_only():
    assert texts("1234567890123456", "1234567890123457", "123456789012345")[0] == [
        "1234567890123456",
        "1234567890123457",
        "123456789012345",
    ]


@pytest.mark.parametrize("wrong", [b" ", b"\t", b'"', b"\r", b"\x01", "é".encode(), b"\xff"])
@pytest.mark.parametrize("at", [0, 3, 7, 8, 12, 15, 16, 30])
def test_texts_that_are_not_plain(wrong, at):
    text = b"x" * at + wrong + b"x" * 3
    assert texts(text, "ok")[0] == ["careful", "ok"]


def test_a_text_too_long_is_not_plain():
    assert texts("x" * (LONGEST_TEXT + 1), "a")[0] == ["careful", "a"]


@settings(max_examples=200)
@given(st.lists(st.text(st.characters(max_codepoint=255, exclude_characters="\n"), max_size=40)))
def test_any_text(cells):
    read, empty, _ = texts(*cells)
    assert empty == cells.count("") + cells.count('""')
    for cell, text in zip(cells, read, strict=True):
        plain = re.fullmatch("[!#-\x7f]*", cell)
        assert text == (cell if plain else "careful")


# --- Quotes ---------------------------------------------------------------------------------------


def test_quotes_around_a_cell_are_no_part_of_it():
    siret = "10000000000018"
    assert numbers('"1,5"', '""') == ([150, None], 1)
    assert days('"2026-01"', '""') == ([date(2026, 1, 1), None], 1)
    assert texts('"a"', f'"{siret}"', siret, '""') == (["a", siret, siret, ""], 1, 14)


@pytest.mark.parametrize("cell", ['"a""b"', '""""', '"a\nb"', '" a"', '"a', '"'])
def test_quoted_texts_that_are_not_plain(cell):
    assert texts(cell, "a")[0] == ["careful", "a"]


# --- Signatures -----------------------------------------------------------------------------------


def test_signatures(check_signature):
    words, marks, *where = place([b"1"])
    careful = np.zeros(1, np.uint8)
    views, kept = np.zeros((1, 2), np.uint64), words.copy()
    text_arguments = words, marks, *where, views, kept, careful.copy()
    check_signature(csv_numbers, words, marks, *where, 2, np.zeros(1, np.int64), careful, outputs=2)
    check_signature(csv_texts, *text_arguments, outputs=3)
    check_signature(
        csv_days, words, marks, *where, True, np.zeros(1, np.int32), careful.copy(), outputs=2
    )
