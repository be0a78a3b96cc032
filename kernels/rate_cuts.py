"""The maladie and family-allowance rate cuts on cumulated data (L.241-2-1, L.241-6-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import (
    f64,
    i64,
    in_factors,
    in_i8,
    in_i32,
    in_i64,
    in_table,
    in_u8,
    kernel,
    out_i8,
    out_i64,
    void,
)
from .money import divide
from .tiles import is_constant, is_marked, lay_out, tile
from .types import (
    CUTS_EXCLUDED,
    ELIGIBLE,
    ELIGIBLE_DOUBTFUL,
    INEXACT_BOUND,
    NOT_ELIGIBLE,
    REGIME_FULL,
    REGIME_NONE,
    TILE,
)


@kernel(i64, in_i32, in_factors, i64, in_i64, in_i64, in_u8, f64, out_i8)
def eligibility(
    par: NDArray[np.int32],
    factors: NDArray[np.float64],
    multiple_column: int,
    cumul_s: NDArray[np.int64],
    cumul_r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    doubt: float,
    eligible: NDArray[np.int8],
) -> int:
    """Cumulated pay not above the threshold ("n'excédant pas").

    Args:
        par, factors: the period table; a multiple that is not a number makes nothing eligible.
        multiple_column: MALADIE_MULTIPLE or FAMILLE_MULTIPLE.
        cumul_s: cumulated reference SMIC, units. cumul_r: cumulated pay, cents.
        inexact: 1 where `cumul_s` carries a rounding.
        doubt: relative distance to the threshold below which a row is left to exact arithmetic.
        eligible: output, ELIGIBLE, NOT_ELIGIBLE or ELIGIBLE_DOUBTFUL.

    Returns:
        The number of ELIGIBLE_DOUBTFUL rows.
    """
    multiple, one_multiple = tile(np.float64), is_constant(factors, multiple_column)
    doubtful = 0
    for lo in range(0, par.size, TILE):
        here, eligible_here = par[lo : lo + TILE], eligible[lo : lo + TILE]
        s, r, rounded = cumul_s[lo : lo + TILE], cumul_r[lo : lo + TILE], inexact[lo : lo + TILE]
        if lo == 0 or not one_multiple:
            lay_out(here, factors, multiple_column, multiple)
        for i in range(here.size):
            room = multiple[i] * float(s[i]) - float(r[i])
            bound = doubt * abs(float(r[i])) + multiple[i] * INEXACT_BOUND * rounded[i]
            value = ELIGIBLE if room >= 0.0 else NOT_ELIGIBLE
            something = (r[i] != 0) | (s[i] != 0) | (rounded[i] == 1)
            value = ELIGIBLE_DOUBTFUL if (abs(room) <= bound) & something else value
            eligible_here[i] = value
            doubtful += value == ELIGIBLE_DOUBTFUL
    return doubtful


@kernel(void, in_u8, in_i32, in_table, i64, in_i64, in_i64, in_i8, out_i64, out_i64)
def rate_cut(
    first: NDArray[np.uint8],
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    cut: int,
    cumul_s: NDArray[np.int64],
    cumul_r: NDArray[np.int64],
    eligible: NDArray[np.int8],
    base: NDArray[np.int64],
    reduction: NDArray[np.int64],
) -> None:
    """Base of the complement and amount of the cut for the month, from the cumulated ones.

    Losing the low rate claws the whole base back, regaining it refunds the whole base.

    Args:
        first: 1 on the first row of a period of the cuts.
        par, table: the period table. cut: MALADIE or FAMILLE.
        cumul_s, cumul_r: cumulated reference SMIC (units) and pay (cents).
        eligible: settled output of `eligibility`.
        base: output, signed pay of the month that bears the complement, cents.
        reduction: output, signed cut of the month, cents.
    """
    regime, points = tile(np.int64), tile(np.int64)
    one_regime, one_rate = is_constant(table, cut), is_constant(table, cut + 2)
    excluding = is_marked(table, CUTS_EXCLUDED)
    # Cumulated amounts of the tile, each after that of the row before.
    cumul_base, cumul_cut = tile(np.int64), tile(np.int64)
    cumul_base[0], cumul_cut[0] = 0, 0
    base_now, cut_now = cumul_base[1:], cumul_cut[1:]
    for lo in range(0, par.size, TILE):
        here, low_rate, begins = (
            par[lo : lo + TILE],
            eligible[lo : lo + TILE],
            first[lo : lo + TILE],
        )
        s, r = cumul_s[lo : lo + TILE], cumul_r[lo : lo + TILE]
        base_here, cut_here = base[lo : lo + TILE], reduction[lo : lo + TILE]
        if lo == 0 or not one_regime:
            lay_out(here, table, cut, regime)
        if lo == 0 or not one_rate:
            lay_out(here, table, cut + 2, points)
        for i in range(here.size):
            low = low_rate[i] == ELIGIBLE
            full_rate = (regime[i] == REGIME_FULL) | ((regime[i] != REGIME_NONE) & (not low))
            base_now[i] = r[i] if full_rate else 0
            earned = divide(max(r[i], 0) * points[i] + 5000, 10000, 1e-4)
            cut_now[i] = earned if low & (s[i] > 0) else 0
        if excluding:
            for i in range(here.size):  # a month out of scope leaves what there was
                if table[here[i], CUTS_EXCLUDED] == 1:
                    base_now[i] = 0 if begins[i] else cumul_base[i]
                    cut_now[i] = 0 if begins[i] else cumul_cut[i]
        for i in range(here.size):
            goes_on = np.int64(1 - begins[i])
            base_here[i] = base_now[i] - goes_on * cumul_base[i]
            cut_here[i] = cut_now[i] - goes_on * cumul_cut[i]
        cumul_base[0], cumul_cut[0] = cumul_base[here.size], cumul_cut[here.size]
