from __future__ import annotations

import numpy as np
import pytest
from batchcalc.kernels.dsn_bytes import PADDING
from batchcalc.kernels.dsn_texts import NO_CONTRACT, UNKNOWN_CONTRACT, attach, gather
from batchcalc.kernels.dsn_values import BAD_TEXT, NULL
from hypothesis import given
from hypothesis import strategies as st

NEVER = 99_999_999


def spans(*texts: bytes | None) -> tuple[np.ndarray, np.ndarray]:
    """Texts in a buffer, and where they lie."""
    data, found = b"##", []
    for text in texts:
        found.append(NULL if text is None else len(data) << 8 | len(text))
        data += (text or b"") + b"'"
    return np.frombuffer(data + bytes(PADDING), np.uint8), np.asarray(found, np.int64)


def test_texts_are_gathered_with_a_line_feed_after_each():
    data, found = spans(b"un", None, b"", b"L'\xe9t\xe9")
    out = np.zeros(30 + PADDING, np.uint8)

    assert gather(data, found, out) == 11
    assert out[:11].tobytes() == b"un\n\n\nL'\xe9t\xe9\n"


@given(st.lists(st.binary(max_size=40)))
def test_texts_of_any_length_are_gathered(texts):
    data, found = spans(*texts)
    out = np.zeros(sum(map(len, texts)) + len(texts) + PADDING, np.uint8)
    length = gather(data, found, out)

    assert out[:length].tobytes() == b"".join(text + b"\n" for text in texts)


def named(reference, numbers, *, period=(20260101, 20260131), first=None, last=None, rows=None):
    """The contract found among all of one person."""
    data, found = spans(reference, *numbers)
    found[0] = NULL if reference is None else found[0]
    low, high = rows or (0, len(numbers))
    out = np.zeros(1, np.int64)
    one = [np.asarray([value], np.int64) for value in (*period, low, high)]
    first = np.asarray(first or [20200101] * len(numbers), np.int64)
    last = np.asarray(last or [NEVER] * len(numbers), np.int64)
    attach(data, found[:1], *one, found[1:], first, last, out)
    return int(out[0])


@pytest.mark.parametrize(
    ("reference", "expected"),
    [(b"A1", 0), (b"A2", 1), (b"A3", UNKNOWN_CONTRACT), (b"A", UNKNOWN_CONTRACT)],
)
def test_a_contract_is_found_by_its_number(reference, expected):
    assert named(reference, [b"A1", b"A2", None]) == expected


def test_only_the_contracts_of_the_person_are_looked_at():
    assert named(b"A1", [b"A1", b"A2", b"A1"], rows=(1, 3)) == 2
    assert named(b"A1", [b"A1", b"A2"], rows=(1, 2)) == UNKNOWN_CONTRACT
    assert named(None, [b"A1", b"A2"], rows=(1, 2)) == 1
    assert named(None, [b"A1"], rows=(1, 1)) == NO_CONTRACT


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 17])
def test_numbers_of_any_length_are_told_apart_to_the_last_character(length):
    number = b"C" * length

    assert named(number, [number[:-1] + b"D", number]) == 1
    assert named(number, [number + b"C", number[:-1] + b"D"]) == UNKNOWN_CONTRACT


def test_without_a_number_the_only_contract_or_the_only_one_in_force():
    two = [b"A1", b"A2"]

    assert named(None, [b"A1"], first=[20270101]) == 0
    assert named(None, two) == NO_CONTRACT
    assert named(None, two, last=[20251231, NEVER]) == 1
    assert named(None, two, first=[20200101, 20260201]) == 0
    assert named(None, two, last=[20251231, 20251231]) == NO_CONTRACT


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([20200101, 20260115], 1),
        ([20260115, 20200101], 0),
        ([20200101, 20260201], 0),
        ([20260201, 20200101], 1),
        ([20260301, 20260201], 1),
        ([NULL, 20260101], 1),
        ([NULL, 20260301], 0),
    ],
)
def test_where_a_number_serves_twice_the_latest_that_had_begun(first, expected):
    assert named(b"A1", [b"A1", b"A1"], first=first) == expected


def test_a_number_that_cannot_be_read_names_no_contract():
    data, found = spans(b"A1", b"A1", b"A1")
    found[0] = NULL + BAD_TEXT
    out = np.zeros(1, np.int64)
    period = [np.asarray([value], np.int64) for value in (20260101, 20260131, 0, 2)]
    days = np.asarray([20200101, 20200101]), np.asarray([NEVER, NEVER])
    attach(data, found[:1], *period, found[1:], *days, out)

    assert out[0] == NO_CONTRACT
