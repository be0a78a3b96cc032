from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.regularisation import (
    cap_contributions,
    cap_dfs,
    closing_rows,
    cumulate,
    earn,
    period_starts,
    regularise_annual,
    regularise_progressive,
    running_sum,
)
from hypothesis import given
from hypothesis import strategies as st

LARGEST = 12 * 9_999_999_999


def ints(values):
    return np.array(values, np.int64)


def flags(values):
    return np.array(values, np.uint8)


def periods_of(starts):
    """The slices that begin where `starts` is 1."""
    bounds = [i for i, start in enumerate(starts) if start] + [len(starts)]
    return [slice(a, b) for a, b in pairwise(bounds)]


STARTS = st.lists(st.integers(0, 1), max_size=20).map(lambda marks: [1, *marks])


# --- periods


def starts_of(table, first, par, column=k.PERIOD):
    start = np.empty(len(par), np.uint8)
    inside = period_starts(flags(first), np.array(par, np.int32), table, column, start)
    assert inside == (start != flags(first)).sum()
    return start.tolist()


def marks(table, first, par, ended=None):
    n = len(par)
    start, last = starts_of(table, first, par), np.empty(n, np.uint8)
    ended = flags([0] * n if ended is None else ended)
    closing_rows(flags(first), flags(start), np.array(par, np.int32), table, ended, last)
    return start, last.tolist()


def test_a_period_is_closed_by_the_next_one_and_not_by_the_next_contract(period_table):
    table = period_table({k.PERIOD: 0}, {k.PERIOD: 1}, {k.PERIOD: 0})

    start, last = marks(table, [1, 0, 0, 1, 0], [0, 0, 1, 0, 2])

    assert start == [1, 0, 1, 1, 0]
    assert last == [0, 1, 0, 0, 0]


def test_a_period_may_come_back_and_is_another_one(period_table):
    table = period_table({k.PERIOD: 0}, {k.PERIOD: 7})

    start, last = marks(table, [1, 0, 0], [0, 1, 0])

    assert start == [1, 1, 1]
    assert last == [1, 1, 0]


def test_a_month_may_close_its_period_by_law_or_because_the_contract_ends(period_table):
    table = period_table({}, {k.CLOSES: 1})

    assert marks(table, [1, 0, 0], [0, 1, 0])[1] == [0, 1, 0]
    assert marks(table, [1, 0, 0], [0, 0, 0], ended=[0, 1, 1])[1] == [0, 1, 1]


def test_the_cuts_have_periods_of_their_own(period_table):
    """A change of thresholds restarts the cuts, a change of T does not."""
    table = period_table(
        {k.PERIOD: 0, k.CUT_PERIOD: 4}, {k.PERIOD: 1, k.CUT_PERIOD: 4}, {k.PERIOD: 1}
    )
    first, par = [1, 0, 0, 0, 1], [0, 1, 2, 0, 0]

    assert starts_of(table, first, par) == [1, 1, 0, 1, 1]
    assert starts_of(table, first, par, k.CUT_PERIOD) == [1, 0, 1, 1, 1]


def test_the_last_row_of_all_closes_nothing_by_itself(period_table):
    assert marks(period_table({}), [1], [0]) == ([1], [0])
    assert marks(period_table({k.CLOSES: 1}), [1], [0]) == ([1], [1])


def test_no_row_has_no_period(period_table):
    assert marks(period_table({}), [], []) == ([], [])


@given(st.data(), STARTS)
def test_periods_begin_and_close_as_row_by_row(period_table, data, first):
    n = len(first)
    laws = [(0, 0), (1, 0), (2, 1)]
    table = period_table(*({k.PERIOD: period, k.CLOSES: closes} for period, closes in laws))
    par = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    ended = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))

    start, last = marks(table, first, par, ended)

    for i in range(n):
        assert start[i] == (first[i] or laws[par[i - 1]][0] != laws[par[i]][0])
        followed = i + 1 < n and not first[i + 1]
        moves = followed and laws[par[i + 1]][0] != laws[par[i]][0]
        assert last[i] == (moves or laws[par[i]][1] or ended[i])


def test_period_starts_signature(period_table, check_signature):
    first, par, start = flags([1, 0]), np.zeros(2, np.int32), np.empty(2, np.uint8)

    check_signature(period_starts, first, par, period_table({}), k.PERIOD, start, outputs=1)


