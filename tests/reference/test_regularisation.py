from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from batchcalc.options import Options
from batchcalc.reference.coefficient import Coefficient
from batchcalc.reference.regularisation import AUCUNE, Donnees, amount

ANNUAL = Options(regularisation="annuelle")


def euros(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


# --- progressive


def test_each_month_gets_the_cumulated_right_less_what_was_granted(contract, column):
    """Urssaf simulator, December 2024."""
    rows = contract("2024-01", 1900, 3000, 1900)

    assert column("reduction", rows) == euros("493.43", "-92.12", "493.57")
    assert column("cumul_reduction", rows) == euros("493.43", "401.31", "894.88")
    assert column("cumul_remuneration", rows) == euros("1900.00", "4900.00", "6800.00")


def test_each_year_starts_afresh(contract, column):
    rows = contract("2023-12", 1900) + contract("2024-01", 1900)

    assert column("cumul_remuneration", rows) == euros("1900.00", "1900.00")


def test_a_month_that_is_missing_adds_nothing(contract, column):
    january, _, march = contract("2024-01", 1900, 1900, 1900)

    assert column("cumul_remuneration", [january, march]) == euros("1900.00", "3800.00")


def test_a_whole_month_unpaid_adds_neither_smic_nor_pay(contract, column):
    """Law, trap 24: with the whole S of February the cumulated coefficient would rise to T."""
    january, february, march = contract("2024-01", 1900, 0, 1900)
    absent = {"remuneration_due": 0, "remuneration_habituelle": 1900}
    rows = [january, february | absent, march]

    assert column("smic", rows)[1] == 0
    assert column("coefficient", rows) == euros("0.2597", "0.2597", "0.2597")
    assert column("reduction", rows) == euros("493.43", "0.00", "493.43")


def test_cumulated_pay_of_zero_or_less_gives_back_everything(contract, column):
    rows = contract("2024-01", 1900, -2500, 0, 3000)

    assert column("reduction", rows)[:3] == euros("493.43", "-493.43", "0.00")
    assert column("coefficient", rows)[1:3] == euros("0.0000", "0.0000")
    assert column("statut", rows)[:3] == ["ok", "ok", "ok"]


def test_pay_without_any_smic_term_gives_nothing(contract, column):
    rows = contract("2024-01", 500, remuneration_due=0, remuneration_habituelle=1900)

    assert column("smic", rows) == euros("0.000000")
    assert column("reduction", rows) == euros("0.00")
    assert column("statut", rows) == ["au_dessus_du_seuil"]


# --- calculation periods


def test_t_of_may_2025_restarts_the_sums(contract, column):
    rows = contract("2025-03", 1900, 1900, 1900, 1900)

    assert column("cumul_remuneration", rows) == euros("1900.00", "3800.00", "1900.00", "3800.00")
    assert column("coefficient", rows)[1:3] == euros("0.2754", "0.2753")
    assert column("reduction", rows)[2] == Decimal("523.07")


def test_late_2019_does_not_restart_the_sums(contract, column):
    for perimetre in ("general", "complet_2019"):
        rows = contract("2019-09", 1900, 1900, perimetre=perimetre)
        assert column("cumul_remuneration", rows) == euros("1900.00", "3800.00")


def test_june_2026_does_not_restart_the_sums(contract, column):
    rows = contract("2026-05", 1900, 1900)

    assert column("cumul_remuneration", rows) == euros("1900.00", "3800.00")


@pytest.mark.parametrize(
    "change",
    [
        {"fnal": "0.50"},
        {"perimetre": "exclu"},
        {"majoration": "interim"},
        {"profil": "journaliste"},
        {"taux_agirc_arrco_employeur": "5.01"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_kind_restarts_the_sums(contract, column, change):
    january, february, march = contract("2026-01", 1900, 1900, 1900)
    cumuls = column("cumul_remuneration", [january, february | change, march])

    assert cumuls[0] == cumuls[2] == Decimal("1900.00")
    assert cumuls[1] in euros("1900.00", "0.00")


def test_writing_a_default_or_the_rate_already_in_t_restarts_nothing(contract, column):
    january, february = contract("2026-01", 1900, 1900)
    february |= {"fnal": "0.10", "taux_agirc_arrco_employeur": "6.01", "perimetre": "general"}

    assert column("cumul_remuneration", [january, february]) == euros("1900.00", "3800.00")


def test_fnal_that_changes_inside_a_year_gives_two_final_periods(contract, column):
    january, february = contract("2024-01", 1900, 1900)
    rows = [january, february | {"fnal": "0.50"}]

    assert column("coefficient", rows) == euros("0.2597", "0.2630")
    assert column("reduction", rows) == euros("493.43", "499.70")


def test_a_month_out_of_scope_counts_for_nothing(contract, column):
    january, february, march = contract("2024-01", 1900, 9000, 1900)
    rows = [january, february | {"perimetre": "exclu", "motif_exclusion": "mandat_social"}, march]

    assert column("statut", rows) == ["ok", "exclu_mandat_social", "ok"]
    assert column("reduction", rows) == euros("493.43", "0.00", "493.43")
    for name in ("smic", "cumul_smic", "cumul_remuneration", "coefficient", "cumul_reduction"):
        assert column(name, rows)[1] == 0
    assert column("remuneration", rows)[1] == Decimal("9000.00")


# --- annual


def test_annual_mode_anticipates_month_by_month(contract, column):
    """Urssaf simulator, December 2024: the year is still running."""
    rows = contract("2024-01", 1900, 3000, 1900)

    assert column("reduction", rows, options=ANNUAL) == euros("493.43", "0.00", "493.43")
    assert column("coefficient", rows, options=ANNUAL) == euros("0.2597", "0.0000", "0.2597")
    assert column("cumul_remuneration", rows, options=ANNUAL)[2] == Decimal("6800.00")
    assert column("statut", rows, options=ANNUAL) == ["ok", "au_dessus_du_seuil", "ok"]


def test_december_settles_the_year(contract, column):
    rows = contract("2024-11", 1900, 3000)

    progressive = column("cumul_reduction", rows)
    assert column("cumul_reduction", rows, options=ANNUAL)[1] == progressive[1]
    assert column("coefficient", rows, options=ANNUAL)[1] == column("coefficient", rows)[1]


def test_the_end_of_the_contract_settles_it(contract, column):
    rows = contract("2024-01", 1900, 3000, fin_contrat="2024-02-17")

    assert column("reduction", rows, options=ANNUAL) == euros("493.43", "-92.12")


def test_a_payment_after_the_end_of_the_contract_settles_it_again(contract, column):
    rows = contract("2024-01", 1900, 3000, 1900, fin_contrat="2024-02-17")

    assert column("reduction", rows, options=ANNUAL) == euros("493.43", "-92.12", "493.57")


def test_april_2025_settles_its_period(contract, column):
    rows = contract("2025-03", 1900, 3000)

    assert column("cumul_reduction", rows, options=ANNUAL)[1] == column("cumul_reduction", rows)[1]


def test_a_period_followed_by_another_is_settled(contract, column):
    january, february, march = contract("2024-01", 1900, 3000, 1900)
    rows = [january, february, march | {"fnal": "0.50"}]

    assert column("reduction", rows, options=ANNUAL) == euros("493.43", "-92.12", "499.70")


def test_only_the_last_month_of_a_period_followed_by_another_is_settled(contract, column):
    january, february, march, april = contract("2024-01", 1900, 3000, 1900, 1900)
    rows = [january, february, march, april | {"fnal": "0.50"}]

    assert column("reduction", rows, options=ANNUAL) == euros("493.43", "0.00", "401.45", "499.70")


# --- the two special rules


def test_the_2019_complement_bears_on_the_pay_of_october_to_december(contract, column):
    """S and R of ten months give C = 0.0618 and C' = 0.0089: 1 328.70 + 3 500 x 0.0089."""
    rows = contract("2019-01", *[2000] * 9, 3500)

    assert column("coefficient", rows)[-1] == Decimal("0.0618")
    assert column("coefficient_complement", rows)[-2:] == euros("0.0000", "0.0089")
    assert column("cumul_reduction", rows)[-2:] == euros("1828.80", "1359.85")
    assert column("reduction", rows)[-1] == Decimal("-468.95")


def test_the_2019_complement_is_nothing_on_late_pay_below_zero(contract, column):
    rows = contract("2019-01", *[1700] * 9, -100)
    coefficient = column("coefficient", rows)[-1]

    assert column("coefficient_complement", rows)[-1] > 0
    assert column("cumul_reduction", rows)[-1] == (coefficient * 15200).quantize(Decimal("0.01"))


def test_annual_2019_ends_where_progressive_2019_ends(contract, column):
    rows = contract("2019-01", *[2000] * 9, *[3500] * 3)

    assert column("cumul_reduction", rows, options=ANNUAL)[-1] == Decimal("348.45")
    assert column("coefficient_complement", rows, options=ANNUAL)[9] == Decimal("0.0000")


def test_with_dfs_the_reduction_is_at_most_130_percent_of_the_one_without(contract, column):
    """Urssaf 2023: 1 760 with, 2 100 without: 557.57 against 1.3 x 374.64."""
    rows = contract("2023-05", 1760, fnal="0.50", remuneration_sans_dfs=2100)

    assert column("reduction", contract("2023-05", 2100, fnal="0.50")) == euros("374.64")
    assert column("reduction", rows) == euros("487.03")
    assert column("statut", rows) == ["plafonne_dfs"]
    assert column("coefficient", rows) == euros("0.3168")


def test_the_dfs_cap_is_nothing_above_the_exit(contract, column):
    rows = contract("2024-01", 2500, remuneration_sans_dfs=2900)

    assert column("reduction", rows) == euros("0.00")
    assert column("statut", rows) == ["plafonne_dfs"]


def test_no_dfs_cap_before_2020_nor_where_it_does_not_bind(contract, column):
    before = contract("2019-06", 1600, remuneration_sans_dfs=2400)
    loose = contract("2023-01", "1709.32", smic_retenu="1709.32", remuneration_sans_dfs=1750)

    assert column("statut", before) == ["ok"]
    assert column("statut", loose) == ["ok"]


def test_the_dfs_cap_cumulates_months_with_and_without_dfs(contract, column):
    january, february = contract("2024-01", 1800, 1900)
    rows = [january | {"remuneration_sans_dfs": 2400}, february]
    # S = 3 533.8333, R' = 4 300: C = 0.1676, 720.68; 130 % = 936.88, under 0.2811 x 3 700
    assert column("cumul_reduction", rows)[1] == Decimal("936.88")
    assert column("statut", rows) == ["plafonne_dfs", "plafonne_dfs"]


def test_the_dfs_cap_compares_whatever_the_sign_of_the_difference(contract, column):
    """A correction may leave pay without DFS below pay: 1.3 x 500 x 0.3194."""
    rows = contract("2024-01", 1000, remuneration_sans_dfs=500)

    assert column("reduction", rows) == euros("207.61")


# --- parts


def test_no_data_added_to_some_leaves_them():
    some = Donnees(Fraction(7, 3), 5, 6, 4, 3)

    assert AUCUNE.plus(some) == some.plus(AUCUNE) == some


@pytest.mark.parametrize(("e4", "r", "cents"), [(5000, 1, 1), (4999, 1, 0), (5000, -1, 0)])
def test_half_a_cent_of_a_cent_goes_up(e4, r, cents):
    assert amount(Coefficient(e4, plafonne=False), r) == cents
