"""Decimals as Arrow holds them: integers of sixteen bytes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from ._jit import i64, kernel, out_i64
from .borrowing import word_at

DECIMAL: Final = 16
"""Bytes of a decimal."""


@kernel(types.boolean, types.uint64, i64, i64, out_i64)
def read_decimals(decimals: np.uint64, limit: int, factor: int, numbers: NDArray[np.int64]) -> bool:
    """Read decimals in units of their last place, times a factor.

    Args:
        decimals: address of the first.
        limit: each is nearer to zero than that, or is not read; times the factor it fits.
        factor: what they are multiplied by.
        numbers: receives them; 0 in the place of one that is not read.

    Returns:
        Whether all were read.
    """
    sound = True
    for i in range(numbers.size):
        low = np.int64(word_at(decimals + np.uint64(DECIMAL * i)))
        high = np.int64(word_at(decimals + np.uint64(DECIMAL * i + 8)))
        fits = (high == low >> 63) & (low < limit) & (low > -limit)
        sound &= fits
        numbers[i] = low * factor if fits else 0
    return sound
