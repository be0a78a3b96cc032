"""word_at: the bytes at an address, wherever they begin."""

import numpy as np
import pytest
from batchcalc.kernels._jit import kernel
from batchcalc.kernels.borrowing import word_at
from numba import types

u64 = types.uint64


@kernel(u64, u64)
def compiled(address):
    return word_at(address)


@pytest.mark.parametrize("read", [word_at, compiled])
@pytest.mark.parametrize("offset", [0, 1, 7])
def test_eight_bytes_the_first_one_lowest(read, offset):
    data = np.arange(200, 216, dtype=np.uint8)

    word = read(np.uint64(data.ctypes.data + offset))

    assert int(word).to_bytes(8, "little") == data[offset : offset + 8].tobytes()
