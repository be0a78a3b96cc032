"""The table of columns is coherent with itself and with the contract."""

import pytest

from batchcalc.schema import CLE, COLONNES, PAR_NOM

CONTRACT = [
    "siret",
    "salarie",
    "contrat",
    "mois",
    "remuneration",
    "fnal",
    "smic_retenu",
    "quotite_contrat",
    "quotite_reference",
    "remuneration_due",
    "remuneration_habituelle",
    "heures_supplementaires",
    "heures_equivalence",
    "majoration",
    "remuneration_sans_dfs",
    "ppv",
    "perimetre",
    "profil",
    "taux_agirc_arrco_employeur",
    "taux_at",
    "reduction_urssaf_declaree",
    "reduction_agirc_arrco_declaree",
    "complement_maladie_declare",
    "complement_allocations_familiales_declare",
]

SCALES = {"_cents": 2, "_e2": 2, "_e4": 4, "_e6": 6}


def test_columns_of_the_contract():
    assert list(PAR_NOM)[: len(CONTRACT)] == CONTRACT


def test_required_columns():
    required = [column.nom for column in COLONNES if column.requise]
    assert required == ["siret", "salarie", "contrat", "mois", "remuneration"]


def test_key():
    assert CLE == ("siret", "salarie", "contrat", "mois")


@pytest.mark.parametrize("column", COLONNES, ids=lambda column: column.nom)
def test_the_unit_stands_in_the_physical_name(column):
    if not column.numerique:
        assert column.physique == column.nom
        return
    scale = next(scale for end, scale in SCALES.items() if column.physique.endswith(end))
    # Rates are percentages outside and fractions inside: two decimals further on.
    assert scale == column.echelle + (2 if column.genre == "taux" else 0)


@pytest.mark.parametrize("column", COLONNES, ids=lambda column: column.nom)
def test_every_number_is_bounded_and_every_column_labelled(column):
    assert column.libelle
    assert column.numerique == bool(column.bornes or column.genre == "taux")
    assert not column.cumulable or column.numerique


def test_amounts_and_supplementary_hours_add_up():
    added = {column.nom for column in COLONNES if column.cumulable}
    amounts = {column.nom for column in COLONNES if column.genre == "montant"}
    assert added == amounts | {"heures_supplementaires"}
