"""The coefficient of the reduction, decided exactly (L.241-13; D.241-7, D.241-10)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from batchcalc.errors import RuleError
from batchcalc.reference.money import round_half_up
from batchcalc.rules.model import Parametres


class Coefficient(NamedTuple):
    """A coefficient rounded to four decimals.

    Attributes:
        e4: its value in ten-thousandths, after the cap.
        plafonne: whether the formula gave more than the cap T x b.
    """

    e4: int
    plafonne: bool


NUL = Coefficient(0, plafonne=False)


def coefficient(p: Parametres, s: Fraction, r: int) -> Coefficient:
    """Coefficient on S and R in cents, 0 where either is not positive.

    rg (until 2025): T/0.6 x (1.6 x S/R - 1) x b, at most T x b.
    rgdu (from 2026): (Tmin + Tdelta x [1/2 x (3 x S/R - 1)] ** 1.75) x b, at most (Tmin + Tdelta)
    x b. Rounded to the nearest ten-thousandth after b, halves up; factor a is inside S.
    """
    if not is_below_exit(p, s, r):
        return NUL
    raw_e4 = rg_e4(p, s, r, p.t_e6) if p.formule == "rg" else rgdu_e4(p, s, r)
    return _capped(p, raw_e4, p.t_e6)


def coefficient_complement(p: Parametres, s: Fraction, r: int) -> Coefficient:
    """Second coefficient of October to December 2019, T' in place of T (décret 2018-1356, 4).

    It has its own rounding and its own cap; 0 in a month without complement.
    """
    if not p.complement_e6 or not is_below_exit(p, s, r):
        return NUL
    return _capped(p, rg_e4(p, s, r, p.complement_e6), p.complement_e6)


def is_below_exit(p: Parametres, s: Fraction, r: int) -> bool:
    """Whether pay gives right: R strictly below 1.6 S or 3 S (L.241-13 II; BOSS 160, 210).

    Pay or SMIC term of zero or less gives none.
    """
    return r > 0 and 100 * r * s.denominator < p.seuil_e2 * s.numerator


def position(p: Parametres, s: Fraction, r: int) -> tuple[int, int]:
    """1/0.6 x (1.6 S/R - 1), or 1/2 x (3 S/R - 1), as numerator and denominator.

    It is 1 for pay at the SMIC and 0 at the exit.
    """
    numerator = p.seuil_e2 * s.numerator - 100 * r * s.denominator
    return numerator, (p.seuil_e2 - 100) * r * s.denominator


def rg_e4(p: Parametres, s: Fraction, r: int, t_e6: int) -> int:
    """T x position x b, rounded half up, before the cap (D.241-7 until 2025)."""
    z, over = position(p, s, r)
    return round_half_up(t_e6 * p.majoration_num * z, 100 * p.majoration_den * over)


def rgdu_e4(p: Parametres, s: Fraction, r: int) -> int:
    """(Tmin + Tdelta x position ** P) x b, rounded half up, before the cap (D.241-7 from 2026).

    The power is irrational, its rounding is not in doubt: half up is floor((A + y) / n), with
    y = 2 b_num Tdelta position ** P and A, n integers, and that is floor((A + floor(y)) / n).
    """
    z, over = position(p, s, r)
    b_num, b_den = p.majoration_num, p.majoration_den
    y = floor_scaled_power(
        2 * b_num * (p.t_e6 - p.t_min_e6), z, over, p.puissance_num, p.puissance_den
    )
    return (2 * b_num * p.t_min_e6 + 100 * b_den + y) // (200 * b_den)


def floor_scaled_power(factor: int, z: int, over: int, num: int, den: int) -> int:
    """floor(factor x (z / over) ** (num / den)) in integers, for `den` a power of two.

    It is the floor of the `den`-th root of factor ** den x (z / over) ** num, by square roots.

    Raises:
        RuleError: a rules file gives an exponent of another kind.
    """
    if den & (den - 1):
        raise RuleError(
            f"An exponent over {den} cannot be decided exactly.",
            hint="Give the exponent of the RGDU over 1, 2, 4 or 8, as 7/4.",
            code="puissance-indecidable",
        )
    root: int = factor**den * z**num // over**num
    for _ in range(den.bit_length() - 1):
        root = isqrt(root)
    return root


def _capped(p: Parametres, raw_e4: int, t_e6: int) -> Coefficient:
    cap_e4 = round_half_up(t_e6 * p.majoration_num, 100 * p.majoration_den)
    return Coefficient(min(raw_e4, cap_e4), plafonne=raw_e4 > cap_e4)
