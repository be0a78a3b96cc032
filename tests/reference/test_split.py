from __future__ import annotations

from dataclasses import replace

import pytest

from batchcalc.reference.split import Repartition, split


def test_boss_1160(parametres):
    """473.42 euros in 2026: 401.95 to URSSAF, the rest to AGIRC-ARRCO."""
    assert split(parametres("2026-01"), 473_42)[:2] == (401_95, 71_47)


def test_urssaf_simulator_chomage_part(parametres):
    """523.26 euros in November 2024, mon-entreprise 58545ab4f."""
    assert split(parametres("2024-11"), 523_26) == Repartition(424_80, 98_46, 66_35)


def test_2018_is_all_urssaf(parametres):
    assert split(parametres("2018-06"), 421_67) == Repartition(421_67, 0, 0)


@pytest.mark.parametrize(
    ("mois", "perimetre", "chomage_cents"),
    [("2019-09", "general", 0), ("2019-10", "general", 12_60), ("2019-01", "complet_2019", 12_60)],
)
def test_chomage_enters_in_october_2019(parametres, mois, perimetre, chomage_cents):
    """0.0405 / 0.3214 of 100 euros."""
    assert split(parametres(mois, perimetre=perimetre), 100_00).dont_chomage_cents == chomage_cents


def test_a_regularisation_is_split_like_a_reduction_with_the_sign_changed(parametres):
    p = parametres("2024-02")

    assert split(p, -92_12) == Repartition(-74_79, -17_33, -11_68)
    assert split(p, 92_12) == Repartition(74_79, 17_33, 11_68)
    assert split(p, 0) == Repartition(0, 0, 0)


@pytest.mark.parametrize(
    ("cents", "parts"), [(1, (1, 0, 1)), (-1, (-1, 0, -1)), (3, (2, 1, 2)), (-3, (-2, -1, -2))]
)
def test_half_cents_go_away_from_zero_and_the_remainder_follows(parametres, cents, parts):
    halves = replace(
        parametres("2026-01"), imputation_e6=400_000, agirc_arrco_e6=200_000, chomage_e6=200_000
    )

    assert split(halves, cents)[:3] == parts


def test_a_lower_agirc_arrco_rate_counts_for_itself(parametres):
    p = parametres("2026-01", taux_agirc_arrco_e6=50_100)

    assert split(p, 388_10) == Repartition(338_00, 50_10, 40_00)


def test_the_parts_always_sum(parametres):
    for mois in ("2019-02", "2020-01", "2022-01", "2025-05", "2026-01"):
        p = parametres(mois, fnal_e4=50)
        for cents in range(-500, 500):
            parts = split(p, cents)
            assert parts.urssaf_cents + parts.agirc_arrco_cents == cents


@pytest.mark.parametrize("cents", [1, -1])
def test_where_agirc_arrco_has_no_rate_nothing_remains_for_it(parametres, cents):
    """Two parts of half a cent: France Travail is rounded, URSSAF takes the rest."""
    p = replace(parametres("2026-01"), imputation_e6=400_000, agirc_arrco_e6=0)
    halves = replace(p, chomage_e6=200_000, chomage_a_part=True)

    assert split(halves, cents) == Repartition(0, 0, 0, cents)
