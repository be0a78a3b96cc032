"""The coefficient of the réduction générale (D.241-7), in ten-thousandths.

One formula serves both laws: coefficient = floor + slope x base ** P with base = gain x S/R - lag;
P is 1 until 2025 (RG) and 7/4 from 2026 (RGDU). It is computed in float64, whose error here is
below 1e-11; a row nearer than its bound to a rounding tie or to the exit is marked DOUBTFUL and
left to exact arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._jit import f64, i64, in_factors, in_i32, in_i64, in_table, in_u8, inline, kernel, out_i32
from .types import (
    ABOVE_EXIT,
    DOUBTFUL,
    FLOOR,
    GAIN,
    INEXACT_BOUND,
    LAG,
    SLOPE,
    T_CAP,
)


@inline
def _rounded(raw: float, base: float, bound: float, base_bound: float, cap: int) -> int:
    """Half-up rounding of a raw coefficient, one above the cap where it exceeds it, or a mark."""
    if abs(base) <= base_bound:
        return DOUBTFUL
    if base < 0.0:
        return ABOVE_EXIT
    if raw >= cap + 1.0:
        return cap + 1
    shifted = raw + 0.5
    whole = math.floor(shifted)
    if shifted - whole <= bound or whole + 1.0 - shifted <= bound:
        return DOUBTFUL
    return int(whole)


@kernel(
    i64,
    in_i64,
    in_i64,
    in_u8,
    in_i32,
    in_table,
    in_factors,
    i64,
    i64,
    f64,
    out_i32,
)
def coefficient_rg(
    s: NDArray[np.int64],
    r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    factors: NDArray[np.float64],
    slope_column: int,
    cap_column: int,
    doubt: float,
    c: NDArray[np.int32],
) -> int:
    """T/0.6 x (1.6 x S/R - 1) x b, rounded to four decimals, until 2025.

    Args:
        s: SMIC term, units. r: pay, cents. inexact: 1 where s carries a rounding.
        par, table, factors: the period table.
        slope_column, cap_column: SLOPE and T_CAP, or those of T' for the 2019 complement (décret
            2018-1356 art. 4); where the slope is 0 there is no such coefficient and c is 0.
        doubt: distance to a tie below which a row is left to exact arithmetic.
        c: output, ten-thousandths; cap + 1 above the cap, or ABOVE_EXIT, or DOUBTFUL.

    Returns:
        The number of DOUBTFUL rows.
    """
    doubtful = 0
    for i in range(r.size):
        p = par[i]
        slope = factors[p, slope_column]
        if r[i] <= 0 or slope == 0.0:
            c[i] = 0
            continue
        if s[i] <= 0:
            c[i] = ABOVE_EXIT
            continue
        spread = factors[p, GAIN] * INEXACT_BOUND * inexact[i] / r[i]
        base = factors[p, GAIN] * (float(s[i]) / float(r[i])) - factors[p, LAG]
        bound = doubt + slope * spread
        c[i] = _rounded(slope * base, base, bound, doubt * 1e-3 + spread, table[p, cap_column])
        doubtful += c[i] == DOUBTFUL
    return doubtful


@kernel(
    i64,
    in_i64,
    in_i64,
    in_u8,
    in_i32,
    in_table,
    in_factors,
    f64,
    out_i32,
)
def coefficient_rgdu(
    s: NDArray[np.int64],
    r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    factors: NDArray[np.float64],
    doubt: float,
    c: NDArray[np.int32],
) -> int:
    """(Tmin + Tdelta x [1/2 x (3 x S/R - 1)] ** 1.75) x b, rounded to four decimals, from 2026.

    Arguments and result as `coefficient_rg`. The exit at 3 S is decided before the power.
    """
    doubtful = 0
    for i in range(r.size):
        if r[i] <= 0:
            c[i] = 0
            continue
        if s[i] <= 0:
            c[i] = ABOVE_EXIT
            continue
        p = par[i]
        spread = factors[p, GAIN] * INEXACT_BOUND * inexact[i] / r[i]
        base = factors[p, GAIN] * (float(s[i]) / float(r[i])) - factors[p, LAG]
        slope = factors[p, SLOPE]
        root = math.sqrt(max(base, 0.0))
        raw = factors[p, FLOOR] + slope * (base * root * math.sqrt(root))
        bound = doubt + 2.0 * slope * max(root, 1.0) * spread
        c[i] = _rounded(raw, base, bound, doubt * 1e-3 + spread, table[p, T_CAP])
        doubtful += c[i] == DOUBTFUL
    return doubtful
