from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from batchcalc.reference.money import round_half_away, round_half_up


@pytest.mark.parametrize(
    ("pay_cents", "coefficient_e4", "tie", "cents"),
    [
        (1750_00, 3031, "530.425", 530_43),  # Urssaf 2023, DFS example 1
        (1530_00, 3205, "490.365", 490_37),  # Urssaf simulator 2020
    ],
)
def test_a_half_cent_goes_up(pay_cents, coefficient_e4, tie, cents):
    assert Decimal(pay_cents * coefficient_e4) / 1_000_000 == Decimal(tie)
    assert round_half_up(pay_cents * coefficient_e4, 10_000) == cents


@pytest.mark.parametrize(
    ("value", "up", "away"),
    [
        (Fraction(1, 2), 1, 1),
        (Fraction(-1, 2), 0, -1),
        (Fraction(-3, 2), -1, -2),
        (Fraction(5, 2), 3, 3),
        (Fraction(2, 3), 1, 1),
        (Fraction(-2, 3), -1, -1),
        (Fraction(-1, 3), 0, 0),
        (Fraction(0), 0, 0),
        (7, 7, 7),
    ],
)
def test_ties_up_and_away_from_zero(value, up, away):
    assert (round_half_up(value), round_half_away(value)) == (up, away)


def test_one_ten_millionth_below_a_tie_is_not_a_tie():
    assert round_half_up(Fraction(5_304_249_999, 100_000)) == 53_042


def test_the_divisor_divides():
    assert round_half_up(Fraction(10, 3), 4) == 1
    assert round_half_away(-25, 10) == -3
