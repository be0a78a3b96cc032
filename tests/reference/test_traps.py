"""Figures that other calculators get wrong, and why (docs/traps.md); the rest stands elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest


@pytest.fixture
def figures(contract, column):
    """Coefficient and reduction of one month."""

    def of(mois, pay, **columns):
        rows = contract(mois, pay, **columns)
        [c], [reduction] = column("coefficient", rows), column("reduction", rows)
        return c, reduction

    return of


def test_s_rounded_to_the_cent_would_give_another_coefficient(figures):
    """Urssaf simulator: 32 hours of 35, 1 900 euros in July 2024; 0.1919 with S 1 615.47."""
    part_time = {"quotite_contrat": 32, "quotite_reference": 35}

    assert figures("2024-07", 1900, **part_time) == (Decimal("0.1918"), Decimal("364.42"))
    rounded = figures("2024-07", 1900, smic_retenu="1615.47")
    assert rounded == (Decimal("0.1919"), Decimal("364.61"))


def test_a_coefficient_is_rounded_and_not_cut(figures):
    """39 hours a week in 2025; cut, 0.2329 and 520.41."""
    found = figures("2025-01", "2234.46", heures_supplementaires="17.33")

    assert found == (Decimal("0.2330"), Decimal("520.63"))


def test_the_four_decimals_are_of_the_coefficient_and_not_of_its_percentage(figures):
    """2 300 euros in 2020; 3.787 % gives 87.10."""
    assert figures("2020-01", 2300) == (Decimal("0.0379"), Decimal("87.17"))


def test_with_a_caisse_de_conges_the_cap_is_multiplied_too(figures):
    """1 900 euros in 2026: the cap T alone would leave 756.39, C rounded before b 757.47."""
    _, plain = figures("2026-01", 1900)
    c, reduction = figures("2026-01", 1900, majoration="caisse_conges")

    assert round(plain * 100 / 90, 2) == Decimal("757.47")
    assert (c, reduction) == (Decimal("0.3987"), Decimal("757.53"))
    assert reduction > 1900 * Decimal("0.3981") == Decimal("756.39")
