from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.smic import (
    E6_UNITS,
    smic_displayed,
    smic_full_month,
    smic_prorated,
    smic_rescaled,
)
from hypothesis import example, given
from hypothesis import strategies as st

HOUR = 1188
MONTH = HOUR * 1820 * (k.UNITS_PER_CENT // 12)
MONTH_151_67 = HOUR * 15167 * (k.UNITS_PER_CENT // 100)
ABSENCE_REFERENCE = 1_999_999_999

HALF_UNIT = Fraction(1, 2)
AFTER_PRESENCE = HALF_UNIT
AFTER_CONTRACT_TIME = AFTER_PRESENCE + HALF_UNIT  # its ratio is never above 1
ONE_MONTH = AFTER_CONTRACT_TIME * Fraction(9_999, 3_500) + HALF_UNIT  # 99.99 h of equivalence

# quotite_contrat, quotite_reference, heures_equivalence_e2, due, habituelle, heures_e4
MONTHS = st.tuples(
    st.integers(0, 2_999_999_999),
    st.integers(1, 2_999_999_999),
    st.integers(1, 9_999),
    st.integers(-ABSENCE_REFERENCE, ABSENCE_REFERENCE),
    st.integers(1, ABSENCE_REFERENCE) | st.integers(-ABSENCE_REFERENCE, -1),
    st.integers(-99_999_999, 99_999_999),
)
WHOLE = (1, 1, 3500, 1, 1, 0)


def prorated(rows, month=MONTH, hour=HOUR):
    """The kernel on rows of MONTHS: S in units and the marks."""
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)]
    n = len(rows)
    s, inexact = np.empty(n, np.int64), np.zeros(n, np.uint8)
    smic_prorated(np.full(n, month), np.full(n, hour), *columns, s, inexact)
    return s.tolist(), inexact.tolist()


def exact(row, month=MONTH, hour=HOUR):
    contract, reference, equivalence, due, habituelle, heures_e4 = row
    s = month * min(Fraction(1), Fraction(contract, reference)) * Fraction(equivalence, 3500)
    return s * Fraction(due, habituelle) + hour * heures_e4 * Fraction(k.UNITS_PER_CENT, 10_000)


def is_computed(row):
    return abs(Fraction(row[3], row[4])) <= 999 and abs(exact(row)) <= k.SMIC_LIMIT


# --- full month


def test_full_month_takes_the_column_of_its_period(period_table):
    table = period_table(
        {k.SMIC_MONTH: MONTH, k.SMIC_REF_MONTH: 11},
        {k.SMIC_MONTH: MONTH_151_67, k.SMIC_REF_MONTH: 22},
    )
    par, s = np.array([1, 0, 1], np.int32), np.empty(3, np.int64)

    smic_full_month(par, table, k.SMIC_MONTH, s)
    assert s.tolist() == [MONTH_151_67, MONTH, MONTH_151_67]

    smic_full_month(par, table, k.SMIC_REF_MONTH, s)
    assert s.tolist() == [22, 11, 22]


def test_full_month_signature(period_table, check_signature):
    par, s = np.zeros(2, np.int32), np.empty(2, np.int64)

    check_signature(smic_full_month, par, period_table({}), k.SMIC_MONTH, s, outputs=1)


def test_both_conventions_are_exact_in_units():
    assert Fraction(MONTH, k.UNITS_PER_CENT) == Fraction(HOUR * 35 * 52, 12)
    assert Fraction(MONTH_151_67, k.UNITS_PER_CENT) == Fraction(HOUR * 15167, 100)


# --- prorations


@pytest.mark.parametrize(
    ("row", "share"),
    [
        (WHOLE, Fraction(1)),
        ((28_000_000, 35_000_000, 3500, 1, 1, 0), Fraction(4, 5)),
        ((39_000_000, 35_000_000, 3500, 1, 1, 0), Fraction(1)),  # never above 1 (BOSS 860)
        ((0, 35_000_000, 3500, 1, 1, 0), Fraction(0)),
        ((1, 1, 4500, 1, 1, 0), Fraction(45, 35)),  # factor a (D.241-10)
        ((1, 1, 3500, 0, 1, 0), Fraction(0)),
        ((1, 1, 3500, 0, 250_000, 0), Fraction(0)),  # unpaid whole month
        ((1, 1, 3500, 100_000, 200_000, 0), Fraction(1, 2)),
        ((1, 1, 3500, -100_000, 200_000, 0), Fraction(-1, 2)),  # a correction
        ((1, 1, 3500, 100_000, -200_000, 0), Fraction(-1, 2)),
        ((1, 1, 3500, -100_000, -200_000, 0), Fraction(1, 2)),
        ((1, 1, 3500, -1, 2, 0), Fraction(-1, 2)),
        ((1, 1, 3500, 240_000, 200_000, 0), Fraction(6, 5)),
        ((1, 1, 3500, 555_000, 1_000, 0), Fraction(555)),
    ],
)
def test_exact_ratios_leave_no_rounding(row, share):
    assert prorated([row]) == ([MONTH * share], [0])


