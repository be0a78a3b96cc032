from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from batchcalc.kernels import dsn_values as v
from batchcalc.kernels.dsn_bytes import PADDING, eight
from hypothesis import given
from hypothesis import strategies as st

BEFORE = b"S21.G00.78.004,'"


def read(text: bytes, kind: int) -> int:
    """What `read_value` reads, and `short_number` where it reads the same number at once."""
    data = np.frombuffer(BEFORE + text + b"'\r\n" + bytes(PADDING), np.uint8)
    value = int(v.read_value(data, len(BEFORE), len(BEFORE) + len(text), kind))
    if kind > v.SIGLE and 0 < len(text) <= 8:
        short = v.short_number(eight(data, len(BEFORE)), len(text), kind)
        assert short in (value, v.NULL)
        assert short == value or value <= v.LAST_MARK
    return value


@given(st.integers(-(10**13) + 1, 10**13 - 1), st.integers(0, 3))
def test_a_decimal_reads_to_cents(cents, zeros):
    sign, digits = ("-", -cents) if cents < 0 else ("", cents)
    text = f"{sign}{'0' * zeros}{digits // 100}.{digits % 100:02}"

    assert read(text.encode(), v.DECIMAL_2) == cents


@pytest.mark.parametrize(
    ("text", "value"),
    [(b"0.00", 0), (b"-0.00", 0), (b"00012.30", 1230), (b"-7.05", -705), (b"1.99", 199)],
)
def test_zeros_and_signs(text, value):
    assert read(text, v.DECIMAL_2) == value


@pytest.mark.parametrize(
    "text",
    [
        *(b"1", b"1.", b"1.0", b"1.000", b".50", b"-.50", b"-", b".", b"..00", b"1.2.3", b"1,00"),
        *(b"+1.00", b"--1.00", b"1-.00", b" 1.00", b"1.00 ", b"1e2.00", b"\xb2.00", b"1.0\x00"),
    ],
)
def test_what_is_no_decimal(text):
    assert read(text, v.DECIMAL_2) == v.NULL + v.BAD_DECIMAL


@pytest.mark.parametrize("text", [b"999999999999999999.00", b"-10000000000000.00", b"9" * 200])
def test_more_digits_than_any_amount(text):
    assert read(text, v.DECIMAL_2) == v.NULL + v.TOO_MANY_DIGITS


def test_leading_zeros_are_no_digits():
    assert read(b"0" * 60 + b"1.00", v.DECIMAL_2) == 100


@pytest.mark.parametrize(
    ("text", "value"), [(b"0.10", 100), (b"0.016", 16), (b"-7.00", -7000), (b"0.1", None)]
)
def test_rates_have_two_or_three_decimals(text, value):
    assert read(text, v.DECIMAL_3) == (v.NULL + v.BAD_DECIMAL if value is None else value)
    assert Decimal(text.decode()) * 1000 == (value if value is not None else 100)


@pytest.mark.parametrize(
    ("text", "value"), [(b"0", 0), (b"018", 18), (b"251219141028734", 251219141028734)]
)
def test_integers(text, value):
    assert read(text, v.ENTIER) == value


@pytest.mark.parametrize("text", [b"-1", b"1.0", b"01A", b" 1", b"1" * 18, b"1" * 300])
def test_what_is_no_integer(text):
    assert read(text, v.ENTIER) in (v.NULL + v.BAD_INTEGER, v.NULL + v.TOO_MANY_DIGITS)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_of_the_calendar_is_a_date(day):
    assert read(f"{day:%d%m%Y}".encode(), v.DATE) == int(f"{day:%Y%m%d}")


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_no_other_day_is(day, month, year):
    try:
        date(year, month, day)
        expected = 1900 <= year <= 2199
    except ValueError:
        expected = False

    value = read(f"{day:02}{month:02}{year:04}".encode(), v.DATE)

    assert (value != v.NULL + v.BAD_DATE) == expected


@pytest.mark.parametrize(
    "text", [b"2026-01-01", b"1012026", b"010120260", b"0101202X", b"-1012026"]
)
def test_what_is_no_date(text):
    assert read(text, v.DATE) == v.NULL + v.BAD_DATE


@pytest.mark.parametrize("kind", range(v.DECIMAL_3 + 1))
def test_an_empty_value_is_absent_and_one_without_quotes_is_bad(kind):
    data = np.zeros(4, np.uint8)

    assert v.read_value(data, 2, 2, kind) == v.NULL
    assert v.read_value(data, 2, 0, kind) == v.NULL + v.BAD_QUOTES


def test_a_text_is_where_it_lies():
    span = read("L'OISEAU, é".encode("latin-1"), v.TEXTE)

    assert (span >> 8, span & 255) == (len(BEFORE), 11)


@pytest.mark.parametrize("text", [b"a\x00", b"\x1f", b"a\nb", b"x" * 256])
def test_what_is_no_text(text):
    assert read(text, v.TEXTE) == v.NULL + v.BAD_TEXT


@given(st.binary(min_size=1, max_size=7).filter(lambda text: min(text) >= 32))
def test_a_short_text_is_packed(text):
    assert read(text, v.SIGLE) == int.from_bytes(text)


@pytest.mark.parametrize("text", [b"12345678", b"a\x00"])
def test_what_is_no_short_text(text):
    assert read(text, v.SIGLE) == v.NULL + v.BAD_TEXT


@given(
    st.text("0123456789.-\xb2\xff/:'", min_size=1, max_size=9), st.integers(v.ENTIER, v.DECIMAL_3)
)
def test_a_short_number_is_read_alike_at_once(text, kind):
    read(text.encode("latin-1"), kind)


@given(st.binary(min_size=1, max_size=40), st.sampled_from([v.TEXTE, v.SIGLE]))
def test_a_text_holds_no_control_character(text, kind):
    good = min(text) >= 32 and (kind == v.TEXTE or len(text) <= 7)

    assert (read(text, kind) == v.NULL + v.BAD_TEXT) == (not good)
