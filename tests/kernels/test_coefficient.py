from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.coefficient import coefficient_rg, coefficient_rgdu
from hypothesis import example, given
from hypothesis import strategies as st

DOUBT = 1e-9
HALF = Fraction(1, 2)
TENTH = Fraction(11, 10)
CAISSE = Fraction(100, 90)

RG_T_E6 = (281_400, 285_400, 280_900, 320_500, 324_500, 319_400, 319_300, 323_300, 305_501)
RGDU_T_E6 = (398_100, 402_100, 370_500, 40_000, 392_345)
B = (Fraction(1), TENTH, CAISSE)

PAYS = st.integers(1, 400_000) | st.integers(1, 119_999_999_988)
SMICS = st.integers(1, 400_000) | st.integers(1, 1_200_000_000)


def run(kernel, law, rows, *, inexact=0, doubt=DOUBT, columns=()):
    """The coefficients of rows (S in units, R in cents), and the count of doubtful ones."""
    s, r = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    marks, par = np.full(s.size, inexact, np.uint8), np.zeros(s.size, np.int32)
    c = np.empty(s.size, np.int32)
    doubtful = kernel(s, r, marks, par, law.factors(), *columns, doubt, c)
    assert doubtful == np.count_nonzero(c == k.DOUBTFUL)
    return c.tolist()


def rg(law, *rows, columns=(k.SLOPE, k.TOP), **options):
    return run(coefficient_rg, law, rows, columns=columns, **options)


def rgdu(law, *rows, **options):
    return run(coefficient_rgdu, law, rows, **options)


def cents(s, r):
    """A row whose S is given in cents."""
    return s * k.UNITS_PER_CENT, r


# --- the law, in rationals


def base_of(law, s_units, r):
    """1/0.6 x (1.6 x S/R - 1), or 1/2 x (3 x S/R - 1)."""
    s = Fraction(s_units, k.UNITS_PER_CENT)
    return (Fraction(law.seuil_e2) * s / r - 100) / (law.seuil_e2 - 100)


def marked(raw_is_at_least, near, cap):
    """Half-up rounding found by asking whether the raw value reaches k - 1/2."""
    rounded = next(c for c in range(near + 2, near - 3, -1) if c <= 0 or raw_is_at_least(c - HALF))
    return min(max(rounded, 0), cap + 1)


def exact_rg(law, s_units, r, t_e6, cap):
    if r <= 0:
        return 0
    base = base_of(law, s_units, r)
    if base <= 0:
        return k.ABOVE_EXIT
    raw = t_e6 * law.b / 100 * base
    return marked(lambda c: raw >= c, int(raw), cap)


def exact_rgdu(law, s_units, r):
    """Law 2.5: Tdelta**4 x base**7 against (k + 1/2 - Tmin)**4, in rationals."""
    if r <= 0:
        return 0
    base = base_of(law, s_units, r)
    if base <= 0:
        return k.ABOVE_EXIT
    floor, slope = law.t_min_e6 * law.b / 100, (law.t_e6 - law.t_min_e6) * law.b / 100

    def reaches(c):
        return c <= floor or (c - floor) ** 4 <= slope**4 * base**7

    return marked(reaches, int(floor + slope * Fraction(float(base) ** 1.75)), law.cap_e4)