def test_closing_rows_signature(period_table, check_signature):
    first, par, ended = flags([1, 0]), np.zeros(2, np.int32), flags([0, 0])
    start, last = flags([1, 0]), np.empty(2, np.uint8)

    check_signature(closing_rows, first, start, par, period_table({}), ended, last, outputs=1)


# --- cumulation

MONTH = st.tuples(
    st.integers(-k.SMIC_LIMIT, k.SMIC_LIMIT),
    st.integers(-9_999_999_999, 9_999_999_999),
    st.integers(0, 1),
)


@given(st.data(), STARTS.filter(lambda starts: max_run(starts) <= 12))
def test_cumulated_data_are_sums_since_the_start_of_the_period(data, starts):
    months = data.draw(st.lists(MONTH, min_size=len(starts), max_size=len(starts)))
    s, r, inexact = zip(*months, strict=True)
    n = len(starts)
    sums = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint8)

    cumulate(flags(starts), ints(s), ints(r), flags(inexact), *sums)

    for period in periods_of(starts):
        for i in range(period.start, period.stop):
            since = slice(period.start, i + 1)
            assert sums[0][i] == sum(s[since])
            assert sums[1][i] == sum(r[since])
            assert sums[2][i] == max(inexact[since])


@pytest.mark.parametrize("start", [0, k.TILE - 1, k.TILE, k.TILE + 1])
def test_sums_run_on_whatever_their_length(start):
    n = 2 * k.TILE + 1
    starts = flags([int(i in (0, start)) for i in range(n)])
    sums = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint8)
    inexact = flags([1] + [0] * (n - 1))

    cumulate(starts, np.full(n, 2), np.full(n, -3), inexact, *sums)

    assert [sums[0][i] for i in (0, start, n - 1)] == [2, 2, 2 * (n - start)]
    assert [sums[1][i] for i in (0, start, n - 1)] == [-3, -3, -3 * (n - start)]
    assert sums[2].tolist() == [1] * (start or n) + [0] * (n - start if start else 0)


def test_sums_of_no_row():
    none, marks = np.empty(0, np.int64), np.empty(0, np.uint8)

    cumulate(marks, none, none, marks, none.copy(), none.copy(), marks.copy())
    running_sum(marks, none, none.copy())
    regularise_progressive(marks, none, none.copy())
    regularise_annual(marks, marks, none, 0, none.copy(), none.copy())


def max_run(starts):
    return max(period.stop - period.start for period in periods_of(starts))


@given(st.data(), STARTS)
def test_running_sum(data, starts):
    x = data.draw(
        st.lists(st.integers(-LARGEST, LARGEST), min_size=len(starts), max_size=len(starts))
    )
    total = np.empty(len(x), np.int64)

    running_sum(flags(starts), ints(x), total)

    expected = [sum(x[p.start : i + 1]) for p in periods_of(starts) for i in range(p.start, p.stop)]
    assert total.tolist() == expected


def test_twelve_months_at_the_limits_do_not_overflow():
    n = 12
    s, r = np.full(n, k.SMIC_LIMIT), np.full(n, 9_999_999_999)
    sums = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint8)

    cumulate(flags([1] + [0] * 11), s, r, flags([0] * 12), *sums)

    assert sums[0][-1] == 12 * k.SMIC_LIMIT
    assert sums[1][-1] == LARGEST


def test_cumulate_signature(check_signature):
    outputs = np.empty(2, np.int64), np.empty(2, np.int64), np.empty(2, np.uint8)

    check_signature(
        cumulate, flags([1, 0]), ints([1, 2]), ints([1, 2]), flags([0, 1]), *outputs, outputs=3
    )


def test_running_sum_signature(check_signature):
    check_signature(running_sum, flags([1, 0]), ints([1, 2]), np.empty(2, np.int64), outputs=1)


# --- amounts


def earnings(table, coefficients, bases, *, column=k.T_CAP, par=None):
    """Totals, coefficients shown and statuts of some rows."""
    n = len(bases)
    total, shown, statut = np.empty(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int8)
    par = np.zeros(n, np.int32) if par is None else np.array(par, np.int32)
    c = np.array(coefficients, np.int32)
    earn(par, table, column, c, ints(bases), total, shown, statut)
    return total.tolist(), shown.tolist(), statut.tolist()


def earned(table, coefficient, base, **options):
    return earnings(table, [coefficient], [base], **options)[0][0]


