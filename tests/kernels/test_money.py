from __future__ import annotations

from fractions import Fraction

import pytest
from batchcalc.kernels.money import divide, divide_half_away, scale
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

LARGEST = 2**62
LARGEST_QUOTIENT = 2**50
RATIO_TERM = 3_000_000_000
INT64_MAX = 2**63 - 1


# Denominators in use: cents of ten-thousandths, millionths of S, bases of the split.
USED = (
    1,
    2,
    10_000,
    20_000,
    120_000,
    40_000,
    281_400,
    280_900,
    319_400,
    321_400,
    323_300,
    384_763,
    398_100,
)
DENOMINATORS = st.sampled_from(USED) | st.integers(1, 10**7)


@st.composite
def divisions(draw):
    """n and d at the bounds of `divide`: multiples of d, what stands beside them, anything."""
    d = draw(DENOMINATORS)
    most = min(LARGEST_QUOTIENT - 1, (LARGEST - 1) // d)
    q = draw(st.integers(0, most) | st.integers(max(0, most - 1_000), most))
    rest = draw(st.sampled_from((-1, 0, 1, d // 2, d - 1)) | st.integers(0, d - 1))
    return min(max(q * d + rest, 0), LARGEST - 1, LARGEST_QUOTIENT * d - 1), d


# --- division


@given(divisions())
@settings(max_examples=2_000)
@example((0, 1))
@example((LARGEST_QUOTIENT - 1, 1))
@example((LARGEST - 1, 2**12 + 1))
@example((LARGEST - 1, 10**7))
@example((12 * 100_000_000 * 1_200_000_000, 120_000))
def test_divide_is_exact(division):
    n, d = division

    assert divide(n, d, 1.0 / d) == n // d


@pytest.mark.parametrize("d", USED)
def test_divide_is_exact_at_its_bounds(d):
    for q in (0, 1, 2, 3, 2**26, 2**40, 2**49, LARGEST_QUOTIENT - 1, (LARGEST - 1) // d):
        for n in (q * d - 1, q * d, q * d + 1, q * d + d - 1):
            if 0 <= n < min(LARGEST, LARGEST_QUOTIENT * d):
                assert divide(n, d, 1.0 / d) == n // d


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
        (LARGEST_QUOTIENT - 1, 1, LARGEST_QUOTIENT - 1),
        (1 - LARGEST_QUOTIENT, 1, 1 - LARGEST_QUOTIENT),
        (2**50 - 3, 2, 2**49 - 1),
        (2**60, 2**12, 2**48),
    ],
)
def test_divide_half_away(n, d, expected):
    assert divide_half_away(n, d, 1.0 / d) == expected


@given(divisions(), st.sampled_from([1, -1]))
@settings(max_examples=1_000)
def test_divide_half_away_is_the_nearest_integer_of_either_sign(division, sign):
    n, d = division
    n = sign * min(n // 4, (LARGEST_QUOTIENT - 1) * d)

    quotient = divide_half_away(n, d, 1.0 / d)

    assert quotient == sign * ((2 * abs(n) + d) // (2 * d))
    assert abs(Fraction(n, d) - quotient) <= Fraction(1, 2)
    assert divide_half_away(-n, d, 1.0 / d) == -quotient


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_divide_half_away_moves_halves_away_from_zero(n, half):
    d = 2 * half

    assert divide_half_away((2 * n + 1) * half, d, 1.0 / d) == (n + 1 if n >= 0 else n)


# --- ratios


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


@given(st.integers(0, INT64_MAX), st.integers(1, RATIO_TERM))
@example(INT64_MAX, RATIO_TERM)
def test_a_ratio_of_one_changes_nothing_however_large_the_value(value, term):
    assert scale(value, term, term) == (value, 0)


@given(st.integers(0, 10**9), st.integers(1, RATIO_TERM // 4), st.integers(1, 4))
def test_a_ratio_counts_in_any_unit(value, p, unit):
    q = p // 2 + 1

    assert scale(value, p * unit, q * unit) == scale(value, p, q)
