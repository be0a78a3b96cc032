"""Rounding and fixed point, in integers."""

from __future__ import annotations

import numpy as np

from ._jit import inline


@inline
def divide(n: int, d: int, inverse: float) -> int:
    """Divide n by d, rounding down (0 <= n < 2**62, d > 0, n / d < 2**50); inverse = 1 / d.

    The float quotient is at most one away, which the remainder tells: exact, and vectorised where
    an integer division is not.
    """
    q: int = np.int64(float(n) * inverse)  # type: ignore[assignment]  # int() would check for NaN
    rest = n - q * d
    return q + (rest >= d) - (rest < 0)


@inline
def divide_half_away(n: int, d: int, inverse: float) -> int:
    """Divide n by d to the nearest integer, halves away from zero; inverse = 1 / d."""
    q = divide(2 * abs(n) + d, 2 * d, 0.5 * inverse)
    return q if n >= 0 else -q


@inline
def scale(value: int, p: int, q: int) -> tuple[int, int]:
    """Multiply value by p / q, to the nearest integer, and 1 where something was rounded away.

    p and q in [0, 3e9], q > 0: every product fits in 63 bits as long as the result does.
    """
    if p == q:
        return value, 0
    whole, rest = value // q, value % q
    n = rest * p
    part = n // q
    left = n - part * q
    if 2 * left >= q:
        part += 1
    return whole * p + part, 1 if left != 0 else 0
