"""Rounding and fixed point, in integers."""

from __future__ import annotations

from ._jit import inline


@inline
def divide_half_away(n: int, d: int) -> int:
    """Divide n by d to the nearest integer, halves away from zero (d > 0, |n| < 2**62)."""
    if n < 0:
        return -((2 * -n + d) // (2 * d))
    return (2 * n + d) // (2 * d)


@inline
def scale(value: int, p: int, q: int) -> tuple[int, int]:
    """Multiply value by p / q, to the nearest integer, and 1 where something was rounded away.

    p and q in [0, 3e9], q > 0: every product fits in 63 bits as long as the result does.
    """
    whole, rest = value // q, value % q
    n = rest * p
    part = n // q
    left = n - part * q
    if 2 * left >= q:
        part += 1
    return whole * p + part, 1 if left != 0 else 0
