"""The split of the reduction: law.md 5, typed again by hand."""

from datetime import date

import pytest

# month, URSSAF numerators, AGIRC-ARRCO numerator, denominators, unemployment (millionths)
IMPUTATION = [
    ("2018-01", 281400, 285400, 0, 281400, 285400, 0),
    ("2018-12", 281400, 285400, 0, 281400, 285400, 0),
    ("2019-01", 220800, 224800, 60100, 280900, 284900, 0),
    ("2019-09", 220800, 224800, 60100, 280900, 284900, 0),
    ("2019-10", 261300, 265300, 60100, 321400, 325400, 40500),
    ("2019-12", 261300, 265300, 60100, 321400, 325400, 40500),
    ("2020-01", 260400, 264400, 60100, 320500, 324500, 40500),
    ("2021-01", 260500, 264500, 60100, 320600, 324600, 40500),
    ("2022-01", 259400, 263400, 60100, 319500, 323500, 40500),
    ("2023-01", 259000, 263000, 60100, 319100, 323100, 40500),
    ("2024-01", 259300, 263300, 60100, 319400, 323400, 40500),
    ("2025-04", 259300, 263300, 60100, 319400, 323400, 40500),
    ("2025-05", 259200, 263200, 60100, 319300, 323300, 40000),
    ("2025-12", 259200, 263200, 60100, 319300, 323300, 40000),
    ("2026-01", 338000, 342000, 60100, 398100, 402100, 40000),
    ("2026-12", 338000, 342000, 60100, 398100, 402100, 40000),
]


@pytest.mark.parametrize("ligne", IMPUTATION, ids=lambda ligne: ligne[0])
def test_split_keys(rules, ligne):
    mois, urssaf_petit, urssaf_grand, agirc_arrco, petit, grand, chomage = ligne
    jour = date.fromisoformat(f"{mois}-01")
    for fnal_e4, urssaf, imputation in ((10, urssaf_petit, petit), (50, urssaf_grand, grand)):
        p = rules.parametres(jour, fnal_e4=fnal_e4)
        assert p.imputation_e6 == imputation
        assert p.agirc_arrco_e6 == agirc_arrco
        assert p.imputation_e6 - p.agirc_arrco_e6 == urssaf
        assert p.chomage_e6 == chomage


@pytest.mark.parametrize("mois", ["2019-01", "2019-09", "2019-10", "2026-12"])
def test_unemployment_of_entertainment_workers_stands_apart_from_2019(rules, mois):
    for perimetre in ("general", "complet_2019"):
        kind = {"perimetre": perimetre, "profil": "intermittent_spectacle"}
        assert rules.parametres(date.fromisoformat(f"{mois}-01"), fnal_e4=10, **kind).chomage_a_part


@pytest.mark.parametrize("rang", [1, 9, 10, 12])
def test_perimetre_complet_has_chomage_all_2019(rules, rang):
    for fnal_e4, urssaf, imputation in ((10, 261300, 321400), (50, 265300, 325400)):
        p = rules.parametres(date(2019, rang, 1), fnal_e4=fnal_e4, perimetre="complet_2019")
        assert p.imputation_e6 == imputation
        assert p.imputation_e6 - p.agirc_arrco_e6 == urssaf
        assert p.chomage_e6 == 40500
