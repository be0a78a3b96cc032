"""read_decimals against Python's integers."""

import numpy as np
import pytest
from batchcalc.kernels.decimals import DECIMAL, read_decimals
from hypothesis import given
from hypothesis import strategies as st

LIMIT = 10**14
EDGES = (0, 1, LIMIT - 1, LIMIT, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1, 2**127 - 1)
VALUES = st.sampled_from([sign * edge for edge in EDGES for sign in (1, -1)] + [-(2**127)])


def read(values, limit=LIMIT, factor=1):
    laid_out = b"".join(value.to_bytes(DECIMAL, "little", signed=True) for value in values)
    data = np.frombuffer(laid_out, np.uint8)
    numbers = np.full(len(values), 7, np.int64)
    sound = read_decimals(np.uint64(data.ctypes.data), limit, factor, numbers)
    return bool(sound), numbers.tolist()


@given(st.lists(VALUES | st.integers(-LIMIT, LIMIT), max_size=20), st.sampled_from([1, 100]))
def test_what_is_below_the_limit_is_read(values, factor):
    sound, numbers = read(values, factor=factor)

    fits = [-LIMIT < value < LIMIT for value in values]
    assert sound is all(fits)
    assert numbers == [v * factor if fit else 0 for v, fit in zip(values, fits, strict=True)]


@pytest.mark.parametrize("rows", [0, 1, 1_000])
def test_every_row_is_read(rows):
    values = [(-1) ** i * i * 1_000_003 for i in range(rows)]

    assert read(values) == (True, values)


def test_read_only_arrays_are_refused_as_outputs(check_signature):
    data = np.zeros(2 * DECIMAL, np.uint8)

    check_signature(
        read_decimals, np.uint64(data.ctypes.data), LIMIT, 1, np.empty(2, np.int64), outputs=1
    )