def rgdu_raw(law, s_units, r, bits=100):
    """The raw coefficient within 2**-bits, by integer square roots."""
    base = base_of(law, s_units, r)
    slope = (law.t_e6 - law.t_min_e6) * law.b / 100
    power = slope**4 * base**7
    root = isqrt(isqrt((power.numerator << 4 * bits) // power.denominator))
    return law.t_min_e6 * law.b / 100 + Fraction(root, 1 << bits)


def distance_to_tie(raw):
    return abs((raw + HALF) - round(raw + HALF))


# --- rows without a coefficient


@pytest.mark.parametrize("run_one", [rg, rgdu])
@pytest.mark.parametrize(
    ("s", "r", "expected"),
    [
        (180_180, 0, 0),
        (180_180, -1, 0),
        (0, 0, 0),
        (-180_180, -100_000, 0),
        (0, 1, k.ABOVE_EXIT),
        (-180_180, 100_000, k.ABOVE_EXIT),
        (-12 * 100_000_000, 119_999_999_988, k.ABOVE_EXIT),
        (1, 119_999_999_988, k.ABOVE_EXIT),
    ],
)
def test_no_pay_or_no_smic_term_gives_no_coefficient(law, run_one, s, r, expected):
    assert run_one(law(319_400), cents(s, r)) == [expected]


# --- exit


@pytest.mark.parametrize("m", [1, 1_000, 36_036, 7_500_000, 240_000_000])
@pytest.mark.parametrize(
    ("run_one", "law_of", "s", "r"),
    [(rg, {"t_e6": 319_400}, 5, 8), (rgdu, {"t_e6": 398_100, "t_min_e6": 20_000}, 1, 3)],
)
def test_pay_equal_to_the_exit_is_doubtful_and_a_cent_decides(law, run_one, law_of, s, r, m):
    period = law(**law_of, seuil_e2=r * 100 // s)
    s, r = s * m, r * m

    below, at, above = run_one(period, cents(s, r - 1), cents(s, r), cents(s, r + 1))

    assert at == k.DOUBTFUL
    assert above == k.ABOVE_EXIT
    assert below >= 0


def test_the_rgdu_jumps_to_t_min_just_below_the_exit(law):
    period = law(398_100, t_min_e6=20_000, seuil_e2=300)

    assert rgdu(period, cents(182_303, 546_908)) == [200]


# --- cap


@pytest.mark.parametrize("b", B)
def test_pay_at_the_smic_is_at_the_cap_and_pay_below_it_above(law, b):
    for period, run_one in (
        (law(319_400, b=b), rg),
        (law(398_100, t_min_e6=20_000, seuil_e2=300, b=b), rgdu),
    ):
        cap = period.cap_e4
        rows = [cents(s, 182_000) for s in (182_000, 183_000, 100_000_000)]

        assert run_one(period, *rows) == [cap, cap + 1, cap + 1]


def test_one_cent_of_pay_against_a_year_of_smic_does_not_overflow(law):
    row = (12 * k.SMIC_LIMIT, 1)

    assert rg(law(319_400), row) == [3195]
    assert rgdu(law(398_100, t_min_e6=20_000, seuil_e2=300), row) == [3982]


def test_half_a_unit_above_the_cap_is_a_tie_like_any_other(law):
    # raw = 3194 x (8/3 x S/R - 5/3) = 3194.5
    s, r = Fraction(6389 * 3, 3194 * 2) + 5, 8
    n = s.denominator

    assert rg(law(319_400), cents(s.numerator, r * n)) == [k.DOUBTFUL]


# --- exactness


@given(st.sampled_from(RG_T_E6), st.sampled_from(B), SMICS, PAYS)
def test_rg_is_exact_or_doubtful_near_a_tie(law, t_e6, b, s, r):
    period, row = law(t_e6, b=b), cents(s, r)

    [c] = rg(period, row)

    if c == k.DOUBTFUL:
        base = base_of(period, *row)
        assert base == 0 or distance_to_tie(t_e6 * b / 100 * base) <= Fraction(2 * DOUBT)
    else:
        assert c == exact_rg(period, *row, t_e6, period.cap_e4)


@given(st.sampled_from(RGDU_T_E6), st.sampled_from(B), SMICS, PAYS)
@example(398_100, Fraction(1), 182_303, 546_908)
@example(398_100, Fraction(1), 182_303, 182_303)
def test_rgdu_is_exact_or_doubtful_near_a_tie(law, t_e6, b, s, r):
    period, row = law(t_e6, t_min_e6=20_000, seuil_e2=300, b=b), cents(s, r)

    [c] = rgdu(period, row)

    if c == k.DOUBTFUL:
        base = base_of(period, *row)
        assert base == 0 or distance_to_tie(rgdu_raw(period, *row)) <= Fraction(2 * DOUBT)
    else:
        assert c == exact_rgdu(period, *row)


@pytest.mark.parametrize("b", B)
@pytest.mark.parametrize("t_e6", RG_T_E6)
def test_rg_ties_are_doubtful_and_a_unit_of_s_decides(law, t_e6, b):
    """S/R such that raw = k + 1/2; then S moved by a relative 1e-11, thirty times the doubt."""
    period = law(t_e6, b=b)
    for tie in range(0, period.cap_e4, 97):
        base = (tie + HALF) * 100 / (t_e6 * b)
        ratio = (base * 60 + 100) / 160
        r = ratio.denominator
        s = ratio.numerator * k.UNITS_PER_CENT
        step = s // 10**11 + 1

        below, at, above = rg(period, (s - step, r), (s, r), (s + step, r))

        assert (below, at, above) == (tie, k.DOUBTFUL, tie + 1)


# --- the error of the floats, against the margin of the doubt


def sample(law, n):
    """n random rows from the SMIC to the exit, S up to twelve times its limit."""
    rng = np.random.default_rng(7)
    s = np.exp(rng.uniform(np.log(100), np.log(1.2e9), n)) * k.UNITS_PER_CENT
    r = s / k.UNITS_PER_CENT * rng.uniform(1.0, law.seuil_e2 / 100, n)
    return s.astype(np.int64), np.maximum(r.astype(np.int64), 1)


def largest_error(law, floats, exact):
    s, r = sample(law, 10_000)
    rows = zip(s.tolist(), r.tolist(), floats(s, r).tolist(), strict=True)
    return max(abs(float(Fraction(x) - exact(law, s_i, r_i))) for s_i, r_i, x in rows)


@pytest.mark.parametrize("b", B)
def test_the_floats_of_the_rgdu_err_a_hundred_times_less_than_the_doubt(law, b):
    period = law(402_100, t_min_e6=20_000, seuil_e2=300, b=b)
    gain, lag, slope, floor = period.factors()[0, :4]

    def floats(s, r):  # the operations of the kernel, in its order
        base = s.astype(float) * (gain / r.astype(float)) - lag
        root = np.sqrt(np.maximum(base, 0.0))
        return floor + slope * (base * root * np.sqrt(root))

    assert largest_error(period, floats, rgdu_raw) < DOUBT / 100


@pytest.mark.parametrize("b", B)
def test_the_floats_of_the_rg_err_a_hundred_times_less_than_the_doubt(law, b):
    period = law(324_600, b=b)
    gain, lag, slope, _ = period.factors()[0, :4]

    def floats(s, r):
        return slope * (s.astype(float) * (gain / r.astype(float)) - lag)

    def exact(law, s, r):
        return law.t_e6 * law.b / 100 * base_of(law, s, r)

    assert largest_error(period, floats, exact) < DOUBT / 100


# --- marks left to exact arithmetic


def test_a_large_doubt_leaves_every_row_below_the_cap_to_exact_arithmetic(law):
    rows = [cents(182_303, r) for r in range(183_000, 540_000, 5_003)]

    assert set(rg(law(319_400), *rows[:20], doubt=0.5)) == {k.DOUBTFUL}
    assert set(rgdu(law(398_100, t_min_e6=20_000, seuil_e2=300), *rows, doubt=0.5)) == {k.DOUBTFUL}


@given(
    st.integers(1_000, 300_000),
    st.fractions(Fraction(2, 5), 1).filter(lambda x: x.denominator < 10**6),
    st.integers(-int(k.INEXACT_BOUND), int(k.INEXACT_BOUND)),
)
@example(3, Fraction(1, 2), 64)
@example(300_000, Fraction(5, 8), -64)
def test_an_inexact_s_decides_only_where_every_s_within_the_bound_agrees(law, r, ratio, error):
    s = int(r * ratio * k.UNITS_PER_CENT)
    for period, run_one, exact in (
        (law(319_400), rg, lambda p, s, r: exact_rg(p, s, r, 319_400, 3194)),
        (law(398_100, t_min_e6=20_000, seuil_e2=300), rgdu, exact_rgdu),
    ):
        [c] = run_one(period, (s + error, r), inexact=1)

        assert c in (k.DOUBTFUL, exact(period, s, r))


INEXACT_TIES = (
    ({"t_e6": 319_400}, rg, Fraction(3194 * 2 * 5 + 3, 3194 * 2 * 8)),  # raw is 1/2
    ({"t_e6": 319_400}, rg, Fraction(5, 8)),
    ({"t_e6": 398_100, "t_min_e6": 20_000, "seuil_e2": 300}, rgdu, Fraction(1, 3)),
    ({"t_e6": 346_400, "t_min_e6": 20_000, "seuil_e2": 300}, rgdu, Fraction(3, 8)),  # 225.5
)


@pytest.mark.parametrize(("law_of", "run_one", "ratio"), INEXACT_TIES)
def test_an_inexact_s_is_doubtful_within_the_bound_of_a_tie_and_decided_beyond(
    law, law_of, run_one, ratio
):
    """A pay of a few cents: 64 units of S are far more than the doubt of the floats."""
    r = 3 * 3194 * 16
    s = int(ratio * r * k.UNITS_PER_CENT)
    assert s == ratio * r * k.UNITS_PER_CENT

    within = run_one(law(**law_of), *((s + e, r) for e in (-64, -1, 0, 1, 64)), inexact=1)
    below, above = run_one(law(**law_of), (s - 50_000, r), (s + 50_000, r), inexact=1)

    assert within == [k.DOUBTFUL] * 5
    assert k.DOUBTFUL not in (below, above)
    assert below < above


# --- complement of late 2019


def complement(law, *rows, **options):
    return rg(law, *rows, columns=(k.COMPLEMENT_SLOPE, k.COMPLEMENT_TOP), **options)


@given(SMICS, PAYS, st.sampled_from(B))
def test_the_complement_has_its_own_slope_and_cap(law, s, r, b):
    period, row = law(280_900, complement_e6=40_500, b=b), cents(s, r)

    [c] = complement(period, row)

    assert c in (k.DOUBTFUL, exact_rg(period, *row, 40_500, period.complement_cap_e4))


def test_a_period_without_complement_has_none(law):
    assert complement(law(319_400), cents(180_180, 180_180), cents(0, 1)) == [0, 0]


# --- several periods, signatures


def mixed(kernel, columns, periods, rows, *, par, inexact):
    """The coefficients of rows of several periods at once."""
    s, r = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))
    factors = np.vstack([period.factors() for period in periods])
    c = np.empty(s.size, np.int32)
    doubtful = kernel(
        s, r, np.array(inexact, np.uint8), np.array(par, np.int32), factors, *columns, DOUBT, c
    )
    assert doubtful == np.count_nonzero(c == k.DOUBTFUL)
    return c.tolist()


def test_each_row_is_governed_by_its_own_period(law):
    periods = [law(281_400), law(319_400), law(324_600, b=TENTH)]
    row = 180_180 * k.UNITS_PER_CENT, 200_003

    c = mixed(
        coefficient_rg, (k.SLOPE, k.TOP), periods, [row] * 3, par=[2, 0, 1], inexact=[0, 0, 0]
    )

    expected = [exact_rg(p, *row, p.t_e6, p.cap_e4) for p in periods]
    assert c == [expected[2], expected[0], expected[1]]


def drawn(n, periods):
    """n rows of every kind: below, around and above the exit, without pay, without S, inexact."""
    rng = np.random.default_rng(n + 1)
    pay = rng.integers(-20_000, 500_000, n)
    ratio = rng.uniform(0.2, 1.2, n)
    ratio[rng.integers(0, 9, n) == 0] = 0.0
    s = (pay * ratio).astype(np.int64) * k.UNITS_PER_CENT
    pay[rng.integers(0, 9, n) == 0] = 0
    s[rng.integers(0, 17, n) == 0] *= -1
    rows = list(zip(s.tolist(), pay.tolist(), strict=True))
    return rows, rng.integers(0, periods, n).tolist(), rng.integers(0, 2, n).tolist()


def test_rg_tile_by_tile_gives_each_row_what_it_has_alone(law, height):
    periods = [law(281_400), law(319_400, b=CAISSE), law(324_600, b=TENTH)]
    rows, par, inexact = drawn(height, len(periods))

    c = mixed(coefficient_rg, (k.SLOPE, k.TOP), periods, rows, par=par, inexact=inexact)

    alone = [
        rg(periods[p], row, inexact=mark)[0]
        for row, p, mark in zip(rows, par, inexact, strict=True)
    ]
    exact = [
        exact_rg(periods[p], *row, periods[p].t_e6, periods[p].cap_e4)
        for row, p in zip(rows, par, strict=True)
    ]
    assert c == alone
    assert all(a in (b, k.DOUBTFUL) for a, b in zip(c, exact, strict=True))
    assert c.count(k.DOUBTFUL) <= height // 100


def test_rgdu_tile_by_tile_gives_each_row_what_it_has_alone(law, height):
    periods = [law(t_e6, t_min_e6=20_000, seuil_e2=300, b=b) for t_e6 in RGDU_T_E6[:2] for b in B]
    rows, par, inexact = drawn(height, len(periods))

    c = mixed(coefficient_rgdu, (), periods, rows, par=par, inexact=inexact)

    alone = [
        rgdu(periods[p], row, inexact=mark)[0]
        for row, p, mark in zip(rows, par, inexact, strict=True)
    ]
    exact = [exact_rgdu(periods[p], *row) for row, p in zip(rows, par, strict=True)]
    assert c == alone
    assert all(a in (b, k.DOUBTFUL) for a, b in zip(c, exact, strict=True))
    assert c.count(k.DOUBTFUL) <= height // 100


@pytest.mark.parametrize("doubtful", [0, k.TILE - 1, k.TILE, 2 * k.TILE])
def test_doubtful_rows_are_counted_over_all_tiles(law, doubtful):
    """Pay at the exit, on some rows of three tiles."""
    rows = [cents(5, 8) if i <= doubtful else cents(8, 8) for i in range(2 * k.TILE + 1)]

    assert rg(law(319_400), *rows).count(k.DOUBTFUL) == doubtful + 1


@pytest.mark.parametrize("run_one", [rg, rgdu])
@pytest.mark.parametrize("inexact", [0, 1])
@pytest.mark.parametrize("s", [0, 1, -1, k.UNITS_PER_CENT, 12 * k.SMIC_LIMIT, -12 * k.SMIC_LIMIT])
def test_no_pay_is_no_coefficient_whatever_s_is_divided_by(law, run_one, inexact, s):
    rows = [(s, r) for r in (0, -1, -119_999_999_988)]

    assert run_one(law(319_400), *rows, inexact=inexact) == [0, 0, 0]


@pytest.mark.parametrize("run_one", [rg, rgdu])
def test_one_cent_is_pay(law, run_one):
    """The least pay there is: the guard against a division by nothing does not touch it."""
    period = law(319_400, seuil_e2=160 if run_one is rg else 300)
    half = Fraction(100, period.seuil_e2)

    below = int(half * k.UNITS_PER_CENT) - 1
    assert run_one(period, (below, 1)) == [k.ABOVE_EXIT]
    assert run_one(period, (k.UNITS_PER_CENT, 1)) == [3194]
    assert run_one(period, (below, 1), inexact=1) == [k.DOUBTFUL]


@pytest.mark.parametrize(
    ("kernel", "columns"), [(coefficient_rg, (k.SLOPE, k.TOP)), (coefficient_rgdu, ())]
)
def test_signature(law, check_signature, kernel, columns):
    factors = law(319_400).factors()
    s, r, inexact = np.ones(2, np.int64), np.ones(2, np.int64), np.zeros(2, np.uint8)
    par, c = np.zeros(2, np.int32), np.empty(2, np.int32)

    check_signature(kernel, s, r, inexact, par, factors, *columns, DOUBT, c, outputs=1)


# --- the marks, on figures that floats hold exactly


@dataclass(frozen=True)
class Round:
    """A period of round figures: raw = floor + slope x (gain x S/R - lag) ** P."""

    gain: float
    slope: float
    lag: float = 0.0
    floor: float = 0.0
    cap: int = 300

    def factors(self):
        factors = np.zeros((1, k.N_FACTORS))
        columns = [k.GAIN, k.SLOPE, k.LAG, k.FLOOR, k.TOP]
        factors[0, columns] = self.gain, self.slope, self.lag, self.floor, self.cap + 1
        return factors


@pytest.mark.parametrize("run_one", [rg, rgdu])
def test_a_row_without_coefficient_does_not_end_the_others(law, run_one):
    rows = (1, 0), cents(0, 1), cents(2, 2)

    assert run_one(law(319_400), *rows) == [0, k.ABOVE_EXIT, 3194]


def test_far_above_the_cap_is_one_above_the_cap():
    period = Round(gain=1.0, slope=1.0, cap=100)

    assert rg(period, (4 * 100 + 3, 4), (4 * 101 + 3, 4), (4 * 102 + 3, 4)) == [101, 101, 101]


def test_a_row_at_its_distance_of_a_tie_is_doubtful():
    """10.25 and 10.75 stand at 0.25 of 10.5."""
    period, rows = Round(gain=1.0, slope=1.0), [(41, 4), (43, 4)]

    assert rg(period, *rows, doubt=0.25) == [k.DOUBTFUL, k.DOUBTFUL]
    assert rg(period, *rows, doubt=0.125) == [10, 11]


@pytest.mark.parametrize(("run_one", "decided"), [(rg, 0), (rgdu, 200)])
def test_a_row_within_a_thousandth_of_the_doubt_of_the_exit_is_doubtful(run_one, decided):
    period = Round(gain=1.0, lag=1.0, slope=1.0, floor=200.0)
    near, far = 8192, 2048

    rows = [(near - 1, near), (near + 1, near), (far - 1, far), (far + 1, far)]

    marks = [k.DOUBTFUL, k.DOUBTFUL, k.ABOVE_EXIT, decided]
    assert run_one(period, *rows, doubt=0.25) == marks


@pytest.mark.parametrize("side", [-1, 1])
def test_an_inexact_s_of_the_rg_doubts_within_64_units_over_pay(side):
    """At 2 cents of pay, 64 units move base by 2**-15, raw by 2**-4."""
    period = Round(gain=2.0**-20, slope=2.0**11)
    s_of_tie = 2**10 * 10 + 2**9
    near, far = 2**10 // 32, 2**10 * 3 // 32

    assert rg(period, (s_of_tie + side * near, 2), inexact=1) == [k.DOUBTFUL]
    assert rg(period, (s_of_tie + side * far, 2), inexact=1) == [10 + (side > 0)]
    assert rg(period, (s_of_tie + side * near, 2)) == [10 + (side > 0)]


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(
    ("gain", "slope", "s", "bound"),
    [
        (2.0**-20, 2.0**11, 2**17, 2.0**-3),  # base 1/16: twice the slope
        (2.0**-10, 2.0**-3, 2**15, 2.0**-5),  # base 16: twice the slope, by its root 4
    ],
)
def test_an_inexact_s_of_the_rgdu_doubts_in_proportion_of_the_slope(gain, slope, s, bound, side):
    """Slope x base ** 1.75 is 16 in both."""
    within, beyond = (16.5 + side * bound * share - 16 for share in (0.75, 1.25))

    for floor, expected in ((within, k.DOUBTFUL), (beyond, 16 + (side > 0))):
        period = Round(gain=gain, slope=slope, floor=floor)
        assert rgdu(period, (s, 2), inexact=1) == [expected]
        assert rgdu(period, (s, 2)) == [16 + (side > 0)]


@pytest.mark.parametrize(("run_one", "decided"), [(rg, 0), (rgdu, 200)])
def test_an_inexact_s_within_64_units_of_the_exit_is_doubtful(run_one, decided):
    period = Round(gain=2.0**-20, slope=1.0, floor=200.0)

    marks = run_one(period, (64, 2), (65, 2), inexact=1, doubt=0.0)

    assert marks == [k.DOUBTFUL, decided]
