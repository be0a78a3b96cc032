"""SMIC and plafond: law.md 1.1 to 1.4, typed again by hand."""

from datetime import date

import pytest

SMIC = [
    ("2018-01-01", 988),
    ("2018-12-01", 988),
    ("2019-01-01", 1003),
    ("2020-01-01", 1015),
    ("2021-01-01", 1025),
    ("2021-09-01", 1025),
    ("2021-10-01", 1048),
    ("2022-01-01", 1057),
    ("2022-04-01", 1057),
    ("2022-05-01", 1085),
    ("2022-07-01", 1085),
    ("2022-08-01", 1107),
    ("2023-01-01", 1127),
    ("2023-04-01", 1127),
    ("2023-05-01", 1152),
    ("2024-01-01", 1165),
    ("2024-10-01", 1165),
    ("2024-11-01", 1188),
    ("2025-01-01", 1188),
    ("2025-12-01", 1188),
]


@pytest.mark.parametrize(("mois", "cents"), SMIC)
def test_the_smic_in_force_enters_the_formula_until_2025(rules, mois, cents):
    assert rules.parametres(date.fromisoformat(mois), fnal_e4=10).smic_horaire_cents == cents


@pytest.mark.parametrize("rang", range(1, 13))
def test_2026_is_frozen_at_the_smic_of_1_january(rules, rang):
    assert rules.parametres(date(2026, rang, 1), fnal_e4=50).smic_horaire_cents == 1202


def test_the_smic_of_june_2026_is_in_the_tables_beside_the_frozen_one(valeur):
    assert valeur("smic.horaire", date(2026, 5, 1)) == "12.02"
    assert valeur("smic.horaire", date(2026, 6, 1)) == "12.31"
    assert valeur("smic.reduction", date(2026, 6, 1)) == "12.02"


@pytest.mark.parametrize(
    ("annee", "heures_100"),
    [
        (2018, 1798160),
        (2019, 1825460),
        (2020, 1847300),
        (2021, 1875965),
        (2023, 2081473),
        (2024, 2127277),
        (2025, 2162160),
        (2026, 2187640),
    ],
)
def test_annual_smic_term_is_the_sum_of_its_months(rules, annee, heures_100):
    """Composite annual SMIC of law.md 1.1, in cents rounded half up."""
    horaires = [
        rules.parametres(date(annee, rang, 1), fnal_e4=10).smic_horaire_cents
        for rang in range(1, 13)
    ]
    assert (2 * sum(horaires) * 1820 + 12) // 24 == heures_100


@pytest.mark.parametrize(
    ("mois", "attendu"),
    [
        ("2021-09-01", None),
        ("2021-10-01", "7.91"),
        ("2022-01-01", "7.98"),
        ("2022-05-01", "8.19"),
        ("2022-08-01", "8.35"),
        ("2023-01-01", "8.51"),
        ("2023-05-01", "8.70"),
        ("2024-01-01", "8.80"),
        ("2024-11-01", "8.98"),
        ("2026-01-01", "9.33"),
        ("2026-06-01", "9.56"),
    ],
)
def test_mayotte_has_only_its_sourced_values(valeur, mois, attendu):
    assert valeur("smic.mayotte", date.fromisoformat(mois)) == attendu


@pytest.mark.parametrize(
    ("annee", "pmss", "pass_"),
    [
        (2018, "3311", "39732"),
        (2019, "3377", "40524"),
        (2020, "3428", "41136"),
        (2021, "3428", "41136"),
        (2022, "3428", "41136"),
        (2023, "3666", "43992"),
        (2024, "3864", "46368"),
        (2025, "3925", "47100"),
        (2026, "4005", "48060"),
    ],
)
def test_plafond(valeur, annee, pmss, pass_):
    assert valeur("plafond.pmss", date(annee, 7, 1)) == pmss
    assert valeur("plafond.pass", date(annee, 7, 1)) == pass_
    assert int(pass_) == 12 * int(pmss)
