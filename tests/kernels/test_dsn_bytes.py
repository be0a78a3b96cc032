from __future__ import annotations

import numpy as np
import pytest
from batchcalc.kernels._jit import i64, in_u8, kernel, out_u8, void
from batchcalc.kernels.dsn_bytes import PADDING, SPAN, eight, put_eight, to_line_feed
from hypothesis import given
from hypothesis import strategies as st


@kernel(i64, in_u8, i64)
def eight_compiled(data, at):
    return eight(data, at)


@kernel(void, out_u8, i64, i64)
def put_eight_compiled(data, at, word):
    put_eight(data, at, word)


@kernel(i64, in_u8, i64)
def to_line_feed_compiled(data, at):
    return to_line_feed(data, at)


def octets(data: bytes) -> np.ndarray:
    return np.frombuffer(data + bytes(PADDING), np.uint8)


def test_eight():
    """Both forms; the first byte is the lowest, the last one gives the sign."""
    data = octets(b"?\x01\x02\x03\x04\x05\x06\x07\x08\xff")

    assert eight(data, 1) == eight_compiled(data, 1) == 0x0807060504030201
    assert eight(data, 2) == eight_compiled(data, 2) == 0x0008070605040302 - (1 << 56)


@pytest.mark.parametrize("put", [put_eight, put_eight_compiled])
@given(word=st.integers(-(2**63), 2**63 - 1))
def test_eight_bytes_written_are_those_read(put, word):
    data = np.full(10, 7, np.uint8)
    put(data, 1, word)

    assert eight(data, 1) == word
    assert (data[0], data[9]) == (7, 7)


@pytest.mark.parametrize("before", [0, 1, 7, 8, SPAN - 1])
def test_to_line_feed(before):
    data = octets(b"#" + b"x" * before + b"\n\n")

    assert to_line_feed(data, 1) == to_line_feed_compiled(data, 1) == before


def test_to_line_feed_where_there_is_none():
    data = octets(b"\n" + b"\x0b" * SPAN + b"\n")

    assert to_line_feed(data, 1) == to_line_feed_compiled(data, 1) == SPAN


@given(st.binary(max_size=80), st.integers(0, 40))
def test_the_two_forms_agree(data, at):
    data = octets(bytes(SPAN + 8) + data)

    assert eight(data, at) == eight_compiled(data, at)
    assert to_line_feed(data, at) == to_line_feed_compiled(data, at)