def test_hours_are_added_after_the_prorations():
    row = (17_500_000, 35_000_000, 3500, 1, 2, 173_333)

    [s], [inexact] = prorated([row])

    assert Fraction(s, k.UNITS_PER_CENT) == Fraction(HOUR * 1820, 48) + HOUR * Fraction("17.3333")
    assert inexact == 0


def test_negative_hours_are_taken_off():
    [s], _ = prorated([(1, 1, 3500, 0, 1, -20_000)])

    assert Fraction(s, k.UNITS_PER_CENT) == -2 * HOUR


@given(MONTHS.filter(is_computed))
def test_one_month_is_exact_or_marked(row):
    [s], [inexact] = prorated([row])

    assert inexact or s == exact(row)
    assert abs(exact(row) - s) <= ONE_MONTH


@given(MONTHS.filter(is_computed))
def test_a_correction_is_the_opposite_of_what_it_corrects(row):
    contract, reference, equivalence, due, habituelle, _ = row
    month = (contract, reference, equivalence, due, habituelle, 0)
    correction = (contract, reference, equivalence, -due, habituelle, 0)

    (s, opposite), _ = prorated([month, correction])

    assert s == -opposite


LARGE_RATIO = (71_429, 1_000_003, 9_999, 999_999_000, 1_000_003, 0)
ALL_INEXACT = (714_285, 1_000_003, 9_999, 1_000_000, 1_000_003, 0)


@given(st.lists(MONTHS.filter(is_computed), min_size=12, max_size=12))
@example([ALL_INEXACT] * 12)
@example([LARGE_RATIO] * 12)
def test_a_year_of_roundings_stays_within_the_bound(rows):
    s, _ = prorated(rows)

    assert abs(sum(s) - sum(exact(row) for row in rows)) <= k.INEXACT_BOUND


def test_the_bound_covers_twelve_months_of_the_worst_ratios():
    assert 12 * ONE_MONTH < 41 < k.INEXACT_BOUND


