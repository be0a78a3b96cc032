"""A table that is not exactly in its form is refused, with the file, the key and the remedy."""

import pytest

from batchcalc.errors import ConfigError
from batchcalc.rules.read import lire

BONNE = '{ debut = 2025-01-01, valeur = "1.6", source = "essai", statut = "S" }'


def table(valeurs: str, unite: str = "smic") -> str:
    return f'[seuil]\nunite = "{unite}"\nvaleurs = [{valeurs}]\n'


def refus(chemin) -> ConfigError:
    with pytest.raises(ConfigError) as erreur:
        lire(chemin)
    assert erreur.value.file == str(chemin)
    assert erreur.value.hint
    return erreur.value


def test_a_table_in_good_form_is_read(fichier):
    lu = lire(fichier('version = "1"\npremier_mois = 2025-01-01\n' + table(BONNE)))
    assert (lu.version, list(lu.mois)) == ("1", ["premier_mois"])
    assert [serie.nom for serie in lu.series] == ["seuil"]
    assert lu.series[0].entrees[0].texte == "1.6"


def test_a_value_ends_on_the_eve_of_the_next_one(fichier):
    suite = BONNE.replace("2025-01-01", "2025-05-01")
    (serie,) = lire(fichier(table(f"{BONNE}, {suite}"))).series
    assert [str(entree.fin) for entree in serie.entrees] == ["2025-04-30", "9999-12-31"]


CLES = [
    (table(BONNE.replace("statut", "status")), "regles-cle-inconnue", "seuil.valeurs[0].status"),
    (table(BONNE) + 'note = "x"', "regles-cle-inconnue", "seuil.note"),
    ('[seuil]\nunit = "smic"', "regles-cle-inconnue", "seuil.unit"),
    ("annee = 2026", "regles-cle-inconnue", "annee"),
    (table('{ debut = 2025-01-01, source = "x", statut = "S" }'), "regles-cle-manquante", "valeur"),
    (table('{ valeur = "1", source = "x", statut = "S" }'), "regles-cle-manquante", "debut"),
    (table('{ debut = 2025-01-01, valeur = "1", source = "x" }'), "regles-cle-manquante", "statut"),
    (table('{ debut = 2025-01-01, valeur = "1", statut = "S" }'), "regles-cle-manquante", "source"),
    ('[seuil]\nunite = "smic"', "regles-cle-manquante", "seuil.valeurs"),
    ("[seuil]\nvaleurs = []", "regles-cle-manquante", "seuil.unite"),
]


@pytest.mark.parametrize(("texte", "code", "cle"), CLES)
def test_keys_are_exactly_the_known_ones(fichier, texte, code, cle):
    erreur = refus(fichier(texte))
    assert erreur.code == code
    assert cle in erreur.message


VALEURS = [
    ("smic", "1,6"),
    ("smic", "-1.6"),
    ("smic", "1.605"),
    ("smic", "1e3"),
    ("smic", "1."),
    ("smic", ".6"),
    ("smic", " 1.6"),
    ("smic", ""),
    ("smic", "nan"),
    ("smic", "1_000"),
    ("smic", "\N{ARABIC-INDIC DIGIT ONE}"),
    ("taux", "0.1234567"),
    ("salarie", "20.5"),
    ("fraction", "100/0"),
    ("fraction", "1.1"),
    ("formule", "rgcp"),
    ("oui_non", "true"),
    ("regime_bandeau", "plein"),
    ("smic_reference", "2026-02-30"),
    ("smic_reference", "20260101"),
    ("smic_reference", "12.02"),
]


@pytest.mark.parametrize(("unite", "valeur"), VALEURS)
def test_a_value_is_written_exactly_in_its_unit(fichier, unite, valeur):
    erreur = refus(fichier(table(BONNE.replace("1.6", valeur), unite)))
    assert erreur.code == "regles-valeur"
    assert "seuil.valeurs[0].valeur" in erreur.message
    assert unite in erreur.message


