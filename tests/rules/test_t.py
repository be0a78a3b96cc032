"""T, Tmin, Tdelta and the rest of the formula: law.md 1.5, 1.6, 2.3 and 4, typed again by hand."""

from datetime import date

import pytest

T = [  # month, T small, T big, in millionths
    ("2018-01", 281400, 285400),
    ("2018-12", 281400, 285400),
    ("2019-01", 280900, 284900),
    ("2019-09", 280900, 284900),
    ("2019-10", 280900, 284900),
    ("2019-12", 280900, 284900),
    ("2020-01", 320500, 324500),
    ("2021-01", 320600, 324600),
    ("2022-01", 319500, 323500),
    ("2023-01", 319100, 323100),
    ("2024-01", 319400, 323400),
    ("2025-01", 319400, 323400),
    ("2025-04", 319400, 323400),
    ("2025-05", 319300, 323300),
    ("2025-12", 319300, 323300),
    ("2026-01", 398100, 402100),
    ("2026-12", 398100, 402100),
]


def jour(mois: str) -> date:
    return date.fromisoformat(f"{mois}-01")


@pytest.mark.parametrize(("mois", "petit", "grand"), T)
def test_t_by_class(rules, mois, petit, grand):
    assert rules.parametres(jour(mois), fnal_e4=10).t_e6 == petit
    assert rules.parametres(jour(mois), fnal_e4=50).t_e6 == grand


@pytest.mark.parametrize(
    ("mois", "complement"),
    [("2019-09", 0), ("2019-10", 40500), ("2019-12", 40500), ("2020-01", 0), ("2018-12", 0)],
)
def test_complement_of_the_last_quarter_of_2019(rules, mois, complement):
    assert rules.parametres(jour(mois), fnal_e4=10).complement_e6 == complement


@pytest.mark.parametrize("mois", ["2019-01", "2019-09", "2019-10", "2019-12"])
def test_perimetre_complet_has_one_t_all_2019(rules, mois):
    petit = rules.parametres(jour(mois), fnal_e4=10, perimetre="complet_2019")
    grand = rules.parametres(jour(mois), fnal_e4=50, perimetre="complet_2019")
    assert (petit.t_e6, petit.complement_e6) == (321400, 0)
    assert (grand.t_e6, grand.complement_e6) == (325400, 0)
    assert (petit.periode_debut, petit.periode_fin) == (date(2019, 1, 1), date(2019, 12, 1))


@pytest.mark.parametrize("mois", ["2018-06", "2020-01", "2025-05", "2026-03"])
def test_perimetre_complet_is_the_general_scope_outside_2019(rules, mois):
    complet = rules.parametres(jour(mois), fnal_e4=10, perimetre="complet_2019")
    assert complet == rules.parametres(jour(mois), fnal_e4=10)


def test_perimetre_exclu_gives_the_general_parameters(rules):
    exclu = rules.parametres(date(2019, 11, 1), fnal_e4=10, perimetre="exclu")
    assert exclu == rules.parametres(date(2019, 11, 1), fnal_e4=10)


@pytest.mark.parametrize(
    ("mois", "debut", "fin"),
    [
        ("2018-05", "2018-01", "2018-12"),
        ("2019-11", "2019-01", "2019-12"),
        ("2024-12", "2024-01", "2024-12"),
        ("2025-01", "2025-01", "2025-04"),
        ("2025-04", "2025-01", "2025-04"),
        ("2025-05", "2025-05", "2025-12"),
        ("2025-12", "2025-05", "2025-12"),
        ("2026-06", "2026-01", "2026-12"),
    ],
)
def test_a_change_of_t_cuts_the_year_in_periods(rules, mois, debut, fin):
    parametres = rules.parametres(jour(mois), fnal_e4=50)
    assert (parametres.periode_debut, parametres.periode_fin) == (jour(debut), jour(fin))


def test_formula_until_2025(rules, tous_les_mois):
    for mois in tous_les_mois[: 8 * 12]:
        p = rules.parametres(mois, fnal_e4=10)
        assert (p.formule, p.seuil_e2, p.t_min_e6) == ("rg", 160, 0)
        assert (p.puissance_num, p.puissance_den) == (1, 1)


@pytest.mark.parametrize("mois", ["2026-01", "2026-06", "2026-12"])
def test_formula_of_2026(rules, mois):
    p = rules.parametres(jour(mois), fnal_e4=10)
    assert (p.formule, p.seuil_e2, p.t_min_e6) == ("rgdu", 300, 20000)
    assert (p.puissance_num, p.puissance_den) == (7, 4)
    assert p.t_e6 - p.t_min_e6 == 378100
    grand = rules.parametres(jour(mois), fnal_e4=50)
    assert grand.t_e6 - grand.t_min_e6 == 382100


@pytest.mark.parametrize(
    ("majoration", "num", "den"), [("aucune", 1, 1), ("interim", 11, 10), ("caisse_conges", 10, 9)]
)
def test_factor_b(rules, tous_les_mois, majoration, num, den):
    for mois in tous_les_mois:
        p = rules.parametres(mois, fnal_e4=10, majoration=majoration)
        assert (p.majoration_num, p.majoration_den) == (num, den)


def test_dfs_cap_from_2020(rules):
    assert rules.parametres(date(2019, 12, 1), fnal_e4=10).plafond_dfs_e2 == 0
    assert rules.parametres(date(2020, 1, 1), fnal_e4=10).plafond_dfs_e2 == 130
    assert rules.parametres(date(2026, 12, 1), fnal_e4=10).plafond_dfs_e2 == 130


def test_ppv_enters_in_2025(rules):
    assert not rules.parametres(date(2018, 1, 1), fnal_e4=10).ppv_incluse
    assert not rules.parametres(date(2024, 12, 1), fnal_e4=10).ppv_incluse
    assert rules.parametres(date(2025, 1, 1), fnal_e4=10).ppv_incluse
    assert rules.parametres(date(2026, 12, 1), fnal_e4=10).ppv_incluse


def test_any_day_of_the_month_will_do(rules):
    fin_avril = rules.parametres(date(2025, 4, 30), fnal_e4=10)
    assert fin_avril == rules.parametres(date(2025, 4, 1), fnal_e4=10)
    assert fin_avril.mois == date(2025, 4, 1)
