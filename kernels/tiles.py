"""Laying out the parameters of a tile of rows, so that the loops that compute are vectorised.

Most columns of a period table hold one value throughout: those are laid out once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._jit import helper


@helper
def is_constant(table: NDArray[Any], column: int) -> bool:
    """Whether a column holds one value throughout."""
    for p in range(1, table.shape[0]):  # noqa: SIM110 - a generator is dear to compile
        if table[p, column] != table[0, column]:
            return False
    return True


@helper
def is_marked(table: NDArray[Any], column: int) -> bool:
    """Whether a flag is 1 somewhere."""
    for p in range(table.shape[0]):  # noqa: SIM110 - as above
        if table[p, column] == 1:
            return True
    return False


@helper
def lay_out(
    here: NDArray[np.int32], table: NDArray[Any], column: int, values: NDArray[Any]
) -> None:
    """The value that governs each row of a tile; `values` is at least as long as `here`."""
    for i in range(here.size):
        values[i] = table[np.uint64(here[i]), column]
