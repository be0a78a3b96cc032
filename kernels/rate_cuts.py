"""The maladie and family-allowance rate cuts on cumulated data (L.241-2-1, L.241-6-1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import f64, i64, in_i8, in_i32, in_i64, in_table, in_u8, kernel, out_i8, out_i64, void
from .types import (
    CUTS_EXCLUDED,
    ELIGIBLE,
    ELIGIBLE_DOUBTFUL,
    INEXACT_BOUND,
    NOT_ELIGIBLE,
    REGIME_FULL,
    REGIME_NONE,
    REGIME_THRESHOLD,
    UNITS_PER_CENT,
)


@kernel(
    i64,
    in_i32,
    in_table,
    i64,
    in_i64,
    in_i64,
    in_u8,
    f64,
    out_i8,
)
def eligibility(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    cut: int,
    cumul_s: NDArray[np.int64],
    cumul_r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    doubt: float,
    eligible: NDArray[np.int8],
) -> int:
    """Cumulated pay not above the threshold ("n'excédant pas").

    Args:
        par, table: the period table. cut: MALADIE or FAMILLE.
        cumul_s: cumulated reference SMIC, units. cumul_r: cumulated pay, cents.
        inexact: 1 where `cumul_s` carries a rounding.
        doubt: relative distance to the threshold below which a row is left to exact arithmetic.
        eligible: output, ELIGIBLE, NOT_ELIGIBLE or ELIGIBLE_DOUBTFUL.

    Returns:
        The number of ELIGIBLE_DOUBTFUL rows.
    """
    doubtful = 0
    for i in range(cumul_r.size):
        p = par[i]
        if table[p, cut] != REGIME_THRESHOLD or table[p, CUTS_EXCLUDED] == 1:
            eligible[i] = NOT_ELIGIBLE
            continue
        multiple = float(table[p, cut + 1]) / (100.0 * UNITS_PER_CENT)
        room = multiple * float(cumul_s[i]) - float(cumul_r[i])
        bound = doubt * abs(float(cumul_r[i])) + multiple * INEXACT_BOUND * inexact[i]
        if abs(room) <= bound and (cumul_r[i] != 0 or cumul_s[i] != 0 or inexact[i] == 1):
            eligible[i] = ELIGIBLE_DOUBTFUL
            doubtful += 1
        else:
            eligible[i] = ELIGIBLE if room >= 0.0 else NOT_ELIGIBLE
    return doubtful


@kernel(
    void,
    in_u8,
    in_i32,
    in_table,
    i64,
    in_i64,
    in_i64,
    in_i8,
    out_i64,
    out_i64,
)
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
        first: 1 on the first row of a contract-year.
        par, table: the period table. cut: MALADIE or FAMILLE.
        cumul_s, cumul_r: cumulated reference SMIC (units) and pay (cents).
        eligible: settled output of `eligibility`.
        base: output, signed pay of the month that bears the complement, cents.
        reduction: output, signed cut of the month, cents.
    """
    base_before = 0
    cut_before = 0
    for i in range(cumul_r.size):
        p = par[i]
        if first[i]:
            base_before = 0
            cut_before = 0
        if table[p, CUTS_EXCLUDED] == 1:
            base[i] = 0
            reduction[i] = 0
            continue
        regime = table[p, cut]
        full_rate = regime == REGIME_FULL or (regime != REGIME_NONE and eligible[i] == NOT_ELIGIBLE)
        base_now = cumul_r[i] if full_rate else 0
        cut_now = 0
        if eligible[i] == ELIGIBLE and cumul_r[i] > 0 and cumul_s[i] > 0:
            cut_now = (cumul_r[i] * table[p, cut + 2] + 5000) // 10000
        base[i] = base_now - base_before
        reduction[i] = cut_now - cut_before
        base_before = base_now
        cut_before = cut_now
