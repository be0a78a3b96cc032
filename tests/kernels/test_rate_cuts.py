from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.rate_cuts import eligibility, rate_cut
from hypothesis import example, given
from hypothesis import strategies as st

DOUBT = 1e-12
CUTS = (k.MALADIE, k.FAMILLE)
MULTIPLES = {k.MALADIE: k.MALADIE_MULTIPLE, k.FAMILLE: k.FAMILLE_MULTIPLE}
MULTIPLES_E2 = (225, 250, 330, 350)


def threshold(cut, multiple_e2, points_e4=600):
    return {cut: k.REGIME_THRESHOLD, cut + 1: multiple_e2, cut + 2: points_e4}


def factors_of(table):
    """The multiples; not a number where there is no threshold or the month is out of scope."""
    factors = np.full((len(table), k.N_FACTORS), np.nan)
    for cut, column in MULTIPLES.items():
        of_threshold = (table[:, cut] == k.REGIME_THRESHOLD) & (table[:, k.CUTS_EXCLUDED] == 0)
        multiples = table[:, cut + 1] / (100 * k.UNITS_PER_CENT)
        factors[of_threshold, column] = multiples[of_threshold]
    return factors


def eligible(table, rows, *, cut=k.MALADIE, inexact=0, par=None):
    """Marks of rows (cumulated S in units, cumulated R in cents), and the count of doubts."""
    s, r = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    par = np.zeros(s.size, np.int32) if par is None else np.array(par, np.int32)
    marks = np.empty(s.size, np.int8)
    inexacts = np.broadcast_to(np.array(inexact, np.uint8), s.shape).copy()
    factors, column = factors_of(table), MULTIPLES[cut]
    doubtful = eligibility(par, factors, column, s, r, inexacts, DOUBT, marks)
    assert doubtful == np.count_nonzero(marks == k.ELIGIBLE_DOUBTFUL)
    return marks.tolist()


def cents(s, r):
    return s * k.UNITS_PER_CENT, r


# --- eligibility


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("multiple_e2", MULTIPLES_E2)
@pytest.mark.parametrize("m", [1, 1_521, 45_637, 12_000_000])
def test_pay_equal_to_the_threshold_is_doubtful_and_a_cent_decides(
    period_table, cut, multiple_e2, m
):
    table = period_table(threshold(cut, multiple_e2))
    s, r = 100 * m, multiple_e2 * m

    marks = eligible(table, [cents(s, r - 1), cents(s, r), cents(s, r + 1)], cut=cut)

    assert marks == [k.ELIGIBLE, k.ELIGIBLE_DOUBTFUL, k.NOT_ELIGIBLE]


@given(
    st.sampled_from(MULTIPLES_E2),
    st.integers(-(10**9), 1_200_000_000),
    st.integers(-119_999_999_988, 119_999_999_988),
)
@example(250, 0, 1)
@example(250, 0, -1)
@example(250, -1, 0)
@example(250, 1, 0)
@example(350, 1_200_000_000, 4_200_000_001)
def test_eligibility_is_exact_or_doubtful_near_the_threshold(period_table, multiple_e2, s, r):
    [mark] = eligible(period_table(threshold(k.MALADIE, multiple_e2)), [cents(s, r)])

    room = multiple_e2 * s - 100 * r
    if mark == k.ELIGIBLE_DOUBTFUL:
        assert abs(room) <= Fraction(2 * DOUBT) * 100 * abs(r)
    else:
        assert mark == (room >= 0)


def test_nothing_paid_and_nothing_due_is_within_the_threshold(period_table):
    assert eligible(period_table(threshold(k.MALADIE, 250)), [(0, 0)]) == [k.ELIGIBLE]


def test_an_inexact_zero_is_left_to_exact_arithmetic(period_table):
    """A negative S under half a unit rounds to 0, and 0 is not within a negative threshold."""
    table = period_table(threshold(k.MALADIE, 250))

    assert eligible(table, [(0, 0)], inexact=1) == [k.ELIGIBLE_DOUBTFUL]


