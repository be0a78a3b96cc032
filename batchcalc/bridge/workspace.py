"""Memory for the results of one lot after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from batchcalc.bridge.block import COLUMNS

Arrays = dict[str, NDArray[Any]]


class Workspace:
    """Arrays that serve again: the first touch of fresh ones costs as much as what is computed."""

    def __init__(self) -> None:
        self._arrays: Arrays = {}

    def results(self, rows: int) -> Arrays:
        """The arrays of `block.COLUMNS`, of so many rows, in the state they were left in."""
        room = len(self._arrays["statut"]) if self._arrays else -1
        if rows > room:
            room = rows + rows // 8  # the next lot may be a little longer
            self._arrays = {name: np.empty(room, dtype) for name, dtype in COLUMNS.items()}
        return {name: values[:rows] for name, values in self._arrays.items()}
