"""The coefficient of the réduction générale (D.241-7), in ten-thousandths.

One formula serves both laws: coefficient = floor + slope x base ** P with base = gain x S/R - lag;
P is 1 until 2025 (RG) and 7/4 from 2026 (RGDU). It is computed in float64, whose error here is
below 1.1e-11 (docs/exactness.md); a row nearer than its bound to a rounding tie or to the exit is
marked DOUBTFUL and left to exact arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._jit import f64, i64, in_factors, in_i32, in_i64, in_u8, inline, kernel, out_i32
from .tiles import is_constant, lay_out, tile
from .types import (
    ABOVE_EXIT,
    DOUBTFUL,
    FLOOR,
    GAIN,
    INEXACT_BOUND,
    LAG,
    SLOPE,
    TILE,
    TOP,
)


@inline
def _rounded(raw: float, bound: float, top: float) -> int:
    """Half-up rounding of a raw coefficient, one above the cap where it exceeds it, or DOUBTFUL."""
    shifted = min(max(raw, -1.0), top) + 0.5
    whole = math.floor(shifted)
    near = (shifted - whole <= bound) | (whole + 1.0 - shifted <= bound)
    c = DOUBTFUL if near else int(whole)
    return int(top) if raw >= top else c


@inline
def _decided(c: int, base: float, base_bound: float, s: float, r: float) -> int:
    """The exit before the rounding: base at or below zero, pay or SMIC term that are not > 0."""
    c = ABOVE_EXIT if base < 0.0 else c
    c = DOUBTFUL if abs(base) <= base_bound else c
    c = ABOVE_EXIT if s <= 0.0 else c
    return 0 if r <= 0.0 else c


@kernel(i64, in_i64, in_i64, in_u8, in_i32, in_factors, i64, i64, f64, out_i32)
def coefficient_rg(
    s: NDArray[np.int64],
    r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    par: NDArray[np.int32],
    factors: NDArray[np.float64],
    slope_column: int,
    top_column: int,
    doubt: float,
    c: NDArray[np.int32],
) -> int:
    """T/0.6 x (1.6 x S/R - 1) x b, rounded to four decimals, until 2025.

    Args:
        s: SMIC term, units. r: pay, cents. inexact: 1 where s carries a rounding.
        par, factors: the period table.
        slope_column, top_column: SLOPE and TOP, or those of T' for the 2019 complement (décret
            2018-1356 art. 4); where the slope is 0 there is no such coefficient and c is 0.
        doubt: distance to a tie below which a row is left to exact arithmetic.
        c: output, ten-thousandths; cap + 1 above the cap, or ABOVE_EXIT, or DOUBTFUL.

    Returns:
        The number of DOUBTFUL rows.
    """
    gain, lag = tile(np.float64), tile(np.float64)
    slope, top = tile(np.float64), tile(np.float64)
    one_base = is_constant(factors, GAIN) and is_constant(factors, LAG)
    doubtful = 0
    for lo in range(0, r.size, TILE):
        here, s_here, r_here = par[lo : lo + TILE], s[lo : lo + TILE], r[lo : lo + TILE]
        inexact_here, c_here = inexact[lo : lo + TILE], c[lo : lo + TILE]
        if lo == 0 or not one_base:
            lay_out(here, factors, GAIN, gain)
            lay_out(here, factors, LAG, lag)
        lay_out(here, factors, slope_column, slope)
        lay_out(here, factors, top_column, top)
        for i in range(here.size):
            pay, smic = float(r_here[i]), float(s_here[i])
            inverse = gain[i] / max(pay, 1.0)  # without pay, whatever it gives is not kept
            spread = INEXACT_BOUND * inexact_here[i] * inverse
            base = smic * inverse - lag[i]
            value = _rounded(slope[i] * base, doubt + slope[i] * spread, top[i])
            value = _decided(value, base, doubt * 1e-3 + spread, smic, pay)
            value = 0 if slope[i] == 0.0 else value
            c_here[i] = value
            doubtful += value == DOUBTFUL
    return doubtful


@kernel(i64, in_i64, in_i64, in_u8, in_i32, in_factors, f64, out_i32)
def coefficient_rgdu(
    s: NDArray[np.int64],
    r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    par: NDArray[np.int32],
    factors: NDArray[np.float64],
    doubt: float,
    c: NDArray[np.int32],
) -> int:
    """(Tmin + Tdelta x [1/2 x (3 x S/R - 1)] ** 1.75) x b, rounded to four decimals, from 2026.

    Arguments and result as `coefficient_rg`. The exit at 3 S is decided whatever the power gives.
    """
    gain, lag, top = tile(np.float64), tile(np.float64), tile(np.float64)
    slope, floor = tile(np.float64), tile(np.float64)
    one_base = is_constant(factors, GAIN) and is_constant(factors, LAG)
    one_floor = is_constant(factors, FLOOR)
    doubtful = 0
    for lo in range(0, r.size, TILE):
        here, s_here, r_here = par[lo : lo + TILE], s[lo : lo + TILE], r[lo : lo + TILE]
        inexact_here, c_here = inexact[lo : lo + TILE], c[lo : lo + TILE]
        if lo == 0 or not one_base:
            lay_out(here, factors, GAIN, gain)
            lay_out(here, factors, LAG, lag)
        if lo == 0 or not one_floor:
            lay_out(here, factors, FLOOR, floor)
        lay_out(here, factors, SLOPE, slope)
        lay_out(here, factors, TOP, top)
        for i in range(here.size):
            pay, smic = float(r_here[i]), float(s_here[i])
            inverse = gain[i] / max(pay, 1.0)  # without pay, whatever it gives is not kept
            spread = INEXACT_BOUND * inexact_here[i] * inverse
            base = smic * inverse - lag[i]
            root = math.sqrt(max(base, 0.0))
            raw = floor[i] + slope[i] * (base * root * math.sqrt(root))
            value = _rounded(raw, doubt + 2.0 * slope[i] * max(root, 1.0) * spread, top[i])
            value = _decided(value, base, doubt * 1e-3 + spread, smic, pay)
            c_here[i] = value
            doubtful += value == DOUBTFUL
    return doubtful