@given(
    st.integers(1, 400_000),
    st.integers(-int(k.INEXACT_BOUND), int(k.INEXACT_BOUND)),
    st.sampled_from(MULTIPLES_E2),
    st.integers(-1, 1),
)
def test_an_inexact_s_decides_only_where_every_s_within_the_bound_agrees(
    period_table, r, error, multiple_e2, beside
):
    s = Fraction(100 * r, multiple_e2) * k.UNITS_PER_CENT + beside * 100
    carried = round(s) + error

    [mark] = eligible(period_table(threshold(k.MALADIE, multiple_e2)), [(carried, r)], inexact=1)

    assert mark in (k.ELIGIBLE_DOUBTFUL, multiple_e2 * s >= 100 * r * k.UNITS_PER_CENT)


@pytest.mark.parametrize("m", [1, 1_521, 45_637, 400_000])
def test_a_cent_decides_for_an_inexact_s_too(period_table, m):
    table = period_table(threshold(k.MALADIE, 250))
    rows = [cents(100 * m, 250 * m - 1), cents(100 * m, 250 * m + 1)]

    assert eligible(table, rows, inexact=1) == [k.ELIGIBLE, k.NOT_ELIGIBLE]


@pytest.mark.parametrize(
    "columns",
    [
        {k.MALADIE: k.REGIME_NONE, k.MALADIE + 1: 250},
        {k.MALADIE: k.REGIME_FULL, k.MALADIE + 1: 250},
        {**threshold(k.MALADIE, 250), k.CUTS_EXCLUDED: 1},
    ],
)
def test_without_threshold_or_out_of_scope_nobody_is_eligible(period_table, columns):
    rows = [cents(100, 1), cents(100, 250), (0, 0)]

    assert eligible(period_table(columns), rows) == [k.NOT_ELIGIBLE] * 3


def test_each_cut_and_each_period_has_its_own_threshold(period_table):
    table = period_table(
        {**threshold(k.MALADIE, 250), **threshold(k.FAMILLE, 350)},
        {**threshold(k.MALADIE, 225), **threshold(k.FAMILLE, 330)},
    )
    rows = [cents(100, r) for r in (240, 240, 340, 340)]

    assert eligible(table, rows, cut=k.MALADIE, par=[0, 1, 0, 1]) == [1, 0, 0, 0]
    assert eligible(table, rows, cut=k.FAMILLE, par=[0, 1, 0, 1]) == [1, 1, 1, 0]


def test_eligibility_signature(period_table, check_signature):
    s, r, inexact = np.ones(2, np.int64), np.ones(2, np.int64), np.zeros(2, np.uint8)
    par, marks = np.zeros(2, np.int32), np.empty(2, np.int8)
    factors = factors_of(period_table(threshold(k.MALADIE, 250)))

    check_signature(
        eligibility, par, factors, k.MALADIE_MULTIPLE, s, r, inexact, DOUBT, marks, outputs=1
    )


@pytest.mark.parametrize("inexact", [0, 1])
@pytest.mark.parametrize("cut", CUTS)
@given(
    s=st.integers(-(10**18), 144 * 10**16),
    r=st.integers(-119_999_999_988, 119_999_999_988) | st.just(0),
)
@example(s=0, r=0)
@example(s=0, r=-1)
def test_without_threshold_nobody_is_eligible_nor_doubtful(period_table, cut, inexact, s, r):
    table = period_table({cut: k.REGIME_FULL})

    assert eligible(table, [(s, r)], cut=cut, inexact=inexact) == [k.NOT_ELIGIBLE]


def test_tile_by_tile_eligibility_is_what_each_row_has_alone(period_table, height):
    table = period_table(
        threshold(k.MALADIE, 250),
        {k.MALADIE: k.REGIME_NONE},
        threshold(k.MALADIE, 225),
        {**threshold(k.MALADIE, 225), k.CUTS_EXCLUDED: 1},
    )
    rng = np.random.default_rng(height)
    par, inexact = rng.integers(0, len(table), height), rng.integers(0, 2, height)
    smic = rng.integers(-1_000, 5_000_000, height)
    pay = smic * rng.choice([225, 250, 100, 300], height) // 100 + rng.integers(-2, 3, height)
    rows = list(zip((smic * k.UNITS_PER_CENT).tolist(), pay.tolist(), strict=True))

    marks = eligible(table, rows, par=par, inexact=inexact) if rows else []

    for mark, row, p, rounded in zip(marks, rows, par, inexact, strict=True):
        assert [mark] == eligible(table, [row], par=[p], inexact=rounded)
        s, r = Fraction(row[0], k.UNITS_PER_CENT), row[1]
        within = p in (0, 2) and 100 * r <= int(table[p, k.MALADIE + 1]) * s
        assert mark in (k.ELIGIBLE_DOUBTFUL, within)
        assert p in (0, 2) or mark == k.NOT_ELIGIBLE