@pytest.mark.parametrize("valeur", ["1.6", "2", "true", "[]", "2025-01-01"])
def test_a_number_out_of_quotes_is_refused(fichier, valeur):
    assert refus(fichier(table(BONNE.replace('"1.6"', valeur)))).code == "regles-valeur"


@pytest.mark.parametrize("unite", ['"dollar"', "3", "[]"])
def test_an_unknown_unit_is_refused(fichier, unite):
    erreur = refus(fichier(f"[seuil]\nunite = {unite}\nvaleurs = [{BONNE}]"))
    assert erreur.code == "regles-unite"
    assert "seuil.unite" in erreur.message


@pytest.mark.parametrize("statut", ['"UNSOURCED"', '"s"', "2", "[]"])
def test_an_unknown_status_is_refused(fichier, statut):
    erreur = refus(fichier(table(BONNE.replace('"S"', statut))))
    assert erreur.code == "regles-statut"
    assert "seuil.valeurs[0].statut" in erreur.message


@pytest.mark.parametrize("source", ['""', '" "', "3"])
def test_a_value_without_source_is_refused(fichier, source):
    assert refus(fichier(table(BONNE.replace('"essai"', source)))).code == "regles-source"


DATES = [
    (BONNE.replace("2025-01-01", "2025-01-02"), "debut"),
    (BONNE.replace("2025-01-01", '"2025-01-01"'), "debut"),
    (BONNE.replace("2025-01-01", "2025-01-01T00:00:00"), "debut"),
    (BONNE.replace(", valeur", ", fin = 2025-12-30, valeur"), "fin"),
    (BONNE.replace(", valeur", ", fin = 9999-12-31, valeur"), "fin"),
    (BONNE.replace(", valeur", ", fin = 2024-12-31, valeur"), "2025-01-01"),
    (f"{BONNE}, {BONNE}", "2025-01-01"),
    (f"{BONNE}, {BONNE.replace('2025', '2024')}", "2024-01-01"),
]


@pytest.mark.parametrize(("valeurs", "lieu"), DATES)
def test_dates_are_whole_months_in_order(fichier, valeurs, lieu):
    erreur = refus(fichier(table(valeurs)))
    assert erreur.code == "regles-dates"
    assert lieu in erreur.message


@pytest.mark.parametrize("fin", ["2025-05-31", "2025-07-31"])
def test_a_gap_or_an_overlap_is_refused(fichier, fin):
    close = BONNE.replace(", valeur", f", fin = {fin}, valeur")
    suite = BONNE.replace("2025-01-01", "2025-07-01")
    erreur = refus(fichier(table(f"{close}, {suite}")))
    assert erreur.code == "regles-trou"
    assert fin in erreur.message


@pytest.mark.parametrize("valeurs", ['"1.6"', "3"])
def test_a_value_must_be_a_table(fichier, valeurs):
    assert refus(fichier(table(valeurs))).code == "regles-valeur"


def test_values_must_be_a_list(fichier):
    assert refus(fichier('[seuil]\nunite = "smic"\nvaleurs = "1.6"')).code == "regles-valeur"


@pytest.mark.parametrize("version", ['""', "2026.11"])
def test_a_version_must_be_a_text(fichier, version):
    erreur = refus(fichier(f"version = {version}"))
    assert erreur.code == "regles-valeur"
    assert "version" in erreur.message


def test_a_covered_month_must_be_a_first_day(fichier):
    erreur = refus(fichier("premier_mois = 2026-01-15"))
    assert erreur.code == "regles-dates"
    assert "premier_mois" in erreur.message


def test_bad_toml_is_refused_with_its_line(fichier):
    erreur = refus(fichier(table(BONNE) + "oups\n"))
    assert erreur.code == "regles-illisibles"
    assert erreur.line == 4


def test_a_file_in_latin_1_is_refused(tmp_path):
    chemin = tmp_path / "local.toml"
    chemin.write_bytes('version = "édition"'.encode("latin-1"))
    assert refus(chemin).code == "regles-illisibles"
