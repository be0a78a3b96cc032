from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from batchcalc.reference.smic import presence, smic, smic_full_month

H = 11_65  # January 2024


def test_a_full_month_is_35_x_52_over_12_hours_and_is_not_rounded():
    assert smic_full_month(H, "52/12") == Fraction(176691_66, 100) + Fraction(2, 300)


def test_the_tolerance_counts_151_67_hours():
    assert smic_full_month(H, "151.67") == Fraction(1165 * 15167, 100)


def test_the_month_of_a_full_time_contract(entree):
    assert smic(entree(), H, "52/12") == smic_full_month(H, "52/12")


def test_part_time_counts_its_share(entree):
    part_time = entree(quotite_contrat="28", quotite_reference="35")

    assert smic(part_time, H, "52/12") == smic_full_month(H, "52/12") * Fraction(4, 5)


def test_more_than_the_legal_duration_counts_for_one(entree):
    assert smic(entree(quotite_contrat=225, quotite_reference=218), H, "52/12") == smic_full_month(
        H, "52/12"
    )


def test_an_apprentice_has_the_whole_smic(contract, column):
    """urssaf.fr 2019, example 2: 800 € in February, 257.12."""
    rows = contract("2019-02", 800, perimetre="complet_2019")

    assert column("smic", rows) == [Decimal("1521.216667")]
    assert column("reduction", rows) == [Decimal("257.12")]


def test_the_months_between_missions_of_a_cdi_interimaire_count_in_full(contract, column):
    rows = contract("2024-01", 1900, 1400, majoration="interim")

    assert column("smic", rows) == [Decimal("1766.916667")] * 2


def test_an_equivalence_regime_multiplies_by_its_hours_over_35(entree):
    driver = entree(heures_equivalence=40)

    assert smic(driver, H, "52/12") == smic_full_month(H, "52/12") * Fraction(40, 35)


def test_hours_are_added_one_for_one_after_every_proration(entree):
    """Mon-entreprise c4f97d562: 1 200 of 1 900 due, 5 hours more."""
    month = entree(
        remuneration_due=1200,
        remuneration_habituelle=1900,
        heures_supplementaires=5,
        heures_equivalence=40,
        quotite_contrat="0.8",
    )
    prorated = smic_full_month(H, "52/12") * Fraction(12, 19) * Fraction(8, 7) * Fraction(4, 5)

    assert smic(month, H, "52/12") == prorated + 5 * H


def test_hours_alone(entree):
    month = entree(heures_supplementaires="-0.25")

    assert smic(month, H, "52/12") == smic_full_month(H, "52/12") - Fraction(H, 4)


@pytest.mark.parametrize(
    ("due", "habituelle", "ratio"),
    [
        (None, None, Fraction(1)),
        (950, 1900, Fraction(1, 2)),
        (0, 1900, Fraction(0)),
        (0, 0, Fraction(0)),
        (-100, 1900, Fraction(-1, 19)),  # a correction is not clamped
        (2000, 1900, Fraction(20, 19)),
    ],
)
def test_presence_is_pay_due_over_usual_pay(entree, due, habituelle, ratio):
    assert presence(entree(remuneration_due=due, remuneration_habituelle=habituelle)) == ratio


def test_what_the_employer_retained_is_s(entree):
    retained = entree(smic_retenu="1700.01", quotite_contrat="0.5", heures_supplementaires=9)

    assert smic(retained, H, "52/12") == 1700_01


def test_hours_under_35_of_an_equivalence_regime_count_for_themselves(entree):
    month = entree(heures_equivalence=30)

    assert smic(month, H, "52/12") == smic_full_month(H, "52/12") * Fraction(30, 35)
