"""Memory for one lot after the other, and in a lot for one block after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from batchcalc.bridge.block import COLUMNS

Arrays = dict[str, NDArray[Any]]


class Workspace:
    """Arrays that serve again: the first touch of fresh ones costs as much as what is computed."""

    def __init__(self) -> None:
        self._arrays: Arrays = {}

    def results(self, rows: int) -> Arrays:
        """The arrays of `block.COLUMNS`, of so many rows, in the state they were left in."""
        return {name: self.array(name, rows, dtype) for name, dtype in COLUMNS.items()}

    def array(self, name: str, rows: int, dtype: DTypeLike) -> NDArray[Any]:
        """The array of that name, of so many rows, in the state it was left in."""
        kept = self._arrays.get(name)
        if kept is None or rows > len(kept):
            kept = np.empty(rows + rows // 8, dtype)  # the next lot may be a little longer
            self._arrays[name] = kept
        return kept[:rows]
