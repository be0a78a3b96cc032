"""Rounding of exact rationals: the law and its usage round halves up."""

from __future__ import annotations

from fractions import Fraction


def round_half_up(value: int | Fraction, divisor: int = 1) -> int:
    """`value / divisor` to the nearest integer, halves upwards (1 750 x 0.3031 = 530.43)."""
    denominator = value.denominator * divisor
    return (2 * value.numerator + denominator) // (2 * denominator)


def round_half_away(value: int | Fraction, divisor: int = 1) -> int:
    """`value / divisor` to the nearest integer, halves away from zero (-0.5 gives -1)."""
    if value < 0:
        return -round_half_up(-value, divisor)
    return round_half_up(value, divisor)
