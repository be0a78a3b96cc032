from __future__ import annotations

import random
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

import pytest

from batchcalc.errors import RuleError
from batchcalc.reference.coefficient import (
    NUL,
    Coefficient,
    coefficient,
    coefficient_complement,
    floor_scaled_power,
    is_below_exit,
    position,
)

SMIC_2024 = Fraction(1165 * 455, 3)
SMIC_2026 = Fraction(1202 * 455, 3)


def brute_force(p, s: Fraction, r: int) -> Decimal:
    """The formula of D.241-7 and D.241-10 as written, in 80-digit decimals."""
    with localcontext(Context(prec=80)):
        s_over_r = Decimal(s.numerator) / (s.denominator * r)
        b = Decimal(p.majoration_num) / p.majoration_den
        t, t_min = Decimal(p.t_e6) / 10**6, Decimal(p.t_min_e6) / 10**6
        if p.formule == "rg":
            raw = t / Decimal("0.6") * (Decimal("1.6") * s_over_r - 1)
        else:
            base = Decimal("0.5") * (3 * s_over_r - 1)
            raw = t_min + (t - t_min) * base ** Decimal("1.75")
        return (min(raw, t) * b).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@pytest.mark.parametrize("mois", ["2018-01", "2023-07", "2025-05", "2026-01"])
@pytest.mark.parametrize("majoration", ["aucune", "interim", "caisse_conges"])
@pytest.mark.parametrize("fnal_e4", [10, 50])
def test_exact_decision_equals_high_precision_decimals(parametres, mois, majoration, fnal_e4):
    p = parametres(mois, fnal_e4=fnal_e4, majoration=majoration)
    draw = random.Random(f"{mois}{majoration}{fnal_e4}")
    for _ in range(250):
        s = Fraction(draw.randrange(1, 10**9), draw.randrange(1, 10**4))
        r = int(s * Fraction(draw.randrange(400, 3000), 1000))
        if not is_below_exit(p, s, r):
            assert coefficient(p, s, r) == NUL
        else:
            assert Decimal(coefficient(p, s, r).e4).scaleb(-4) == brute_force(p, s, r)


@pytest.mark.parametrize(("num", "den"), [(7, 4), (1, 1), (3, 2), (9, 8)])
def test_floor_of_a_scaled_power(num, den):
    draw = random.Random(num * den)
    for _ in range(200):
        factor, z, over = (draw.randrange(1, 10**6) for _ in range(3))
        y = floor_scaled_power(factor, z, over, num, den)

        assert y**den * over**num <= factor**den * z**num < (y + 1) ** den * over**num


def test_an_exponent_that_cannot_be_decided_is_refused():
    with pytest.raises(RuleError, match="over 3"):
        floor_scaled_power(2, 3, 4, 5, 3)


def test_position_is_1_at_the_smic_and_0_at_the_exit(parametres):
    for mois, seuil in (("2024-01", Fraction(8, 5)), ("2026-01", Fraction(3))):
        p = parametres(mois)
        assert Fraction(*position(p, Fraction(1000), 1000)) == 1
        assert position(p, Fraction(1000), int(1000 * seuil))[0] == 0


def test_rg_of_the_urssaf_simulator(parametres):
    """1 900 euros in January 2024, mon-entreprise 67ac8277c."""
    assert coefficient(parametres("2024-01"), SMIC_2024, 1900_00) == Coefficient(2597, False)


def test_rgdu_of_the_urssaf_simulator(parametres):
    """1 900 euros in January 2026, mon-entreprise 24ef4e51d^."""
    assert coefficient(parametres("2026-01"), SMIC_2026, 1900_00) == Coefficient(3588, False)


@pytest.mark.parametrize(
    ("mois", "s", "exit_cents"),
    [("2026-01", SMIC_2026, 5469_10), ("2025-01", Fraction(1801_80), 2882_88)],
)
def test_the_exit_is_strict_and_uses_exact_s(parametres, mois, s, exit_cents):
    """3 x 12.02 x 455/3 = 5 469.10 exactly; 3 x 1 823.03 would exclude 5 469.09 (law, trap 3)."""
    p = parametres(mois)

    assert is_below_exit(p, s, exit_cents - 1)
    assert not is_below_exit(p, s, exit_cents)
    assert coefficient(p, s, exit_cents) == NUL


def test_just_below_the_exit_the_rgdu_is_t_min(parametres):
    assert coefficient(parametres("2026-01"), SMIC_2026, 5469_09) == Coefficient(200, False)


@pytest.mark.parametrize(("s", "r"), [(0, 1000), (-5, 1000), (1000, 0), (1000, -5), (-9, -5)])
def test_no_coefficient_without_positive_pay_and_smic(parametres, s, r):
    for mois in ("2024-01", "2026-01"):
        assert coefficient(parametres(mois), Fraction(s), r) == NUL


def test_pay_under_the_smic_gives_t_and_says_so(parametres):
    assert coefficient(parametres("2024-01"), SMIC_2024, 1000_00) == Coefficient(3194, True)
    assert coefficient(parametres("2026-01"), SMIC_2026, 1000_00) == Coefficient(3981, True)


def test_pay_at_the_smic_gives_t_without_cap(parametres):
    assert coefficient(parametres("2026-01"), Fraction(1823_00), 1823_00) == Coefficient(
        3981, False
    )


def test_factor_b_is_inside_the_rounding_and_the_cap(parametres):
    """F8: 2 000 euros, interim, January 2024; the cap is round4(T x b)."""
    interim = parametres("2024-01", majoration="interim")
    caisse = parametres("2025-01", majoration="caisse_conges")

    assert coefficient(interim, SMIC_2024, 2000_00) == Coefficient(2422, False)
    assert coefficient(caisse, Fraction(1801_80), 1801_80) == Coefficient(3549, False)
    assert coefficient(interim, SMIC_2024, 1000_00) == Coefficient(3513, True)  # 0.35134


@pytest.mark.parametrize(("t_delta_e6", "e4"), [(6400, 1), (6399, 0), (19_200, 2), (19_199, 1)])
def test_a_tie_of_the_rgdu_goes_up(parametres, t_delta_e6, e4):
    """At position 1/16 the power is 1/128 exactly: 6 400 millionths give half a unit."""
    p = replace(parametres("2026-01"), t_min_e6=0, t_e6=t_delta_e6)
    s, r = Fraction(9, 8), 3

    assert Fraction(*position(p, s, r)) == Fraction(1, 16)
    assert coefficient(p, s, r).e4 == e4


def test_a_tie_of_the_rg_goes_up(parametres):
    p = replace(parametres("2024-01"), t_e6=100)

    assert coefficient(p, Fraction(13, 16), 1).e4 == 1  # position 1/2: half a unit
    assert coefficient(replace(p, t_e6=99), Fraction(13, 16), 1).e4 == 0


def test_the_2019_complement_has_its_own_t_and_cap(parametres):
    p = parametres("2019-10")
    s = Fraction(1003 * 455, 3)

    assert coefficient_complement(p, s, 1000_00) == Coefficient(405, True)
    assert coefficient_complement(p, s, 2000_00) == Coefficient(146, False)
    assert coefficient_complement(p, s, 0) == NUL


@pytest.mark.parametrize(
    ("mois", "perimetre"),
    [("2019-09", "general"), ("2019-10", "complet_2019"), ("2020-01", "general")],
)
def test_no_complement_elsewhere(parametres, mois, perimetre):
    p = parametres(mois, perimetre=perimetre)

    assert coefficient_complement(p, Fraction(1500_00), 1500_00) == NUL
