from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from batchcalc.reference.rate_cuts import reference_smic


def euros(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_leaving_claws_back_everything_and_coming_back_refunds_everything(contract, column):
    """LDS note of 19/01/2023."""
    rows = contract("2023-01", 4200, 4200, 4500, 4200, 4200, smic_retenu="1709.32")

    assert column("assiette_complement_maladie", rows) == euros(
        "0.00", "0.00", "12900.00", "4200.00", "-17100.00"
    )
    assert column("taux_maladie_reduit", rows) == [True, True, False, False, True]
    assert column("reduction_maladie", rows) == euros(
        "252.00", "252.00", "-504.00", "0.00", "1278.00"
    )
    assert column("taux_allocations_familiales_reduit", rows) == [True] * 5
    assert column("reduction_allocations_familiales", rows)[2] == Decimal("81.00")


@pytest.mark.parametrize(
    ("mois", "maladie", "famille"),
    [
        ("2024-01", "4368.00", "6115.20"),  # 2.5 and 3.5 SMIC of 31/12/2023, 11.52
        ("2024-12", "4368.00", "6115.20"),
        ("2025-01", "4054.05", "5945.94"),  # 2.25 and 3.3 SMIC of 01/01/2025
    ],
)
def test_pay_equal_to_the_threshold_is_eligible(contract, column, mois, maladie, famille):
    for name, threshold in (("maladie", maladie), ("allocations_familiales", famille)):
        at, above = Decimal(threshold), Decimal(threshold) + Decimal("0.01")
        assert column(f"taux_{name}_reduit", contract(mois, at)) == [True]
        assert column(f"taux_{name}_reduit", contract(mois, above)) == [False]


def test_the_smic_retained_is_brought_to_the_reference_smic(contract, column, parametres):
    p = parametres("2024-01")
    assert reference_smic(p.maladie, Fraction(1165), p.smic_horaire_cents) == 1152
    assert reference_smic(p.maladie, Fraction(1000), 1000) == 1152

    # 2.5 x 1 165 x 11.52 / 11.65 = 2 880.00
    rows = contract("2024-01", "2880.00", smic_retenu=1165)
    assert column("taux_maladie_reduit", rows) == [True]
    rows = contract("2024-01", "2880.01", smic_retenu=1165)
    assert column("taux_maladie_reduit", rows) == [False]


def test_the_amounts_of_the_cut_round_half_up(contract, column):
    rows = contract("2025-01", "2000.25")  # 36.0045 and 120.015

    assert column("reduction_allocations_familiales", rows) == euros("36.00")
    assert column("reduction_maladie", rows) == euros("120.02")


def test_2018_has_one_maladie_rate(contract, column):
    rows = contract("2018-01", 1900, 9000)

    assert column("taux_maladie_reduit", rows) == [False, False]
    assert column("assiette_complement_maladie", rows) == euros("0.00", "0.00")
    assert column("reduction_maladie", rows) == euros("0.00", "0.00")
    assert column("taux_allocations_familiales_reduit", rows) == [True, False]


def test_2026_has_no_reduced_rate(contract, column):
    rows = contract("2026-01", 1900, -100)

    for name in ("maladie", "allocations_familiales"):
        assert column(f"taux_{name}_reduit", rows) == [False, False]
        assert column(f"assiette_complement_{name}", rows) == euros("1900.00", "-100.00")
        assert column(f"reduction_{name}", rows) == euros("0.00", "0.00")


def test_a_change_of_t_does_not_restart_the_comparison(contract, column):
    """Five months at 2.25 SMIC are 20 270.25: 20 300 of them in May 2025 take all back."""
    rows = contract("2025-01", 4000, 4000, 4000, 4000, 4300)

    assert column("assiette_complement_maladie", rows)[3:] == euros("0.00", "20300.00")


def test_a_month_out_of_scope_counts_for_nothing(contract, column):
    january, february, march = contract("2025-01", 4000, 9000, 4000)
    rows = [january, february | {"perimetre": "exclu"}, march]

    assert column("taux_maladie_reduit", rows) == [True, False, True]
    assert column("assiette_complement_maladie", rows) == euros("0.00", "0.00", "0.00")
    assert column("reduction_maladie", rows) == euros("240.00", "0.00", "240.00")


def test_cumulated_pay_below_zero_has_no_cut(contract, column):
    rows = contract("2025-01", 2000, -3000)

    assert column("reduction_maladie", rows) == euros("120.00", "-120.00")
    assert column("taux_maladie_reduit", rows) == [True, True]


def test_the_ppv_enters_the_compared_pay_in_2025(contract, column):
    assert column("taux_maladie_reduit", contract("2025-01", 4000, ppv=100)) == [False]
    assert column("taux_maladie_reduit", contract("2024-01", 4300, ppv=100)) == [True]


def test_the_complete_scope_of_2019_has_its_rate_cuts(contract, column):
    rows = contract("2019-01", 1900, perimetre="complet_2019")

    assert column("taux_maladie_reduit", rows) == [True]
    assert column("reduction_maladie", rows) == euros("114.00")


@pytest.mark.parametrize("mois", ["2018-01", "2026-01"])
def test_without_threshold_pay_below_zero_is_not_within_it(contract, column, mois):
    assert column("taux_maladie_reduit", contract(mois, -100)) == [False]
