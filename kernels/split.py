"""Imputation of the reduction between URSSAF and AGIRC-ARRCO (L.241-13 VII; BOSS 1160)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import in_i32, in_i64, in_table, kernel, out_i64, void
from .money import divide_half_away
from .types import SPLIT_AGIRC_ARRCO, SPLIT_APART, SPLIT_BASE, SPLIT_CHOMAGE, SPLIT_URSSAF


@kernel(void, in_i32, in_table, in_i64, out_i64, out_i64, out_i64, out_i64)
def split(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    reduction: NDArray[np.int64],
    urssaf: NDArray[np.int64],
    agirc_arrco: NDArray[np.int64],
    chomage: NDArray[np.int64],
    france_travail: NDArray[np.int64],
) -> None:
    """URSSAF part rounded half away from zero, AGIRC-ARRCO the remainder: they always sum.

    The unemployment part is inside the URSSAF part, except that of entertainment workers, which
    goes to France Travail.

    Args:
        par, table: the period table.
        reduction: signed amount of the month, cents.
        urssaf, agirc_arrco, france_travail: outputs, cents; they sum to `reduction`.
        chomage: output, unemployment part inside `urssaf`, cents.
    """
    for i in range(reduction.size):
        p = par[i]
        base = table[p, SPLIT_BASE]
        unemployment = divide_half_away(reduction[i] * table[p, SPLIT_CHOMAGE], base)
        apart = table[p, SPLIT_APART]
        france_travail[i] = unemployment * apart
        chomage[i] = unemployment - france_travail[i]
        if table[p, SPLIT_AGIRC_ARRCO] == 0:
            urssaf[i] = reduction[i] - france_travail[i]
        else:
            urssaf[i] = divide_half_away(reduction[i] * table[p, SPLIT_URSSAF], base)
        agirc_arrco[i] = reduction[i] - urssaf[i] - france_travail[i]
