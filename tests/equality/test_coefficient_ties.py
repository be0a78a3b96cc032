"""Coefficients on half a ten-thousandth, or as near to it as cents allow, under every law."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from batchcalc.options import Options
from tests.equality.compare import agreed, compare
from tests.equality.frame import frame_of
from tests.equality.laws import HALF, MOST_SMIC, RG, RGDU, Law


def results_of(cases, **columns):
    """The results of cases (law, S, R, ...), in their order."""
    return agreed(frame_of(law.row(s, r, **columns) for law, s, r, *_ in cases))


def coefficients(cases):
    return results_of(cases).get_column("coefficient_e4").to_list()


# --- RG


def rg_ties(law: Law, t_e6: int):
    """S, R and k for which the raw coefficient of T is exactly k + 1/2."""
    t = t_e6 * law.b / 100
    for k in range(0, int(t), 61):
        ratio = ((k + HALF) * 60 / t + 100) / 160
        m = max(1, 150_000 // ratio.numerator)
        if ratio.numerator * m <= MOST_SMIC:
            yield law, ratio.numerator * m, ratio.denominator * m, k


def test_half_a_ten_thousandth_goes_up_in_every_year_of_the_rg():
    ties = [tie for law in RG for tie in rg_ties(law, law.p.t_e6)]

    assert {law for law, *_ in ties} == set(RG)
    assert coefficients(ties) == [k + 1 for *_, k in ties]


@pytest.mark.parametrize("cent", [-1, 1])
def test_a_cent_of_pay_beside_a_tie_of_the_rg(cent):
    cases = [(law, s, r + cent) for law in RG for _, s, r, _ in rg_ties(law, law.p.t_e6)]

    assert coefficients(cases) == [law.coefficient_e4(s, r) for law, s, r in cases]


def test_half_a_ten_thousandth_of_the_complement_of_2019_goes_up():
    ties = [tie for law in RG if law.p.complement_e6 for tie in rg_ties(law, law.p.complement_e6)]

    assert len(ties) > 30
    assert results_of(ties).get_column("coefficient_complement_e4").to_list() == [
        k + 1 for *_, k in ties
    ]


# --- RGDU


@cache
def rgdu_ties() -> list[tuple[Law, int, int, int, int]]:
    """Law, S, R, k and the real AGIRC-ARRCO rate for which the raw coefficient is exactly k + 1/2.

    The power 7/4 is rational where the base is (a/q)**4; q**7 must then divide what multiplies
    it: no Tdelta of law does, some of those lowered by a real rate do, for 1/16 and 1/81.
    """
    ties = []
    for law, q in product(RGDU, (2, 3)):
        ratio = (2 * Fraction(1, q**4) + 1) / 3
        for k in range(law.cap_e4):
            delta = ((k + HALF) * 100 / law.b - law.p.t_min_e6) * q**7
            lacking = law.p.t_e6 - law.p.t_min_e6 - delta
            if delta.denominator == 1 and 0 <= lacking <= law.p.agirc_arrco_e6:
                rate = law.p.agirc_arrco_e6 - int(lacking)
                ties.append((law, ratio.numerator, ratio.denominator, k, rate))
    return ties


@pytest.mark.parametrize(("cent", "up"), [(0, 1), (-1, 1), (1, 0)])
def test_half_a_ten_thousandth_of_the_rgdu_goes_up(cent, up):
    ties = rgdu_ties()
    rows = [
        law.row(3_000 * s, 3_000 * r + cent, taux_agirc_arrco_employeur_e6=rate)
        for law, s, r, _, rate in ties
    ]

    assert len(ties) >= 5
    assert all(rate < 60_100 for *_, rate in ties)
    assert agreed(frame_of(rows)).get_column("coefficient_e4").to_list() == [
        k + up for _, _, _, k, _ in ties
    ]


def near_ties(law: Law, largest: int):
    """S and R: the fraction nearest to the S/R of k + 1/2, of a denominator up to `largest`."""
    with localcontext(prec=60):
        for k in range(int(law.t_min) + 1, int(law.t_min + law.t_delta), 13):
            power = (k + HALF - law.t_min) / law.t_delta
            base = (Decimal(power.numerator) / power.denominator) ** (Decimal(4) / 7)
            ratio = ((2 * Fraction(base) + 1) / 3).limit_denominator(largest)
            m = max(1, 200_000 // ratio.denominator)
            if ratio.numerator * m <= MOST_SMIC:
                yield law, ratio.numerator * m, ratio.denominator * m


@pytest.mark.parametrize("largest", [10**5, 10**6, 10**7, MOST_SMIC])
def test_pay_nearest_to_a_tie_of_the_rgdu_is_decided_exactly(largest):
    cases = [case for law in RGDU for case in near_ties(law, largest)]

    assert len(cases) > 1_500
    assert coefficients(cases) == [law.coefficient_e4(s, r) for law, s, r in cases]


def test_the_nearest_pays_are_left_to_exact_arithmetic():
    rows = [law.row(s, r) for law, s, r in near_ties(RGDU[0], MOST_SMIC)]

    assert compare(frame_of(rows), Options()).settled == len(rows)