@pytest.mark.parametrize(
    ("coefficient", "base", "expected"),
    [
        (3031, 175_000, 53_043),  # 530.425: half a cent goes up
        (3193, 153_000, 48_853),
        (2500, 2, 1),
        (2499, 2, 0),
        (1, 5_000, 1),
        (1, 4_999, 0),
        (0, 175_000, 0),
        (3194, 0, 0),
        (3194, -175_000, 0),
        (k.ABOVE_EXIT, 175_000, 0),
        (3195, 10_000, 3_194),  # one above the cap stands for the cap
        (3195, LARGEST, 38_327_999_996),
    ],
)
def test_amount(period_table, coefficient, base, expected):
    assert earned(period_table({k.T_CAP: 3194}), coefficient, base) == expected


@given(st.integers(1, 4_468), st.integers(1, LARGEST))
def test_amount_is_the_nearest_cent_half_up(period_table, coefficient, base):
    cents = earned(period_table({k.T_CAP: 4_468}), coefficient, base)

    assert 2 * 10_000 * cents - 10_000 <= 2 * coefficient * base < 2 * 10_000 * cents + 10_000


def test_the_complement_has_a_cap_of_its_own(period_table):
    table = period_table({k.T_CAP: 2809, k.COMPLEMENT_CAP: 405})

    base = earned(table, 2_809, 5_001)
    complement = earned(table, 406, 5_001, column=k.COMPLEMENT_CAP)

    assert (base, complement) == (1_405, 203)


@pytest.mark.parametrize(
    ("coefficient", "shown", "statut"),
    [
        (0, 0, k.OK),
        (1, 1, k.OK),
        (3193, 3193, k.OK),
        (3194, 3194, k.OK),
        (3195, 3194, k.PLAFONNE_T),
        (k.ABOVE_EXIT, 0, k.AU_DESSUS_DU_SEUIL),
    ],
)
@pytest.mark.parametrize("base", [0, -5_000, 175_000])
def test_the_coefficient_shown_is_the_one_that_applies(
    period_table, coefficient, shown, statut, base
):
    table = period_table({k.T_CAP: 3194})

    assert earnings(table, [coefficient], [base])[1:] == ([shown], [statut])


def test_without_complement_nothing_is_earned(period_table):
    table = period_table({k.T_CAP: 3194})

    result = earnings(table, [0, 0], [10_000, -1], column=k.COMPLEMENT_CAP)

    assert result == ([0, 0], [0, 0], [k.OK, k.OK])


def test_tile_by_tile_each_row_earns_with_its_own_cap(period_table, height):
    caps = (3194, 2809, 4468)
    table = period_table(*({k.T_CAP: cap} for cap in caps))
    rng = np.random.default_rng(height)
    par, bases = rng.integers(0, 3, height), rng.integers(-10_000, LARGEST, height).tolist()
    coefficients = rng.integers(k.ABOVE_EXIT, 4470, height).tolist()

    total, shown, statut = earnings(table, coefficients, bases, par=par)

    for i, (c, base) in enumerate(zip(coefficients, bases, strict=True)):
        cap = caps[par[i]]
        applied = min(max(c, 0), cap)
        assert total[i] == (2 * applied * max(base, 0) + 10_000) // 20_000
        assert shown[i] == applied
        above = k.AU_DESSUS_DU_SEUIL if c == k.ABOVE_EXIT else k.OK
        assert statut[i] == (k.PLAFONNE_T if c > cap else above)


def test_earn_signature(period_table, check_signature):
    par, coefficient = np.zeros(2, np.int32), np.ones(2, np.int32)
    outputs = ints([0, 0]), np.empty(2, np.int32), np.empty(2, np.int8)

    check_signature(
        earn, par, period_table({}), k.T_CAP, coefficient, ints([1, 2]), *outputs, outputs=3
    )


# --- cap of the DFS


def capped(table, coefficient, base, total):
    totals, marked = ints([total]), flags([0])
    cap_dfs(
        np.zeros(1, np.int32),
        table,
        np.array([coefficient], np.int32),
        ints([base]),
        totals,
        marked,
    )
    return int(totals[0]), int(marked[0])


@pytest.mark.parametrize(
    ("total", "expected"), [(64_999, 64_999), (65_000, 65_000), (65_001, 65_000), (0, 0)]
)
def test_the_reduction_is_at_most_130_percent_of_the_one_without_dfs(period_table, total, expected):
    table = period_table({k.T_CAP: 3194, k.DFS_CAP: 130})  # 0.2500 x 2 000.00 = 500.00, 650.00

    assert capped(table, 2_500, 200_000, total) == (expected, total > expected)


