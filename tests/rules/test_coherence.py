"""The tables against one another: what the law says twice must agree."""

from decimal import Decimal

import pytest

COMPOSANTES = (
    "maladie",
    "vieillesse_plafonnee",
    "vieillesse_deplafonnee",
    "allocations_familiales",
    "at_mp",
    "csa",
    "agirc_arrco_t1",
    "ceg",
    "chomage",
)


def en_vigueur(rules, mois):
    return {v.nom: v.valeur for v in rules.valeurs(mois)}


def somme(valeurs, *noms):
    return sum(Decimal(valeurs.get(f"composante.{nom}", "0")) for nom in noms)


@pytest.mark.parametrize("fnal_e4", [10, 50])
def test_component_rates_add_up_to_t(rules, tous_les_mois, fnal_e4):
    for mois in tous_les_mois:
        total = somme(en_vigueur(rules, mois), *COMPOSANTES, f"fnal_{fnal_e4:03d}")
        p = rules.parametres(mois, fnal_e4=fnal_e4)
        assert total * 10000 == p.t_e6 + p.complement_e6, mois


@pytest.mark.parametrize(
    ("rang", "petit", "grand"),
    [
        (0, "28.14", "28.54"),
        (12, "28.09", "28.49"),
        (21, "32.14", "32.54"),
        (24, "32.05", "32.45"),
        (36, "32.06", "32.46"),
        (48, "31.95", "32.35"),
        (60, "31.91", "32.31"),
        (72, "31.94", "32.34"),
        (88, "31.93", "32.33"),
        (96, "39.81", "40.21"),
    ],
)
def test_component_rates_add_up_to_the_printed_sums(rules, tous_les_mois, rang, petit, grand):
    valeurs = en_vigueur(rules, tous_les_mois[rang])
    assert somme(valeurs, *COMPOSANTES, "fnal_010") == Decimal(petit)
    assert somme(valeurs, *COMPOSANTES, "fnal_050") == Decimal(grand)


def test_component_rates_are_those_of_the_split(rules, tous_les_mois):
    for mois in tous_les_mois:
        valeurs = en_vigueur(rules, mois)
        p = rules.parametres(mois, fnal_e4=10)
        assert somme(valeurs, "agirc_arrco_t1", "ceg") * 10000 == p.agirc_arrco_e6, mois
        assert somme(valeurs, "chomage") * 10000 == p.chomage_e6, mois


def test_the_cut_is_the_full_rate_less_the_reduced_one(rules, tous_les_mois):
    for mois in tous_les_mois[:96]:
        valeurs = en_vigueur(rules, mois)
        for nom in ("maladie", "famille"):
            plein = Decimal(valeurs[f"bandeau.{nom}.taux_plein"])
            reduit = Decimal(valeurs.get(f"bandeau.{nom}.taux_reduit", plein))
            assert plein - reduit == Decimal(valeurs.get(f"bandeau.{nom}.points", "0")), mois


def test_the_rate_inside_t_is_the_reduced_one_where_there_is_one(rules, tous_les_mois):
    for mois in tous_les_mois:
        valeurs = en_vigueur(rules, mois)
        for bandeau, composante in (("maladie", "maladie"), ("famille", "allocations_familiales")):
            plein = valeurs[f"bandeau.{bandeau}.taux_plein"]
            reduit = valeurs.get(f"bandeau.{bandeau}.taux_reduit", plein)
            assert valeurs[f"composante.{composante}"] == reduit, mois


def test_fnal_class_follows_the_headcount(rules, tous_les_mois):
    for mois in tous_les_mois:
        seuil = en_vigueur(rules, mois)["fnal.seuil_effectif"]
        assert seuil == ("20" if mois.year < 2020 else "50")


def test_every_value_in_force_has_begun_and_names_its_source(rules, tous_les_mois):
    for mois in tous_les_mois:
        for valeur in rules.valeurs(mois):
            assert valeur.debut <= mois
            assert valeur.source
            assert valeur.statut in {"S", "S2", "C", "I"}
