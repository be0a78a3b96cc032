from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from batchcalc import reference
from batchcalc.errors import InputError
from batchcalc.options import Options

SCALES = {
    "remuneration": 2,
    "smic": 6,
    "cumul_remuneration": 2,
    "cumul_smic": 6,
    "coefficient": 4,
    "coefficient_complement": 4,
    "reduction": 2,
    "cumul_reduction": 2,
    "reduction_urssaf": 2,
    "reduction_agirc_arrco": 2,
    "reduction_france_travail": 2,
    "dont_chomage": 2,
    "assiette_complement_maladie": 2,
    "assiette_complement_allocations_familiales": 2,
    "reduction_maladie": 2,
    "reduction_allocations_familiales": 2,
}
OTHERS = {
    "siret": str,
    "salarie": str,
    "contrat": str,
    "mois": date,
    "taux_maladie_reduit": bool,
    "taux_allocations_familiales_reduit": bool,
    "statut": str,
}


def test_no_row_gives_no_row():
    assert reference.compute([]) == []


def test_columns_types_and_scales(contract):
    for row in reference.compute(contract("2026-01", 1900, 0, "-1900.01")):
        assert row.keys() == SCALES.keys() | OTHERS.keys()
        assert {name: -row[name].as_tuple().exponent for name in SCALES} == SCALES
        assert {name: type(row[name]) for name in OTHERS} == OTHERS
        assert not any(row[name].is_zero() and row[name].is_signed() for name in SCALES)


def test_smic_is_shown_with_six_decimals_away_from_zero(contract, column):
    rows = contract("2024-01", 1900)
    absent = {"remuneration_due": "-950", "remuneration_habituelle": 1900}

    assert column("smic", rows) == [Decimal("1766.916667")]
    assert column("smic", [rows[0] | absent]) == [Decimal("-883.458333")]


def test_the_tolerance_of_151_67_hours(contract, column):
    """Law, trap 1: 1 900 euros in 2024 give 0.2598 and 493.62."""
    rows = contract("2024-01", 1900)
    tolerance = Options(convention_smic="151.67")

    assert column("coefficient", rows, options=tolerance) == [Decimal("0.2598")]
    assert column("reduction", rows, options=tolerance) == [Decimal("493.62")]


def test_the_ppv_enters_pay_from_2025_and_is_not_shown_in_it(contract, column):
    for mois, cumul in (("2024-12", "1900.00"), ("2025-01", "2900.00")):
        rows = contract(mois, 1900, ppv=1000)
        assert column("remuneration", rows) == [Decimal("1900.00")]
        assert column("cumul_remuneration", rows) == [Decimal(cumul)]


@pytest.mark.parametrize(
    ("debut", "statut"),
    [
        (None, "ok"),
        ("2023-06", "cumul_incomplet"),
        ("2024-01-31", "cumul_incomplet"),
        ("2024-02-20", "ok"),
    ],
)
def test_a_contract_that_began_before_the_first_month_given_is_marked(
    contract, column, debut, statut
):
    rows = contract("2024-02", 1900, 1900, debut_contrat=debut)

    assert column("statut", rows) == [statut, statut]


def test_a_contract_older_than_the_year_is_whole_from_january(contract, column):
    assert column("statut", contract("2024-01", 1900, debut_contrat="2020-05-04")) == ["ok"]


@pytest.mark.parametrize(
    ("columns", "statut"),
    [
        ({"perimetre": "exclu"}, "exclu"),
        ({"perimetre": "exclu", "debut_contrat": "2023-01"}, "exclu"),
        ({"remuneration": 5000, "debut_contrat": "2023-01"}, "cumul_incomplet"),
        ({"remuneration": 5000, "remuneration_sans_dfs": 6000}, "au_dessus_du_seuil"),
        ({"remuneration": 1500, "remuneration_sans_dfs": 2700}, "plafonne_dfs"),
        ({"remuneration": 1500}, "plafonne_t"),
        ({"motif_exclusion": "stage"}, "ok"),
    ],
)
def test_the_first_status_that_applies_is_given(contract, column, columns, statut):
    [row] = contract("2024-02", 1900)

    assert column("statut", [row | columns]) == [statut]