def test_eligibility_of_no_row(period_table):
    none = np.empty(0, np.int64)
    factors = factors_of(period_table(threshold(k.MALADIE, 250)))
    par, inexact, marks = (none.astype(dtype) for dtype in (np.int32, np.uint8, np.int8))

    column = k.MALADIE_MULTIPLE
    assert eligibility(par, factors, column, none, none, inexact, DOUBT, marks) == 0


# --- base of the complement and cut


def cut_of(table, rows, *, cut=k.MALADIE, first=None, par=None):
    """Bases and cuts of rows (cumulated S in cents, cumulated R in cents, eligible)."""
    s, r, marks = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    n = s.size
    first = np.array([1] + [0] * (n - 1) if first is None else first, np.uint8)
    par = np.zeros(n, np.int32) if par is None else np.array(par, np.int32)
    base, reduction = np.empty(n, np.int64), np.empty(n, np.int64)
    s = s * k.UNITS_PER_CENT
    rate_cut(first, par, table, cut, s, r, marks.astype(np.int8), base, reduction)
    return base.tolist(), reduction.tolist()


def test_losing_the_cut_claws_everything_back_and_regaining_it_refunds_everything(period_table):
    """Case of January to May 2023: 4 200, 4 200, 4 500, 4 200, 4 200 against 4 273.30 a month."""
    table = period_table(threshold(k.MALADIE, 250))
    cumulated = np.cumsum([420_000, 420_000, 450_000, 420_000, 420_000])
    smic = np.cumsum([170_932] * 5)

    base, cut = cut_of(table, list(zip(smic, cumulated, [1, 1, 0, 0, 1], strict=True)))

    assert base == [0, 0, 1_290_000, 420_000, -1_710_000]
    assert cut == [25_200, 25_200, -50_400, 0, 127_800]


@pytest.mark.parametrize(
    ("points_e4", "r", "cut"), [(600, 25, 2), (600, 24, 1), (180, 250, 5), (180, 249, 4)]
)
def test_the_cut_is_rounded_to_the_cent_half_up(period_table, points_e4, r, cut):
    table = period_table(threshold(k.MALADIE, 250, points_e4))

    assert cut_of(table, [(1_000, r, 1)]) == ([0], [cut])


@pytest.mark.parametrize(("s", "r"), [(100, 0), (100, -5_000), (0, 0), (0, -5_000), (-100, -900)])
def test_no_cut_without_pay(period_table, s, r):
    assert cut_of(period_table(threshold(k.MALADIE, 250)), [(s, r, 1)]) == ([0], [0])


@pytest.mark.parametrize(
    ("regime", "base"), [(k.REGIME_NONE, [0, 0]), (k.REGIME_FULL, [200_000, -50_000])]
)
def test_regimes_without_threshold(period_table, regime, base):
    table = period_table({k.MALADIE: regime, k.MALADIE + 2: 600})

    assert cut_of(table, [(100, 200_000, 0), (200, 150_000, 0)]) == (base, [0, 0])


def test_an_excluded_month_keeps_what_was_cumulated_before_it(period_table):
    table = period_table(
        threshold(k.MALADIE, 250), {**threshold(k.MALADIE, 250), k.CUTS_EXCLUDED: 1}
    )
    rows = [(1_000, 9_000, 0), (1_000, 9_000, 0), (2_000, 12_000, 0)]

    assert cut_of(table, rows, par=[0, 1, 0]) == ([9_000, 0, 3_000], [0, 0, 0])


def test_an_excluded_month_neither_bears_the_complement_nor_loses_the_cut(period_table):
    reduced = threshold(k.MALADIE, 250)
    table = period_table(reduced, {**reduced, k.CUTS_EXCLUDED: 1})
    rows = [(1_000, 2_000, 1), (1_000, 2_000, 0), (2_000, 4_000, 1)]

    assert cut_of(table, rows, par=[0, 1, 0]) == ([0, 0, 0], [120, 0, 120])


