"""Imputation of the reduction between URSSAF and AGIRC-ARRCO (L.241-13 VII; BOSS 1160)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import in_factors, in_i32, in_i64, in_table, kernel, out_i64, void
from .money import divide_half_away
from .tiles import is_constant, is_marked, lay_out, tile
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
    base, inverse = tile(np.int64), tile(np.float64)
    to_urssaf, to_chomage = tile(np.int64), tile(np.int64)
    one_base, one_urssaf = is_constant(table, SPLIT_BASE), is_constant(table, SPLIT_URSSAF)
    one_chomage, apart = is_constant(table, SPLIT_CHOMAGE), is_marked(table, SPLIT_APART)
    for lo in range(0, par.size, TILE):
        here, total = par[lo : lo + TILE], reduction[lo : lo + TILE]
        urssaf_here, agirc_here = urssaf[lo : lo + TILE], agirc_arrco[lo : lo + TILE]
        chomage_here, apart_here = chomage[lo : lo + TILE], france_travail[lo : lo + TILE]
        if lo == 0 or not one_base:
            lay_out(here, table, SPLIT_BASE, base)
            lay_out(here, factors, SPLIT_INVERSE, inverse)
        if lo == 0 or not one_urssaf:
            lay_out(here, table, SPLIT_URSSAF, to_urssaf)
        if lo == 0 or not one_chomage:
            lay_out(here, table, SPLIT_CHOMAGE, to_chomage)
        for i in range(here.size):
            part = divide_half_away(total[i] * to_urssaf[i], base[i], inverse[i])
            urssaf_here[i], agirc_here[i] = part, total[i] - part
            chomage_here[i] = divide_half_away(total[i] * to_chomage[i], base[i], inverse[i])
            apart_here[i] = 0
        if not apart:
            continue
        for i in range(here.size):  # what goes to France Travail
            if table[here[i], SPLIT_APART] == 1:
                apart_here[i], chomage_here[i] = chomage_here[i], 0
                if table[here[i], SPLIT_AGIRC_ARRCO] == 0:
                    urssaf_here[i] = total[i] - apart_here[i]
                agirc_here[i] = total[i] - urssaf_here[i] - apart_here[i]
