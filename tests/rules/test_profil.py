"""Adapted profiles (BOSS 460 and 470) and real employer rates (D.241-7 III)."""

from datetime import date

import pytest

from batchcalc.errors import RuleError
from batchcalc.rules.load import Rules

JUILLET_2026 = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("profil", "petit", "grand"),
    [
        ("journaliste", 345300, 349300),
        ("vrp_multicarte", 361600, 365600),
        ("medecin_multi_employeurs", 352500, 356500),
    ],
)
def test_adapted_t_delta_of_2026(rules, profil, petit, grand):
    for fnal_e4, t_delta in ((10, petit), (50, grand)):
        p = rules.parametres(JUILLET_2026, fnal_e4=fnal_e4, profil=profil)
        assert (p.t_min_e6, p.t_e6 - p.t_min_e6) == (20000, t_delta)
        assert (p.imputation_e6, p.agirc_arrco_e6, p.chomage_e6) == (p.t_e6, 60100, 40000)


@pytest.mark.parametrize("fnal_e4", [10, 50])
def test_expatrie_has_chomage_only(rules, fnal_e4):
    p = rules.parametres(JUILLET_2026, fnal_e4=fnal_e4, profil="expatrie")
    assert (p.t_min_e6, p.t_e6) == (20000, 40000)
    assert (p.imputation_e6, p.agirc_arrco_e6, p.chomage_e6) == (40000, 0, 40000)


def test_real_rates_never_touch_expatrie(rules):
    p = rules.parametres(
        JUILLET_2026, fnal_e4=10, profil="expatrie", taux_agirc_arrco_e6=50100, taux_at_e6=1000
    )
    assert p == rules.parametres(JUILLET_2026, fnal_e4=10, profil="expatrie")


@pytest.mark.parametrize(
    "profil", ["journaliste", "vrp_multicarte", "medecin_multi_employeurs", "expatrie"]
)
@pytest.mark.parametrize("mois", ["2018-01-01", "2019-11-01", "2025-12-01"])
def test_no_profile_is_guessed_before_2026(rules, profil, mois):
    with pytest.raises(RuleError, match=profil) as erreur:
        rules.parametres(
            date.fromisoformat(mois), fnal_e4=10, profil=profil, perimetre="complet_2019"
        )
    assert erreur.value.code == "profil-sans-valeur"
    assert f"t.{profil}.fnal_010" in erreur.value.hint


def test_a_rules_file_may_give_a_profile_its_sourced_value(fichier):
    local = fichier(
        """
        [t.vrp_multicarte.fnal_050]
        unite = "taux"
        valeurs = [
          { debut = 2025-01-01, fin = 2025-12-31, valeur = "0.3", source = "essai", statut = "S" },
        ]
        """
    )
    p = Rules.load(local).parametres(date(2025, 6, 1), fnal_e4=50, profil="vrp_multicarte")
    assert (p.t_e6, p.periode_debut) == (300000, date(2025, 1, 1))


def test_lower_agirc_arrco_lowers_t_delta_and_the_split(rules):
    """BOSS 490: an employer share of 5.01 gives Tdelta 0.3681."""
    p = rules.parametres(JUILLET_2026, fnal_e4=10, taux_agirc_arrco_e6=50100)
    assert (p.t_min_e6, p.t_e6 - p.t_min_e6) == (20000, 368100)
    assert (p.imputation_e6, p.agirc_arrco_e6, p.chomage_e6) == (388100, 50100, 40000)


def test_lower_at_lowers_t_and_not_agirc_arrco(rules):
    p = rules.parametres(date(2025, 6, 1), fnal_e4=10, taux_at_e6=3000)
    assert (p.t_e6, p.imputation_e6) == (317300, 317300)
    assert (p.agirc_arrco_e6, p.chomage_e6) == (60100, 40000)


def test_both_real_rates_add_up(rules):
    p = rules.parametres(date(2020, 6, 1), fnal_e4=50, taux_agirc_arrco_e6=40100, taux_at_e6=0)
    assert (p.t_e6, p.agirc_arrco_e6) == (324500 - 20000 - 6900, 40100)


@pytest.mark.parametrize("taux", [60100, 60200, 99000])
def test_higher_agirc_arrco_has_no_effect(rules, taux):
    p = rules.parametres(JUILLET_2026, fnal_e4=10, taux_agirc_arrco_e6=taux)
    assert p == rules.parametres(JUILLET_2026, fnal_e4=10)


@pytest.mark.parametrize(
    ("mois", "plafond"),
    [
        ("2018-01-01", 8400),
        ("2019-01-01", 7800),
        ("2020-01-01", 6900),
        ("2021-01-01", 7000),
        ("2022-01-01", 5900),
        ("2023-01-01", 5500),
        ("2024-01-01", 4600),
        ("2025-04-01", 4600),
        ("2025-05-01", 5000),
        ("2026-01-01", 4900),
    ],
)
def test_at_counts_up_to_the_cap_of_the_period(rules, mois, plafond):
    jour = date.fromisoformat(mois)
    plein = rules.parametres(jour, fnal_e4=10)
    assert rules.parametres(jour, fnal_e4=10, taux_at_e6=plafond) == plein
    assert rules.parametres(jour, fnal_e4=10, taux_at_e6=plafond + 10000) == plein
    assert rules.parametres(jour, fnal_e4=10, taux_at_e6=plafond - 100).t_e6 == plein.t_e6 - 100


def test_agirc_arrco_is_not_in_t_before_2019(rules):
    p = rules.parametres(date(2018, 6, 1), fnal_e4=10, taux_agirc_arrco_e6=50100)
    assert (p.t_e6, p.agirc_arrco_e6) == (281400, 0)


def test_complement_of_2019_ignores_the_real_rates(rules):
    p = rules.parametres(date(2019, 10, 1), fnal_e4=10, taux_agirc_arrco_e6=50100, taux_at_e6=6800)
    assert (p.t_e6, p.complement_e6, p.imputation_e6) == (269900, 40500, 310400)
    assert (p.agirc_arrco_e6, p.chomage_e6) == (50100, 40500)


def test_real_rates_apply_to_perimetre_complet(rules):
    p = rules.parametres(
        date(2019, 3, 1), fnal_e4=50, perimetre="complet_2019", taux_agirc_arrco_e6=50100
    )
    assert (p.t_e6, p.imputation_e6, p.agirc_arrco_e6) == (315400, 315400, 50100)