def test_a_new_contract_year_starts_from_nothing(period_table):
    table = period_table(threshold(k.MALADIE, 250))
    rows = [(1_000, 9_000, 0), (1_000, 2_000, 1), (1_000, 4_000, 0), (1_000, 2_000, 1)]

    assert cut_of(table, rows, first=[1, 1, 1, 0]) == ([9_000, 0, 4_000, -4_000], [0, 120, 0, 120])


def test_each_cut_reads_its_own_columns(period_table):
    table = period_table(
        {**threshold(k.MALADIE, 250, 600), **threshold(k.FAMILLE, 350, 180)},
    )

    assert cut_of(table, [(100, 10_000, 1)], cut=k.MALADIE) == ([0], [600])
    assert cut_of(table, [(100, 10_000, 1)], cut=k.FAMILLE) == ([0], [180])


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**10), 119_999_999_988), st.integers(0, 1), st.sampled_from([600, 180])
        ),
        min_size=1,
        max_size=12,
    )
)
def test_months_sum_to_the_cumulated_base_and_cut(period_table, months):
    table = period_table(*(threshold(k.MALADIE, 250, points) for _, _, points in months))
    rows = [(10**9, r, mark) for r, mark, _ in months]

    base, cut = cut_of(table, rows, par=range(len(months)))

    for i, (r, mark, points) in enumerate(months):
        due = (2 * points * r + 10_000) // 20_000 if mark and r > 0 else 0
        assert sum(base[: i + 1]) == (0 if mark else r)
        assert sum(cut[: i + 1]) == due


def test_rate_cut_signature(period_table, check_signature):
    first, par = np.ones(2, np.uint8), np.zeros(2, np.int32)
    s, r, marks = np.ones(2, np.int64), np.ones(2, np.int64), np.zeros(2, np.int8)
    base, cut = np.empty(2, np.int64), np.empty(2, np.int64)
    table = period_table(threshold(k.MALADIE, 250))

    check_signature(rate_cut, first, par, table, k.MALADIE, s, r, marks, base, cut, outputs=2)


def test_an_excluded_month_does_not_claw_the_cut_back(period_table):
    """It is never eligible itself, and what was cumulated before it stays."""
    table = period_table(
        threshold(k.MALADIE, 250), {**threshold(k.MALADIE, 250), k.CUTS_EXCLUDED: 1}
    )
    rows = [(1_000, 2_000, 1), (1_000, 2_000, 0), (2_000, 4_000, 1)]

    assert cut_of(table, rows, par=[0, 1, 0]) == ([0, 0, 0], [120, 0, 120])


@pytest.mark.parametrize("s", [0, -1])
def test_no_cut_without_smic_term(period_table, s):
    assert cut_of(period_table(threshold(k.MALADIE, 250)), [(s, 10_000, 1)]) == ([0], [0])


@pytest.mark.parametrize(("points_e4", "r", "cut"), [(1, 5_000, 1), (1, 4_999, 0), (5_000, 1, 1)])
def test_half_a_cent_of_the_cut_goes_up_and_less_goes_down(period_table, points_e4, r, cut):
    table = period_table(threshold(k.MALADIE, 250, points_e4))

    assert cut_of(table, [(1_000, r, 1)]) == ([0], [cut])


@pytest.mark.parametrize(
    ("s", "mark"),
    [
        (64, k.ELIGIBLE_DOUBTFUL),
        (-64, k.ELIGIBLE_DOUBTFUL),
        (65, k.ELIGIBLE),
        (-65, k.NOT_ELIGIBLE),
    ],
)
def test_without_pay_an_inexact_s_is_doubtful_up_to_its_bound(period_table, s, mark):
    assert eligible(period_table(threshold(k.MALADIE, 250)), [(s, 0)], inexact=1) == [mark]


def test_a_month_without_threshold_does_not_end_the_others(period_table):
    table = period_table({k.MALADIE: k.REGIME_NONE}, threshold(k.MALADIE, 250))
    rows = [cents(100, 1), cents(100, 1)]

    assert eligible(table, rows, par=[0, 1]) == [k.NOT_ELIGIBLE, k.ELIGIBLE]


