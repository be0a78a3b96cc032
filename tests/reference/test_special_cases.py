"""Caps, tolerances and splits that only some rows ask for."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from batchcalc import reference
from batchcalc.errors import ConfigError
from batchcalc.options import Options

TOLERANT = Options(tolerances=True)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_june_2026_may_use_the_smic_in_force_for_contracts_that_ended_in_it(contract, column):
    rows = contract("2026-06", 2200, fin_contrat="2026-06-15")
    later = contract("2026-06", 2200, fin_contrat="2026-07-01")

    assert column("reduction", rows) == [Decimal("538.56")]
    assert column("reduction", rows, options=TOLERANT) == [Decimal("573.98")]
    assert column("reduction", later, options=TOLERANT) == [Decimal("538.56")]
    assert column("smic", rows, options=TOLERANT) == [Decimal("1867.016667")]


def test_early_2025_may_keep_the_rules_of_2024_for_contracts_that_ended_by_february(
    contract, column
):
    """4 200 € stand between 2.25 SMIC of 2025 and 2.5 SMIC of 31/12/2023; the PPV leaves R."""
    rows = contract("2025-01", 4200, fin_contrat="2025-02-28", ppv=500)
    later = contract("2025-01", 4200, fin_contrat="2025-03-01", ppv=500)

    assert column("taux_maladie_reduit", rows) == [False]
    assert column("taux_maladie_reduit", rows, options=TOLERANT) == [True]
    assert column("cumul_remuneration", rows, options=TOLERANT) == [Decimal("4200.00")]
    assert column("taux_maladie_reduit", later, options=TOLERANT) == [False]
    assert column("cumul_remuneration", later, options=TOLERANT) == [Decimal("4700.00")]


def test_anticipations_may_be_lowered_and_the_last_month_settles(contract, column):
    rows = contract("2024-01", *[1900] * 12)
    lowered = Options(regularisation="annuelle", abattement_anticipation=15)

    reductions = column("reduction", rows, options=lowered)

    assert reductions[0] == Decimal("419.42")  # 493.43 x 0.85 = 419.4155
    plain = column("reduction", rows, options=Options(regularisation="annuelle"))
    assert sum(reductions) == sum(plain)


@pytest.mark.parametrize("percent", [-1, 16])
def test_an_abatement_out_of_the_tolerance_is_refused(percent):
    with pytest.raises(ConfigError, match=str(percent)):
        Options(abattement_anticipation=percent)


def test_the_reduction_stays_within_the_contributions_due(contract, column):
    rows = contract("2024-01", 1900, 1900, cotisations_dues=450)

    assert column("reduction", rows) == [Decimal("450.00"), Decimal("450.00")]
    assert column("statut", rows) == ["plafonne_cotisations"] * 2


def test_contributions_due_count_with_factor_b(contract, column):
    [row] = contract("2024-01", 1900, cotisations_dues=450, majoration="interim")

    assert column("reduction", [row]) == [Decimal("495.00")]


def test_contributions_due_cap_only_where_every_month_gives_them(contract, column):
    first, second = contract("2024-01", 1900, 1900)

    capped = column("reduction", [first | {"cotisations_dues": 100}, second])

    assert capped == [Decimal("100.00"), Decimal("886.86")]


def test_contributions_due_below_zero_leave_nothing(contract, column):
    rows = contract("2024-01", 1900, cotisations_dues=-5)

    assert column("reduction", rows) == [Decimal("0.00")]


@pytest.mark.parametrize(
    ("regime", "threshold", "one_cent_more"),
    [("exoneration", "4368.00", "4368.01"), ("regime_special", "4054.05", "4054.06")],
)
def test_other_exemptions_keep_reduced_rates_in_2026(
    contract, column, regime, threshold, one_cent_more
):
    out_of_scope = {"perimetre": "exclu", "regime_bandeaux": regime}
    at = contract("2026-01", threshold, **out_of_scope)
    above = contract("2026-01", one_cent_more, **out_of_scope)

    assert column("taux_maladie_reduit", at) == [True]
    assert column("taux_maladie_reduit", above) == [False]
    assert column("assiette_complement_maladie", above) == [Decimal(one_cent_more)]
    assert column("reduction", at) == [Decimal("0.00")]
    assert column("statut", at) == ["exclu"]


def test_leaving_an_exemption_in_2026_leaves_its_rate_cuts_as_they_were(contract, column):
    """BOSS 230: each period is final, without regularisation from one to the other."""
    january, february, march = contract("2026-01", 1900, 2000, 1900)
    kept = {"perimetre": "exclu", "regime_bandeaux": "exoneration"}
    rows = [january | kept, february, march | kept]

    assert column("reduction_maladie", rows) == [Decimal(x) for x in ("114.00", "0.00", "114.00")]
    assert column("assiette_complement_maladie", rows) == [
        Decimal(x) for x in ("0.00", "2000.00", "0.00")
    ]
    assert column("taux_allocations_familiales_reduit", rows) == [True, False, True]


def test_before_2026_the_kept_rates_are_those_of_all(contract, column):
    rows = contract("2025-01", 4200, regime_bandeaux="exoneration")

    assert column("taux_maladie_reduit", rows) == [False]


def test_entertainment_workers_have_their_unemployment_part_apart(contract):
    [row] = contract("2020-01", 1530, profil="intermittent_spectacle")

    [result] = reference.compute([row])

    parts = ("reduction_urssaf", "reduction_agirc_arrco", "reduction_france_travail")
    assert result["reduction"] == sum(result[name] for name in parts)
    du = Decimal("490.37")
    assert result["reduction"] == du
    assert result["reduction_france_travail"] == cents(du * Decimal("0.0405") / Decimal("0.3205"))
    assert result["reduction_urssaf"] == cents(du * Decimal("0.2199") / Decimal("0.3205"))
    assert result["reduction_france_travail"] == Decimal("61.97")
    assert result["reduction_urssaf"] == Decimal("336.45")
    assert result["dont_chomage"] == Decimal("0.00")


def test_entertainment_workers_of_the_full_scope_of_2019_have_it_apart_from_january(contract):
    """The key of the full scope holds unemployment all 2019, the general one from October."""
    rows = contract("2019-09", 1500, perimetre="complet_2019", profil="intermittent_spectacle")
    [full] = reference.compute(rows)
    [general] = reference.compute([rows[0] | {"perimetre": "general"}])

    assert full["reduction"] == Decimal("482.10")  # 0.3214 x 1 500
    assert full["reduction_france_travail"] == Decimal("60.75")  # 482.10 x 405 / 3214
    assert full["reduction_urssaf"] == Decimal("331.20")  # 482.10 x 2208 / 3214
    assert full["dont_chomage"] == general["reduction_france_travail"] == Decimal("0.00")


def test_contributions_due_equal_to_the_reduction_do_not_cap_it(contract, column):
    assert column("statut", contract("2024-01", 1900, cotisations_dues="493.43")) == ["ok"]
    assert column("statut", contract("2024-01", 1900, cotisations_dues="493.42")) == [
        "plafonne_cotisations"
    ]


def test_february_2025_may_keep_the_rules_of_2024_as_january_does(contract, column):
    rows = contract("2025-02", 4200, fin_contrat="2025-02-28")

    assert column("taux_maladie_reduit", rows, options=TOLERANT) == [True]