@pytest.mark.parametrize(("without", "limit"), [(5, 7), (15, 20), (25, 33), (3, 4), (4, 5)])
def test_half_a_cent_of_the_cap_goes_up(period_table, without, limit):
    """130 % of 0.05 is 0.065."""
    table = period_table({k.T_CAP: 3194, k.DFS_CAP: 130})

    assert capped(table, 1_000, without * 10, 10**6) == (limit, 1)


@pytest.mark.parametrize(
    ("coefficient", "base"), [(0, 200_000), (k.ABOVE_EXIT, 200_000), (3_000, 0), (3_000, -1)]
)
def test_no_reduction_without_dfs_leaves_none(period_table, coefficient, base):
    table = period_table({k.T_CAP: 3194, k.DFS_CAP: 130})

    assert capped(table, coefficient, base, 10) == (0, 1)
    assert capped(table, coefficient, base, 0) == (0, 0)


def test_there_was_no_cap_before_2020(period_table):
    assert capped(period_table({k.T_CAP: 2814}), 0, 200_000, 10**6) == (10**6, 0)


def test_cap_dfs_signature(period_table, check_signature):
    par, coefficient = np.zeros(2, np.int32), np.ones(2, np.int32)

    check_signature(
        cap_dfs,
        par,
        period_table({}),
        coefficient,
        ints([1, 2]),
        ints([0, 0]),
        flags([0, 0]),
        outputs=2,
    )


# --- cap at the contributions due


def within_contributions(table, contributions, total, known=1):
    totals, marked = ints([total]), flags([0])
    par = np.zeros(1, np.int32)
    cap_contributions(par, table, flags([known]), ints([contributions]), totals, marked)
    return int(totals[0]), int(marked[0])


