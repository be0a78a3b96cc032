from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.equality.compare import MODES, agreed
from tests.equality.draw import PROFILS, YEARS, draw

ROWS = 25_000
STATUTS = {
    "ok",
    "exclu",
    "exclu_stage",
    "cumul_incomplet",
    "au_dessus_du_seuil",
    "plafonne_t",
    "plafonne_cotisations",
}


@pytest.fixture(scope="module")
def drawn() -> pl.DataFrame:
    """What the drawing holds and what comes of it, in the first mode."""
    frame = draw(ROWS, seed=0)
    results = agreed(frame, MODES[0])
    return frame.hstack(results.drop("siret", "salarie", "contrat", "mois", "remuneration_cents"))


def test_kernels_and_reference_agree_on_every_column(drawn):
    assert drawn.height > 0.9 * ROWS


@pytest.mark.parametrize("mode", range(1, len(MODES)))
def test_kernels_and_reference_agree_in_every_other_mode(mode):
    agreed(draw(ROWS, seed=mode), MODES[mode])


# --- a rule that never occurs proves nothing


def count(drawn, *conditions):
    return drawn.filter(*conditions).height


@pytest.mark.parametrize("year", YEARS)
def test_every_statut_occurs_every_year(drawn, year):
    found = set(drawn.filter(pl.col("mois").dt.year() == year).get_column("statut"))
    since_2020 = {"plafonne_dfs"} if year >= 2020 else set()

    assert found >= STATUTS | since_2020


@pytest.mark.parametrize("profil", PROFILS)
def test_every_profil_has_a_reduction_in_2026(drawn, profil):
    rows = (pl.col("profil") == profil, pl.col("mois") >= date(2026, 1, 1))

    assert count(drawn, *rows, pl.col("coefficient_e4") > 0) > 20


def test_the_complement_of_2019_occurs_below_and_at_its_cap(drawn):
    late = pl.col("mois").is_between(date(2019, 10, 1), date(2019, 12, 1))

    assert count(drawn, late, pl.col("coefficient_complement_e4").is_between(1, 404)) > 20
    assert count(drawn, late, pl.col("coefficient_complement_e4") == 405) > 20


@pytest.mark.parametrize("flag", ["taux_maladie_reduit", "taux_allocations_familiales_reduit"])
def test_the_rate_cuts_are_lost_and_found_again(drawn, flag):
    column = pl.col(flag)
    before = column.shift().over("salarie", "contrat", pl.col("mois").dt.year())

    assert count(drawn, before & ~column) > 100
    assert count(drawn, ~before & column) > 100


def test_the_reduction_goes_out_and_comes_back(drawn):
    column = pl.col("statut") == "au_dessus_du_seuil"
    before = column.shift().over("salarie", "contrat", pl.col("mois").dt.year())

    assert count(drawn, before & ~column, pl.col("reduction_cents") > 0) > 100
    assert count(drawn, ~before & column, pl.col("reduction_cents") < 0) > 100


def test_cumulated_pay_is_exactly_at_a_threshold(drawn):
    """S in millionths of a euro is 10 000 times S in cents where S is retained in cents."""
    for multiple in (1.6, 2.25, 2.5, 3.0, 3.3, 3.5):
        at = (
            pl.col("cumul_smic_e6") * round(multiple * 100)
            == pl.col("cumul_remuneration_cents") * 1_000_000
        )
        assert count(drawn, at, pl.col("cumul_remuneration_cents") > 0) > 20


def test_a_contract_may_run_from_one_year_into_the_next(drawn):
    years = pl.col("mois").dt.year()

    assert count(drawn, years.n_unique().over("siret", "salarie", "contrat") == 2) > 1_000


def test_real_rates_lower_the_cap(drawn):
    lowered = pl.col("taux_agirc_arrco_employeur_e6") < 60_100

    assert count(drawn, lowered, pl.col("statut") == "plafonne_t") > 50


def test_reduced_rates_survive_in_2026_where_the_reduction_does_not_apply(drawn):
    excluded = (pl.col("perimetre") == "exclu", pl.col("mois") >= date(2026, 1, 1))

    assert count(drawn, *excluded, pl.col("taux_maladie_reduit")) > 20
    assert count(drawn, *excluded, pl.col("assiette_complement_maladie_cents") != 0) > 20
    assert count(drawn, *excluded, ~pl.col("taux_allocations_familiales_reduit")) > 20


def test_the_unemployment_part_of_entertainment_workers_stands_apart(drawn):
    assert count(drawn, pl.col("reduction_france_travail_cents") > 0) > 100


@pytest.mark.parametrize(("year", "last"), [(2025, 2), (2026, 6)])
def test_contracts_end_inside_the_dates_of_the_tolerances(drawn, year, last):
    inside = [
        pl.col(name).is_between(date(year, 6 if last == 6 else 1, 1), date(year, last, 28))
        for name in ("mois", "fin_contrat")
    ]

    assert count(drawn, *inside) > 5
