"""Imputation of the reduction between URSSAF and AGIRC-ARRCO (L.241-13 VII; BOSS 1160)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import in_factors, in_i32, in_i64, in_table, kernel, out_i64, void
from .money import divide_half_away
from .types import (
    SPLIT_AGIRC_ARRCO,
    SPLIT_APART,
    SPLIT_BASE,
    SPLIT_CHOMAGE,
    SPLIT_INVERSE,
    SPLIT_URSSAF,
    TILE,
)


@kernel(void, in_i32, in_table, in_factors, in_i64, out_i64, out_i64, out_i64, out_i64)
def split(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    factors: NDArray[np.float64],
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
        par, table, factors: the period table.
        reduction: signed amount of the month, cents.
        urssaf, agirc_arrco, france_travail: outputs, cents; they sum to `reduction`.
        chomage: output, unemployment part inside `urssaf`, cents.
    """
    base, inverse, apart = np.empty(TILE, np.int64), np.empty(TILE), np.empty(TILE, np.int64)
    to_urssaf, to_chomage = np.empty(TILE, np.int64), np.empty(TILE, np.int64)
    shared = np.empty(TILE, np.int64)
    for lo in range(0, par.size, TILE):
        here, total = par[lo : lo + TILE], reduction[lo : lo + TILE]
        urssaf_here, agirc_here = urssaf[lo : lo + TILE], agirc_arrco[lo : lo + TILE]
        chomage_here, apart_here = chomage[lo : lo + TILE], france_travail[lo : lo + TILE]
        for i in range(here.size):
            p = np.uint64(here[i])
            base[i], inverse[i] = table[p, SPLIT_BASE], factors[p, SPLIT_INVERSE]
            to_urssaf[i], to_chomage[i] = table[p, SPLIT_URSSAF], table[p, SPLIT_CHOMAGE]
            shared[i], apart[i] = table[p, SPLIT_AGIRC_ARRCO], table[p, SPLIT_APART]
        for i in range(here.size):
            unemployment = divide_half_away(total[i] * to_chomage[i], base[i], inverse[i])
            elsewhere = unemployment * apart[i]
            part = divide_half_away(total[i] * to_urssaf[i], base[i], inverse[i])
            part = total[i] - elsewhere if shared[i] == 0 else part
            urssaf_here[i] = part
            agirc_here[i] = total[i] - part - elsewhere
            chomage_here[i] = unemployment - elsewhere
            apart_here[i] = elsewhere