# --- over several tiles


def month_by_month(table, rows, first, par, cut=k.MALADIE):
    """The same sums, a row at a time: what is carried goes on through excluded months."""
    bases, cuts = [], []
    base_before = cut_before = 0
    for (s, r, mark), begins, p in zip(rows, first, par, strict=True):
        regime, _, points = (int(x) for x in table[p, cut : cut + 3])
        if begins:
            base_before = cut_before = 0
        if table[p, k.CUTS_EXCLUDED]:
            bases.append(0)
            cuts.append(0)
            continue
        low = mark == k.ELIGIBLE
        full = regime == k.REGIME_FULL or (regime == k.REGIME_THRESHOLD and not low)
        base_now = r if full else 0
        cut_now = (2 * points * r + 10_000) // 20_000 if low and r > 0 and s > 0 else 0
        bases.append(base_now - base_before)
        cuts.append(cut_now - cut_before)
        base_before, cut_before = base_now, cut_now
    return bases, cuts


LAWS = (
    threshold(k.MALADIE, 250),
    threshold(k.MALADIE, 225, 180),
    {k.MALADIE: k.REGIME_NONE, k.MALADIE + 2: 600},
    {k.MALADIE: k.REGIME_FULL, k.MALADIE + 2: 600},
    {**threshold(k.MALADIE, 250), k.CUTS_EXCLUDED: 1},
)


@pytest.mark.parametrize("seed", range(3))
def test_tile_by_tile_the_months_are_what_they_are_one_by_one(period_table, height, seed):
    table = period_table(*LAWS)
    rng = np.random.default_rng([height, seed])
    par = rng.integers(0, len(LAWS), height)
    first = np.append(1, rng.integers(0, 8, height) == 0)[:height]
    s, r = rng.integers(-5, 500, height), rng.integers(-(10**6), 10**8, height)
    rows = list(zip(s.tolist(), r.tolist(), rng.integers(0, 2, height).tolist(), strict=True))

    if rows:
        assert cut_of(table, rows, first=first, par=par) == month_by_month(table, rows, first, par)


@pytest.mark.parametrize("excluded", [1, 2, k.TILE, k.TILE + 1])
@pytest.mark.parametrize("before", [1, k.TILE - 1, k.TILE, k.TILE + 1])
def test_what_was_cumulated_stays_through_excluded_months_at_a_border(
    period_table, before, excluded
):
    """The months before end at the border of a tile, or beside it."""
    table = period_table(LAWS[0], LAWS[-1])
    rows = [(1_000, 2_000, 1)] * before + [(1_000, 2_000, 0)] * excluded + [(1_000, 5_000, 0)]
    par = [0] * before + [1] * excluded + [0]

    base, cut = cut_of(table, rows, par=par)

    assert base == [0] * (before + excluded) + [5_000]
    assert cut == [120] + [0] * (before + excluded - 1) + [-120]


@pytest.mark.parametrize("row", [k.TILE - 1, k.TILE, k.TILE + 1])
def test_a_period_that_begins_at_a_border_begins_from_nothing(period_table, row):
    n = 2 * k.TILE
    rows = [(1_000, 9_000, 0)] * n
    first = [int(i in (0, row)) for i in range(n)]

    base, _ = cut_of(period_table(LAWS[0]), rows, first=first)

    assert [i for i, amount in enumerate(base) if amount] == [0, row]
    assert base[row] == 9_000


def test_an_excluded_month_may_begin_a_period(period_table):
    """It carries nothing of the period before."""
    table = period_table(LAWS[0], LAWS[-1])
    rows = [(1_000, 9_000, 0), (1_000, 9_000, 0), (1_000, 2_000, 0)]

    assert cut_of(table, rows, first=[1, 1, 0], par=[0, 1, 0])[0] == [9_000, 0, 2_000]


def test_the_largest_amounts(period_table):
    largest = 119_999_999_988
    table = period_table(threshold(k.MALADIE, 250, 9_999))

    assert cut_of(table, [(1, largest, 1)]) == ([0], [(largest * 9_999 + 5_000) // 10_000])
    assert cut_of(table, [(1, -largest, 0)]) == ([-largest], [0])
