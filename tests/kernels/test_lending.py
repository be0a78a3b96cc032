"""Memory given back from compiled code."""

from __future__ import annotations

import ctypes

import numba
import numpy as np
import pytest
from batchcalc.kernels.lending import PRIVATE_DATA, RELEASE, release_address

pytestmark = pytest.mark.skipif(
    numba.config.DISABLE_JIT, reason="a C callback is compiled, or there is none"
)


def test_giving_back_marks_the_array_and_tells_its_owner():
    done = np.zeros(2, np.int64)
    array = np.arange(1, PRIVATE_DATA + 2)
    array[PRIVATE_DATA] = done.ctypes.data
    before = array.copy()

    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release_address())(array.ctypes.data)

    before[RELEASE] = 0
    assert array.tolist() == before.tolist()
    assert done.tolist() == [1, 0]


def test_the_address_is_always_the_same():
    assert release_address() == release_address()
