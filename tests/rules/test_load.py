import pickle
import shutil
from datetime import date
from pathlib import Path

import pytest

import batchcalc.rules.load
from batchcalc.errors import ConfigError, RuleError
from batchcalc.rules.load import Rules

SEUIL = """
[seuil]
unite = "smic"
valeurs = [{ debut = 2018-01-01, valeur = "1.5", source = "essai", statut = "I" }]
"""
TABLES = Path(batchcalc.rules.load.__file__).with_name("tables")


def test_packaged_rules_say_what_they_are(rules):
    assert rules.version == "2026.11"
    assert len(rules.sha256) == 64
    assert (rules.premier_mois, rules.dernier_mois) == (date(2018, 1, 1), date(2026, 12, 1))


def test_packaged_rules_are_read_once():
    assert Rules.load() is Rules.load()


def test_every_month_class_and_scope_resolves(rules, tous_les_mois):
    assert len(tous_les_mois) == 108
    for mois in tous_les_mois:
        for fnal_e4 in (10, 50):
            for perimetre in ("general", "complet_2019", "exclu"):
                p = rules.parametres(mois, fnal_e4=fnal_e4, perimetre=perimetre)
                assert p.periode_debut <= mois <= p.periode_fin
                assert p.periode_debut.year == p.periode_fin.year == mois.year


@pytest.mark.parametrize("mois", [date(2017, 12, 31), date(2027, 1, 1)])
def test_a_month_outside_the_tables_is_refused(rules, mois):
    for appel in (rules.valeurs, lambda m: rules.parametres(m, fnal_e4=10)):
        with pytest.raises(RuleError, match="2018-01 to 2026-12") as erreur:
            appel(mois)
        assert erreur.value.code == "mois-hors-tables"
        assert erreur.value.hint


@pytest.mark.parametrize(
    "choix",
    [{"fnal_e4": 30}, {"majoration": "double"}, {"profil": "autre"}, {"perimetre": "complet"}],
)
def test_an_unknown_choice_is_refused(rules, choix):
    with pytest.raises(RuleError, match=next(iter(choix))) as erreur:
        rules.parametres(date(2026, 1, 1), **{"fnal_e4": 10, **choix})
    assert erreur.value.code == "choix-inconnu"


def test_rules_are_immutable_hashable_and_picklable(rules):
    rules.parametres(date(2026, 1, 1), fnal_e4=10)
    copie = pickle.loads(pickle.dumps(rules))
    assert copie == rules
    assert hash(copie) == hash(rules)
    assert copie.parametres(date(2025, 5, 1), fnal_e4=50) == rules.parametres(
        date(2025, 5, 1), fnal_e4=50
    )
    with pytest.raises(AttributeError):
        rules.version = "autre"


def test_parameters_are_resolved_once(rules):
    premier = rules.parametres(date(2026, 1, 1), fnal_e4=10)
    assert rules.parametres(date(2026, 1, 31), fnal_e4=10) is premier


def test_a_local_table_replaces_the_packaged_one_and_no_other(rules, fichier):
    local = Rules.load(fichier(SEUIL))
    p = local.parametres(date(2025, 1, 1), fnal_e4=10)
    assert (p.seuil_e2, p.t_e6) == (150, 319400)
    assert local.version == "2026.11+local"
    assert local.sha256 != rules.sha256
    assert local != rules


def test_a_local_file_may_have_its_own_version_and_months(fichier):
    entete = 'version = "essai"\npremier_mois = 2024-01-01\ndernier_mois = 2027-06-01\n'
    local = Rules.load(str(fichier(entete + SEUIL)))
    assert local.version == "essai"
    assert local.parametres(date(2027, 6, 1), fnal_e4=10).smic_horaire_cents == 1202
    with pytest.raises(RuleError, match="2024-01 to 2027-06"):
        local.parametres(date(2023, 12, 1), fnal_e4=10)


def test_a_folder_of_tables_replaces_all_it_holds(rules, tmp_path):
    shutil.copytree(TABLES, tmp_path / "tables")
    local = Rules.load(tmp_path / "tables")
    assert local.version == rules.version
    assert local.valeurs(date(2024, 11, 1)) == rules.valeurs(date(2024, 11, 1))


def test_the_hash_follows_the_bytes_not_the_name(fichier):
    un = Rules.load(fichier(SEUIL, "un.toml"))
    assert Rules.load(fichier(SEUIL, "deux.toml")).sha256 == un.sha256
    assert Rules.load(fichier(SEUIL + "# note\n", "un.toml")).sha256 != un.sha256


def refus(chemin: Path) -> ConfigError:
    with pytest.raises(ConfigError) as erreur:
        Rules.load(chemin)
    assert erreur.value.hint
    assert erreur.value.file
    return erreur.value


def test_an_unknown_table_is_refused(fichier):
    erreur = refus(fichier(SEUIL.replace("[seuil]", "[seuils]")))
    assert erreur.code == "regles-table-inconnue"
    assert "seuils" in erreur.message


def test_a_table_in_another_unit_is_refused(fichier):
    erreur = refus(fichier(SEUIL.replace('"smic"', '"facteur"')))
    assert erreur.code == "regles-unite"
    assert "seuil.unite" in erreur.message


def test_the_same_table_in_two_files_is_refused(fichier, tmp_path):
    fichier(SEUIL, "un.toml")
    fichier(SEUIL, "deux.toml")
    assert refus(tmp_path).code == "regles-table-double"


def test_a_folder_without_tables_is_refused(tmp_path):
    assert refus(tmp_path).code == "regles-illisibles"


def test_a_missing_file_is_refused(tmp_path):
    assert refus(tmp_path / "absent.toml").code == "regles-illisibles"


@pytest.mark.parametrize(
    ("table", "unite", "valeur"),
    [
        ("seuil", "smic", "1.6"),
        ("formule", "formule", "rg"),
        ("t.commun.fnal_050", "taux", "0.32"),
        ("puissance", "facteur", "1.75"),
        ("majoration.interim", "fraction", "11/10"),
        ("ppv.incluse", "oui_non", "oui"),
        ("bandeau.maladie.multiple", "smic", "2.5"),
        ("bandeau.famille.smic", "smic_reference", "en_vigueur"),
        ("bandeau.famille.points", "points", "1.8"),
        ("smic.horaire", "euro_par_heure", "12.00"),
    ],
)
def test_a_month_left_without_a_needed_value_is_refused(fichier, table, unite, valeur):
    tardive = f"""
        [{table}]
        unite = "{unite}"
        valeurs = [{{ debut = 2026-02-01, valeur = "{valeur}", source = "essai", statut = "I" }}]
        """
    erreur = refus(fichier(tardive))
    assert erreur.code == "regles-trou"
    assert table in erreur.message


def test_a_reference_to_a_smic_before_the_table_is_refused(fichier):
    avant = """
        [smic.reduction]
        unite = "smic_reference"
        valeurs = [{ debut = 2018-01-01, valeur = "2001-01-01", source = "essai", statut = "I" }]
        """
    erreur = refus(fichier(avant))
    assert erreur.code == "regles-trou"
    assert "2001-01-01" in erreur.message


def test_months_in_disorder_are_refused(fichier):
    erreur = refus(fichier("dernier_mois = 2017-01-01"))
    assert erreur.code == "regles-dates"
    assert "dernier_mois" in erreur.message