def test_a_month_or_profile_without_rules_is_an_error_on_its_row(contract):
    january, february = contract("2024-01", 1900, 1900)
    for broken in (february | {"mois": "2017-12"}, february | {"profil": "journaliste"}):
        with pytest.raises(InputError) as caught:
            reference.compute([january, broken])
        assert caught.value.line == 2


def test_the_order_of_the_rows_and_the_other_contracts_change_nothing(contract):
    rows = contract("2024-01", 1900, 3000, 1900) + contract("2025-03", 1900, 2000, 2500)
    others = [row | {"contrat": "2", "remuneration": 2100} for row in rows]
    shuffled = rows + others
    random.Random(0).shuffle(shuffled)

    assert reference.compute(shuffled) == reference.compute(rows) + reference.compute(others)


def test_the_parts_sum_to_the_reduction_and_the_months_to_the_total(contract):
    draw = random.Random(1)
    for first in ("2018-01", "2019-01", "2024-01", "2026-01"):
        pays = [Decimal(draw.randrange(-50_000, 700_000)).scaleb(-2) for _ in range(12)]
        for mode in ("progressive", "annuelle"):
            rows = reference.compute(contract(first, *pays), options=Options(regularisation=mode))
            total = Decimal(0)
            for row in rows:
                total += row["reduction"]
                assert row["reduction_urssaf"] + row["reduction_agirc_arrco"] == row["reduction"]
                assert row["cumul_reduction"] == total


def test_derive_keeps_the_exact_derivation_of_each_row(contract):
    january, february = reference.derive(contract("2024-01", 1900, 3000))

    assert january.mois.donnees.s == Fraction(1165 * 455, 3)
    assert february.etape.cumul.s == Fraction(2 * 1165 * 455, 3)
    assert february.etape.base is february.etape.cumul
    assert (february.etape.cumul.r, february.etape.total.cents) == (4900_00, 401_31)
    assert february.mois.parametres.t_e6 == 319_400
    assert february.contribution()["reduction"] == Decimal("-92.12")


def test_only_the_standard_library_is_imported():
    script = (
        "import sys, batchcalc.reference;"
        "sys.exit(bool({'numpy', 'numba', 'polars', 'batchcalc.kernels'} & sys.modules.keys()))"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_pay_before_october_2019_bears_no_complement(contract):
    september, october = reference.derive(contract("2019-09", 1900, 2000))

    assert september.etape.cumul.r_complement == 0
    assert october.etape.cumul.r_complement == 2000_00


@pytest.mark.parametrize(
    ("first", "columns"),
    [
        ("2024-02", {"debut_contrat": "2024-05-02"}),  # paid before it began
        ("2024-01", {"remuneration": 0}),
        ("2019-01", {"perimetre": "complet_2019"}),
    ],
)
def test_nothing_special_is_ok(contract, column, first, columns):
    [row] = contract(first, 1900)

    assert column("statut", [row | columns]) == ["ok"]


def test_one_cent_without_smic_term_is_above_the_exit(contract, column):
    assert column("statut", contract("2024-01", "0.01", smic_retenu=0)) == ["au_dessus_du_seuil"]


@pytest.mark.parametrize(
    ("mois", "coefficient", "reduction"),
    [("2024-12", "0.2754", "523.26"), ("2025-01", "0.1071", "257.04")],
)
def test_a_ppv_lowers_the_reduction_from_2025(contract, column, mois, coefficient, reduction):
    """500 euros beside 1 900: outside R, then in the eligibility, the coefficient, the product."""
    rows = contract(mois, 1900, ppv=500)

    assert column("coefficient", rows) == [Decimal(coefficient)]
    assert column("reduction", rows) == [Decimal(reduction)]


@pytest.mark.parametrize(("mois", "sans_dfs"), [("2024-12", 1200_00), ("2025-01", 1300_00)])
def test_the_ppv_enters_pay_without_dfs_as_it_enters_pay(contract, mois, sans_dfs):
    [line] = reference.derive(contract(mois, 1000, ppv=100, remuneration_sans_dfs=1200))

    assert line.mois.donnees.r_sans_dfs == sans_dfs
