"""What a contract-month must satisfy."""

from datetime import date

import pytest

from batchcalc.schema import COLONNES, REJETS, controle
from batchcalc.schema.ordre import reperes

BOUNDED = [column for column in COLONNES if column.bornes]


@pytest.fixture
def fault(physical, months):
    def of(**columns):
        good, rejects = controle(physical(**columns), **months)
        assert good.is_empty()
        assert rejects.schema == REJETS
        return rejects.select("colonne", "code", "valeur").row(0)

    return of


@pytest.fixture
def good(physical, months):
    def of(**columns):
        frame = physical(**columns)
        kept, rejects = controle(frame, **months)
        return rejects.is_empty() and kept.equals(frame)

    return of


def test_good_rows_come_back_as_they_are(good):
    assert good()
    assert good(siret="00000000000000", fnal_e4=50, majoration="interim", perimetre="exclu")


@pytest.mark.parametrize("siret", ["1", "0000000000000A", "000000000000001", "1850175012345"])
def test_siret(fault, siret):
    shown = siret if len(siret) < 13 else None
    assert fault(siret=siret) == ("siret", "siret-invalide", shown)


@pytest.mark.parametrize("column", ["siret", "salarie", "contrat", "mois"])
def test_required_text(fault, column):
    assert fault(**{column: ""}) == (column, "colonne-vide", None)


def test_required_amount(fault):
    assert fault(remuneration_cents=[None]) == ("remuneration", "colonne-vide", None)


@pytest.mark.parametrize("mois", ["2017-12", "2027-01", "0001-01"])
def test_months_outside_the_rules(fault, mois):
    assert fault(mois=mois) == ("mois", "mois-hors-periode", f"{mois}-01")


def test_first_and_last_month(good):
    assert good(mois=["2018-01", "2026-12"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("majoration", "Interim"), ("perimetre", "autre"), ("profil", "medecin")],
)
def test_choices(fault, column, value):
    assert fault(**{column: value}) == (column, "valeur-inconnue", value)


def test_fnal_has_two_rates(fault, good):
    assert fault(fnal_e4=40) == ("fnal", "valeur-inconnue", "0.40")
    assert good(fnal_e4=[10, 50, None])


def test_a_choice_that_may_be_a_nir_is_not_shown(fault):
    assert fault(majoration="1 85 01 75 012 345 67") == ("majoration", "valeur-inconnue", None)


def test_reason_of_exclusion_is_a_short_word(fault, good):
    assert good(motif_exclusion="mandat_social")
    assert fault(motif_exclusion="Mandat social")[1] == "valeur-inconnue"


@pytest.mark.parametrize("column", BOUNDED, ids=lambda column: column.nom)
def test_bounds(fault, good, column):
    least, most = column.bornes
    assert good(**{column.physique: [least, most, 1]})
    assert fault(**{column.physique: least - 1})[:2] == (column.nom, "hors-bornes")
    assert fault(**{column.physique: most + 1})[:2] == (column.nom, "hors-bornes")


def test_bounds_are_said_in_the_unit_of_the_input(physical, months):
    _, rejects = controle(physical(remuneration_cents=10**10), **months)
    assert rejects["valeur"].item() == "100000000.00"
    assert "-99999999.99 to 99999999.99 EUR" in rejects["message"].item()


def test_one_reject_a_row_the_first_fault_and_the_rest_goes_on(physical, months):
    frame = physical(siret=["1", "00000000000001", "2"], fnal_e4=[3, 10, 10])
    kept, rejects = controle(frame, **months)
    assert kept["ligne"].to_list() == [3]
    assert rejects.select("ligne", "colonne").rows() == [(2, "siret"), (4, "siret")]


def test_rejects_say_whose_row_it_is_and_never_the_person(physical, months):
    _, rejects = controle(physical(fnal_e4=3, salarie="1850175012345"), **months)
    row = rejects.row(0, named=True)
    assert "1850175012345" not in str(row)
    assert {name: row[name] for name in ("fichier", "ligne", "siret", "contrat", "mois")} == {
        "fichier": "f.csv",
        "ligne": 2,
        "siret": "00000000000001",
        "contrat": "00001",
        "mois": date(2026, 1, 1),
    }


@pytest.mark.parametrize("siret", ["1000000000001", "1000000000001x", "100000000000188"])
@pytest.mark.parametrize("rank", [0, 2, 3])
def test_a_wrong_siret_is_found_where_keys_are_known_to_change(physical, months, siret, rank):
    sirets = ["10000000000018"] * 2 + ["10000000000026"] * 2
    sirets[rank] = siret
    frame = physical(siret=sirets)

    kept, rejects = controle(frame, reperes(frame), **months)

    assert kept.height == 3
    assert rejects["code"].to_list() == ["siret-invalide"]
