from __future__ import annotations

from fractions import Fraction

import pytest
from batchcalc.kernels.money import divide_half_away, scale
from hypothesis import assume, example, given
from hypothesis import strategies as st

LARGEST = 2**61
RATIO_TERM = 3_000_000_000
INT64_MAX = 2**63 - 1


@pytest.mark.parametrize(
    ("n", "d", "expected"),
    [
        (0, 7, 0),
        (1, 2, 1),
        (-1, 2, -1),
        (3, 2, 2),
        (-3, 2, -2),
        (5, 10, 1),
        (4, 10, 0),
        (-4, 10, 0),
        (-6, 10, -1),
        (7, 1, 7),
        (5_304_250_000, 1_000_000, 5304),
        (LARGEST, 1, LARGEST),
        (-LARGEST, 1, -LARGEST),
        (LARGEST - 1, 2, LARGEST // 2),
    ],
)
def test_divide_half_away(n, d, expected):
    assert divide_half_away(n, d) == expected


@given(st.integers(-LARGEST, LARGEST), st.integers(1, 10**7))
def test_divide_half_away_is_the_nearest_integer_of_either_sign(n, d):
    quotient = divide_half_away(n, d)

    assert abs(Fraction(n, d) - quotient) <= Fraction(1, 2)
    assert divide_half_away(-n, d) == -quotient


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_divide_half_away_moves_halves_away_from_zero(n, half):
    assert divide_half_away((2 * n + 1) * half, 2 * half) == (n + 1 if n >= 0 else n)


@pytest.mark.parametrize(
    ("value", "p", "q", "expected"),
    [
        (10, 1, 2, (5, 0)),
        (5, 1, 2, (3, 1)),
        (1, 1, 3, (0, 1)),
        (2, 1, 3, (1, 1)),
        (0, 5, 7, (0, 0)),
        (7, 0, 5, (0, 0)),
        (7, 5, 5, (7, 0)),
        (216_216_000_000_000, 4500, 3500, (277_992_000_000_000, 0)),
    ],
)
def test_scale(value, p, q, expected):
    assert scale(value, p, q) == expected


@given(
    st.integers(0, 120_000_000_000_000_000),
    st.integers(0, RATIO_TERM),
    st.integers(1, RATIO_TERM),
)
@example(120_000_000_000_000_000, RATIO_TERM, RATIO_TERM)
@example(RATIO_TERM - 1, RATIO_TERM, RATIO_TERM - 1)
@example(INT64_MAX // 2, RATIO_TERM, RATIO_TERM)
@example(1, RATIO_TERM - 1, RATIO_TERM)
def test_scale_is_within_half_a_unit_and_says_when_it_rounds(value, p, q):
    exact = Fraction(value * p, q)
    assume(exact <= INT64_MAX)

    result, rounded = scale(value, p, q)

    assert abs(exact - result) <= Fraction(1, 2)
    assert rounded == (exact.denominator != 1)