@pytest.mark.parametrize(
    ("num", "den", "contributions", "limit"),
    [
        (1, 1, 50_000, 50_000),
        (11, 10, 50_000, 55_000),
        (11, 10, 5, 6),  # 0.055: half a cent goes up
        (10, 9, 50_000, 55_556),
        (1, 1, 0, 0),
        (1, 1, -50_000, 0),
        (10, 9, LARGEST, LARGEST * 10 // 9),
    ],
)
def test_the_reduction_is_at_most_the_contributions_due(
    period_table, num, den, contributions, limit
):
    table = period_table({k.MAJORATION_NUM: num, k.MAJORATION_DEN: den})

    assert within_contributions(table, contributions, limit) == (limit, 0)
    assert within_contributions(table, contributions, limit + 1) == (limit, 1)
    assert within_contributions(table, contributions, limit + 1, known=0) == (limit + 1, 0)


def test_cap_contributions_signature(period_table, check_signature):
    par, known, contributions = np.zeros(2, np.int32), flags([1, 1]), ints([1, 2])
    table = period_table({k.MAJORATION_NUM: 1, k.MAJORATION_DEN: 1})
    outputs = ints([0, 0]), flags([0, 0])

    check_signature(cap_contributions, par, table, known, contributions, *outputs, outputs=2)


# --- regularisation


def test_progressive_months_are_differences_of_the_cumulated_right():
    """A month may take back; the total may go to zero and stay there (law 6.5)."""
    reduction = np.empty(7, np.int64)

    regularise_progressive(
        flags([1, 0, 0, 0, 1, 0, 1]), ints([500, 900, 0, 0, 300, 250, 40]), reduction
    )

    assert reduction.tolist() == [500, 400, -900, 0, 300, -50, 40]


def test_annual_months_are_anticipations_settled_in_the_last():
    reduction, cumul = np.empty(6, np.int64), np.empty(6, np.int64)

    regularise_annual(
        flags([1, 0, 0, 1, 0, 1]),
        flags([0, 0, 1, 0, 0, 1]),
        ints([500, 300, 700, 40, 50, 60]),
        0,
        reduction,
        cumul,
    )

    assert reduction.tolist() == [500, 300, -100, 40, 50, 60]
    assert cumul.tolist() == [500, 800, 700, 40, 90, 60]


@given(st.data(), STARTS)
def test_progressive_months_sum_to_the_right(data, starts):
    n = len(starts)
    totals = data.draw(st.lists(st.integers(0, LARGEST), min_size=n, max_size=n))
    reduction = np.empty(n, np.int64)

    regularise_progressive(flags(starts), ints(totals), reduction)

    for period in periods_of(starts):
        for i in range(period.start, period.stop):
            assert reduction[period.start : i + 1].sum() == totals[i]


def test_an_abatement_lowers_the_anticipations_and_not_the_right():
    """85 % of 0.10 is 0.085, of 0.30 is 0.255: half a cent goes up (BOSS 1120)."""
    reduction, cumul = np.empty(3, np.int64), np.empty(3, np.int64)

    regularise_annual(flags([1, 0, 0]), flags([0, 0, 1]), ints([10, 30, 100]), 15, reduction, cumul)

    assert reduction.tolist() == [9, 26, 65]
    assert cumul.tolist() == [9, 35, 100]


@given(st.data(), STARTS, st.integers(0, 15))
def test_annual_months_sum_to_the_right_of_the_last(data, starts, abatement):
    n = len(starts)
    totals = data.draw(st.lists(st.integers(0, 10**10), min_size=n, max_size=n))
    last = data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    reduction, cumul = np.empty(n, np.int64), np.empty(n, np.int64)

    regularise_annual(flags(starts), flags(last), ints(totals), abatement, reduction, cumul)

    for period in periods_of(starts):
        for i in range(period.start, period.stop):
            assert cumul[i] == reduction[period.start : i + 1].sum()
            if last[i]:
                assert cumul[i] == totals[i]
            else:
                assert reduction[i] == (2 * (100 - abatement) * totals[i] + 100) // 200


def test_regularise_progressive_signature(check_signature):
    check_signature(
        regularise_progressive, flags([1, 0]), ints([1, 2]), np.empty(2, np.int64), outputs=1
    )


def test_regularise_annual_signature(check_signature):
    outputs = np.empty(2, np.int64), np.empty(2, np.int64)

    check_signature(
        regularise_annual, flags([1, 0]), flags([0, 1]), ints([1, 2]), 15, *outputs, outputs=2
    )


# --- rows beside each other, figures beyond those of today's law


def test_half_a_cent_of_a_cent_goes_up(period_table):
    assert earned(period_table({k.T_CAP: 5000}), 5000, 1) == 1
    assert earned(period_table({k.T_CAP: 5000}), 4999, 1) == 0


def test_less_than_half_a_cent_of_the_cap_goes_down(period_table):
    """149 % and 150 % of 0.01."""
    assert capped(period_table({k.T_CAP: 3194, k.DFS_CAP: 149}), 1_000, 10, 5) == (1, 1)
    assert capped(period_table({k.T_CAP: 3194, k.DFS_CAP: 150}), 1_000, 10, 5) == (2, 1)


def test_a_row_without_cap_does_not_end_the_others(period_table):
    table = period_table(
        {k.T_CAP: 3194, k.MAJORATION_NUM: 1, k.MAJORATION_DEN: 1},
        {k.T_CAP: 3194, k.MAJORATION_NUM: 1, k.MAJORATION_DEN: 1, k.DFS_CAP: 130},
    )
    par = np.array([0, 1], np.int32)
    by_dfs, by_contributions = ints([700, 700]), ints([700, 700])
    marked = flags([0, 0]), flags([0, 0])

    cap_dfs(par, table, np.array([2_500, 2_500], np.int32), ints([2_000, 2_000]), by_dfs, marked[0])
    cap_contributions(par, table, flags([0, 1]), ints([600, 600]), by_contributions, marked[1])

    assert (by_dfs.tolist(), marked[0].tolist()) == ([700, 650], [0, 1])
    assert (by_contributions.tolist(), marked[1].tolist()) == ([700, 600], [0, 1])


def test_contributions_due_above_the_reduction_leave_it(period_table):
    table = period_table({k.MAJORATION_NUM: 1, k.MAJORATION_DEN: 1})

    assert within_contributions(table, 50_000, 49_999) == (49_999, 0)


@pytest.mark.parametrize("rows", [k.TILE - 1, k.TILE, k.TILE + 1, 2 * k.TILE + 1])
def test_periods_are_told_apart_at_the_borders_of_full_tiles(rows):
    """Every row stands in another period than the one above, except the last two."""
    table = np.zeros((2, k.N_COLUMNS), np.int64)
    table[1, k.PERIOD] = 1
    par = (np.arange(rows) % 2).astype(np.int32)
    par[-1] = par[-2]
    first, start = np.zeros(rows, np.uint8), np.zeros(rows, np.uint8)
    first[0] = 1

    period_starts(first, par, table, k.PERIOD, start)

    assert start.tolist() == [1] * (rows - 1) + [0]
