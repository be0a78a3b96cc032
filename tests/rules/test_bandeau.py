"""The two rate cuts: law.md 1.8, typed again by hand."""

from datetime import date

import pytest

from batchcalc.rules.load import Rules
from batchcalc.rules.model import Bandeau

SEUILS = [  # month, maladie multiple, famille multiple, reference SMIC in cents
    ("2019-01", 250, 350, 1003),
    ("2020-06", 250, 350, 1015),
    ("2021-09", 250, 350, 1025),
    ("2021-10", 250, 350, 1048),
    ("2022-01", 250, 350, 1057),
    ("2022-05", 250, 350, 1085),
    ("2022-08", 250, 350, 1107),
    ("2023-01", 250, 350, 1127),
    ("2023-05", 250, 350, 1152),
    ("2024-01", 250, 350, 1152),
    ("2024-11", 250, 350, 1152),
    ("2024-12", 250, 350, 1152),
    ("2025-01", 225, 330, 1188),
    ("2025-12", 225, 330, 1188),
]


@pytest.mark.parametrize(("mois", "maladie", "famille", "smic"), SEUILS)
def test_thresholds(rules, mois, maladie, famille, smic):
    p = rules.parametres(date.fromisoformat(f"{mois}-01"), fnal_e4=10)
    assert p.maladie == Bandeau("seuil", maladie, smic, 600)
    assert p.famille == Bandeau("seuil", famille, smic, 180)


def test_2018_has_no_cut_of_maladie(rules):
    p = rules.parametres(date(2018, 7, 1), fnal_e4=10)
    assert p.maladie == Bandeau("sans_complement", 0, 988, 0)
    assert p.famille == Bandeau("seuil", 350, 988, 180)


@pytest.mark.parametrize("rang", [1, 6, 12])
def test_2026_bears_both_complements_in_full(rules, rang):
    p = rules.parametres(date(2026, rang, 1), fnal_e4=10)
    assert p.maladie == Bandeau("complement_integral", 0, 1202, 600)
    assert p.famille == Bandeau("complement_integral", 0, 1202, 180)


EUROS = [  # month, thresholds of a full-time month in cents (52/12)
    ("2018-01", None, 524463),
    ("2019-01", 380304, 532426),
    ("2020-01", 384854, 538796),
    ("2021-01", 388646, 544104),
    ("2021-10", 397367, 556313),
    ("2022-01", 400779, 561091),
    ("2022-05", 411396, 575954),
    ("2022-08", 419738, 587633),
    ("2023-01", 427321, 598249),
    ("2023-05", 436800, 611520),
    ("2024-01", 436800, 611520),
    ("2024-12", 436800, 611520),
    ("2025-01", 405405, 594594),
]


@pytest.mark.parametrize(("mois", "maladie", "famille"), EUROS)
def test_thresholds_in_euros(rules, mois, maladie, famille):
    p = rules.parametres(date.fromisoformat(f"{mois}-01"), fnal_e4=10)
    for bandeau, attendu in ((p.maladie, maladie), (p.famille, famille)):
        if attendu is not None:
            exact_1200 = bandeau.multiple_e2 * bandeau.smic_horaire_cents * 1820
            assert (exact_1200 + 600) // 1200 == attendu


def test_2024_takes_the_larger_arm(fichier):
    """With a SMIC of 14.50, twice the SMIC in force passes 2.5 x 11.52 but not 3.5 x 11.52."""
    smic = fichier(
        """
        [smic.horaire]
        unite = "euro_par_heure"
        valeurs = [
          { debut = 2018-01-01, valeur = "11.52", source = "essai", statut = "I" },
          { debut = 2024-11-01, valeur = "14.50", source = "essai", statut = "I" },
        ]
        """
    )
    p = Rules.load(smic).parametres(date(2024, 12, 1), fnal_e4=10)
    assert (p.maladie.multiple_e2, p.maladie.smic_horaire_cents) == (200, 1450)
    assert (p.famille.multiple_e2, p.famille.smic_horaire_cents) == (350, 1152)


def test_both_arms_of_2024_are_shown(valeur):
    novembre = date(2024, 11, 1)
    assert valeur("bandeau.maladie.smic", novembre) == "11.52"
    assert valeur("bandeau.maladie.multiple_plancher", novembre) == "2"
    assert valeur("bandeau.maladie.smic_plancher", novembre) == "11.88"
    assert valeur("bandeau.famille.multiple_plancher", novembre) == "2"
    assert valeur("bandeau.famille.multiple_plancher", date(2023, 12, 1)) is None
    assert valeur("bandeau.famille.multiple_plancher", date(2025, 1, 1)) is None


def test_what_survives_in_2026_is_shown_and_nothing_else(valeur):
    attendus = {
        "exoneration.maladie_multiple": "2.5",
        "exoneration.famille_multiple": "3.5",
        "exoneration.smic": "11.52",
        "regime_special.maladie_multiple": "2.25",
        "regime_special.famille_multiple": "3.3",
        "regime_special.smic": "11.88",
        "maladie_taux_reduit": "7.00",
        "famille_taux_reduit": "3.45",
    }
    for nom, attendu in attendus.items():
        assert valeur(f"bandeau_residuel.{nom}", date(2026, 3, 1)) == attendu
        assert valeur(f"bandeau_residuel.{nom}", date(2025, 3, 1)) is None
    assert valeur("bandeau.maladie.multiple", date(2026, 3, 1)) is None