@pytest.mark.parametrize(
    ("due", "out"), [(1_000_000, False), (-1_000_000, False), (1_000_001, True), (-1_000_001, True)]
)
def test_a_presence_ratio_above_a_thousand_is_out_of_bounds(due, out):
    [s], _ = prorated([(1, 1_000_000, 3500, due, 1_000, 0)])

    assert (s == k.SMIC_LIMIT + 1) is out


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_values_do_not_overflow(sign):
    highest_hour = 2_000
    month = highest_hour * 15167 * (k.UNITS_PER_CENT // 100)
    rows = [
        (2_999_999_999, 2_999_999_999, 9_999, sign * 1_999_999_999, 2_000_000, 99_999_999),
        (2_999_999_998, 2_999_999_999, 9_999, sign * 1_999_999_999, 1_999_999_998, -99_999_999),
        (1, 2_999_999_999, 1, sign * 1, 1_999_999_999, 0),
    ]

    s, _ = prorated(rows, month, highest_hour)

    assert [abs(a - exact(row, month, highest_hour)) < 4 for a, row in zip(s, rows, strict=True)]
    assert abs(s[0]) > k.SMIC_LIMIT


def test_prorated_signature(check_signature):
    columns = [np.ones(2, np.int64) for _ in range(8)]
    s, inexact = np.empty(2, np.int64), np.empty(2, np.uint8)

    check_signature(smic_prorated, *columns, s, inexact, outputs=2)


# --- S retained by the employer


def rescaled(smic_retenu, reference_hour, hour):
    s, inexact = np.empty(1, np.int64), np.empty(1, np.uint8)
    arrays = [np.array([x], np.int64) for x in (smic_retenu, reference_hour, hour)]
    smic_rescaled(*arrays, s, inexact)
    return int(s[0]), int(inexact[0])


def test_a_retained_smic_is_kept_where_the_smic_is_the_reference():
    assert rescaled(180_180, 1188, 1188) == (180_180 * k.UNITS_PER_CENT, 0)


def test_a_retained_smic_of_minus_a_cent_stays_below_zero():
    assert rescaled(-1, 1188, 1188) == (-k.UNITS_PER_CENT, 0)


def test_a_retained_smic_goes_to_the_smic_of_2023_for_the_bandeaux_of_2024():
    assert rescaled(1165, 1152, 1165) == (1152 * k.UNITS_PER_CENT, 0)


@given(
    st.integers(-99_999_999, 99_999_999),
    st.integers(700, 2_000),
    st.integers(700, 2_000),
)
def test_a_rescaled_smic_is_exact_or_marked(smic_retenu, reference_hour, hour):
    expected = Fraction(smic_retenu * k.UNITS_PER_CENT * reference_hour, hour)

    s, inexact = rescaled(smic_retenu, reference_hour, hour)

    assert abs(expected - s) <= HALF_UNIT
    assert inexact == (expected.denominator != 1)
    assert rescaled(-smic_retenu, reference_hour, hour)[0] == -s


def test_rescaled_signature(check_signature):
    columns = [np.ones(2, np.int64) for _ in range(3)]
    s, inexact = np.empty(2, np.int64), np.empty(2, np.uint8)

    check_signature(smic_rescaled, *columns, s, inexact, outputs=2)


# --- display


def displayed(s, inexact=0):
    e6 = np.empty(1, np.int64)
    doubtful = smic_displayed(np.array([s], np.int64), np.array([inexact], np.uint8), e6)
    return int(e6[0]), doubtful


@pytest.mark.parametrize(
    ("s", "expected"),
    [
        (0, 0),
        (E6_UNITS // 2 - 1, 0),
        (E6_UNITS // 2, 1),
        (-E6_UNITS // 2, -1),
        (-E6_UNITS // 2 + 1, 0),
        (3 * E6_UNITS // 2, 2),
        (MONTH, 1_801_800_000),
        (12 * k.SMIC_LIMIT, 12_000_000_000_000),
        (-12 * k.SMIC_LIMIT, -12_000_000_000_000),
    ],
)
def test_displayed_in_millionths_halves_away_from_zero(s, expected):
    assert displayed(s) == (expected, 0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("distance", "doubtful"), [(0, 1), (64, 1), (-64, 1), (65, 0), (-65, 0), (5_000, 0)]
)
def test_an_inexact_term_near_a_tie_is_left_to_exact_arithmetic(sign, distance, doubtful):
    s = sign * (7 * E6_UNITS + E6_UNITS // 2 + distance)

    e6, count = displayed(s, inexact=1)

    assert count == doubtful
    assert (e6 == k.DISPLAY_DOUBTFUL) is bool(doubtful)
    assert displayed(s)[1] == 0


@given(st.integers(-12 * k.SMIC_LIMIT, 12 * k.SMIC_LIMIT))
def test_displayed_is_the_nearest_millionth(s):
    e6, _ = displayed(s)

    assert abs(Fraction(s, E6_UNITS) - e6) <= HALF_UNIT


def test_displayed_signature(check_signature):
    s, inexact, e6 = np.zeros(2, np.int64), np.zeros(2, np.uint8), np.empty(2, np.int64)

    check_signature(smic_displayed, s, inexact, e6, outputs=1)


# --- one rounding at a time, rows beside each other


@pytest.mark.parametrize(
    ("row", "inexact"),
    [
        (WHOLE, 0),
        ((1, 1, 3500, 1, 3, 0), 1),
        ((1, 3, 3500, 1, 1, 0), 1),
        ((1, 1, 3501, 1, 1, 0), 1),
        ((1, 3, 3501, 1, 1, 0), 1),
        ((1, 3, 3500, 1, 11, 0), 1),
        ((1, 3, 3501, 1, 11, 0), 1),
    ],
)
def test_any_ratio_that_does_not_divide_marks_the_row(row, inexact):
    assert prorated([row], month=10**9 + 7)[1] == [inexact]


def test_a_row_out_of_bounds_does_not_end_the_others():
    s, _ = prorated([(1, 1, 3500, 1_001, 1, 0), WHOLE])

    assert s == [k.SMIC_LIMIT + 1, MONTH]


def test_a_row_left_to_exact_arithmetic_does_not_end_the_others():
    e6 = np.zeros(2, np.int64)
    s = np.array([E6_UNITS // 2, E6_UNITS], np.int64)

    assert smic_displayed(s, np.ones(2, np.uint8), e6) == 1
    assert e6.tolist() == [k.DISPLAY_DOUBTFUL, 1]
