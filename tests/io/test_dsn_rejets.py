"""What a DSN file can hold that cannot be used: told with its place, and the rest is read."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

JANVIER = date(2026, 1, 1)


@pytest.fixture
def lu(dsn):
    """Read an envoi with one line changed: the rejects, and the amounts that remain in euros."""

    def lis(ancienne, nouvelle, *individus):
        lignes = dsn.envoi(dsn.declaration(*(individus or deux(dsn))))
        rang = lignes.index(ancienne)
        lignes[rang : rang + 1] = [nouvelle] if nouvelle is not None else []
        lecture = dsn.lis(dsn.octets(lignes))
        restes = lecture.mois_contrat.get_column("remuneration_cents")
        return lecture.rejets.to_dicts(), [cents // 100 for cents in restes], rang + 1

    return lis


def deux(dsn):
    """A person with two contracts, then another."""
    base = dsn.base("1000.00", smic="911.00", cotisations={"018": "-10.00"})
    suite = dsn.base("2000.00", "00002", smic="900.00")
    contrats = dsn.contrat("00001"), dsn.contrat("00002", r001="01022023")
    premier = dsn.individu(*contrats, dsn.remuneration("017", "9.00", "2.00"), base, suite)
    return premier, dsn.salarie("4000.00", "00003", nir="1900199001001")


@pytest.mark.parametrize(
    ("ancienne", "nouvelle", "code", "valeur"),
    [
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'MILLE'", "montant-invalide", "MILLE"),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'1000'", "montant-invalide", "1000"),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'1000,00'", "montant-invalide", "1000,00"),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'+1.00'", "montant-invalide", "+1.00"),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'1 000.00'", "montant-invalide", "1 000.00"),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'-.50'", "montant-invalide", "-.50"),
        (
            "S21.G00.78.004,'1000.00'",
            "S21.G00.78.004,'999999999999999999.00'",
            "nombre-trop-grand",
            "999999999999999999.00",
        ),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,''", "rubrique-absente", None),
        ("S21.G00.78.004,'1000.00'", None, "rubrique-absente", None),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,1000.00", "apostrophes-absentes", None),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.004,'1000.00", "apostrophes-absentes", None),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78.x04,'1000.00'", "cle-invalide", None),
        ("S21.G00.78.004,'1000.00'", "bonjour", "cle-invalide", None),
        ("S21.G00.78.004,'1000.00'", "S21.G00.78", "cle-invalide", None),
        ("S21.G00.79.004,'911.00'", "S21.G00.79.004,'9l1.00'", "montant-invalide", "9l1.00"),
        ("S21.G00.79.001,'01'", None, "rubrique-absente", None),
        ("S21.G00.79.001,'01'", "S21.G00.79.001,'O1'", "code-invalide", "O1"),
        ("S21.G00.81.004,'-10.00'", "S21.G00.81.004,'--10.00'", "montant-invalide", "--10.00"),
        ("S21.G00.81.001,'018'", "?", "cle-invalide", None),
        ("S21.G00.51.012,'2.00'", "S21.G00.51.012,'2h'", "montant-invalide", "2h"),
        ("S21.G00.51.012,'2.00'", None, "rubrique-absente", None),
        ("S21.G00.51.011,'017'", None, "rubrique-absente", None),
    ],
)
def test_an_error_in_a_contract_month_leaves_that_month_out_and_the_rest_goes_on(
    lu, ancienne, nouvelle, code, valeur
):
    rejets, restes, ligne = lu(ancienne, nouvelle)

    vus = [rejet for rejet in rejets if rejet["code"] not in AUTOUR]
    assert {rejet["code"] for rejet in vus} == {code}
    assert restes == [4000, 2000]
    premier = vus[0]
    assert premier["fichier"] == "a.dsn"
    assert premier["siret"] == "90012345900017"
    assert (premier["contrat"], premier["mois"]) == ("00001", JANVIER)
    assert premier["valeur"] == valeur
    if nouvelle and code != "rubrique-absente":
        assert premier["ligne"] == ligne


AUTOUR = {"nombre-de-lignes-faux"}
"""Told too where the test takes a line away."""


@pytest.mark.parametrize("date_fausse", ["01132026", "32012026", "29022025", "2026-01-01", "0101"])
def test_a_base_without_a_day_of_the_calendar(lu, dsn, date_fausse):
    """Its month is not known: no month of its contract can be trusted."""
    base = dsn.base("1000.00")
    base[1] = "S21.G00.78.002,'JOUR'"
    autre = dsn.base("3000.00", "00002")
    contrats = dsn.contrat("00001"), dsn.contrat("00002")

    rejets, restes, ligne = lu(
        "S21.G00.78.002,'JOUR'",
        f"S21.G00.78.002,'{date_fausse}'",
        dsn.individu(*contrats, base, dsn.base("5.00", mois="022026"), autre),
    )

    (rejet,) = rejets
    assert (rejet["code"], rejet["ligne"], rejet["valeur"]) == ("date-invalide", ligne, date_fausse)
    assert rejet["colonne"] == "S21.G00.78.002"
    assert restes == [3000]


def test_the_29th_of_february_of_a_leap_year_is_a_day(dsn):
    base = dsn.bloc("78", {"001": "03", "002": "29022024", "004": "1.00", "006": "00001"})
    individu = dsn.individu(dsn.contrat(), base)

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu, mois="022024")))

    assert lecture.mois_contrat["mois"].to_list() == [date(2024, 2, 1)]


@pytest.mark.parametrize(
    ("ancienne", "nouvelle", "code"),
    [
        ("S21.G00.78.006,'00001'", None, "base-sans-contrat"),
        ("S21.G00.78.006,'00001'", "S21.G00.78.006,'00009'", "contrat-inconnu"),
        ("S21.G00.78.006,'00001'", "S21.G00.78.006,'0000'", "contrat-inconnu"),
    ],
)
def test_a_base_of_no_contract_is_left_out_alone(lu, ancienne, nouvelle, code):
    rejets, restes, _ = lu(ancienne, nouvelle)

    (rejet,) = (rejet for rejet in rejets if rejet["code"] not in AUTOUR)
    assert (rejet["code"], rejet["mois"]) == (code, JANVIER)
    assert restes == [4000, 2000]


def test_pay_of_no_contract_may_be_of_any_contract_of_its_person_that_month(lu):
    rejets, restes, _ = lu("S21.G00.51.010,'00001'", "S21.G00.51.010,'7'")

    assert [(rejet["code"], rejet["colonne"]) for rejet in rejets] == [
        ("contrat-inconnu", "S21.G00.51.010")
    ]
    assert restes == [4000]


def test_a_lost_base_is_of_a_contract_that_has_none(dsn):
    """Here its premium alone would make a month of it."""
    prime = dsn.bloc("52", {"001": "904", "002": "300.00", "006": "00001"})
    contrats = dsn.contrat("00001"), dsn.contrat("00002")
    bases = dsn.base("1000.00", "9"), dsn.base("2000.00", "00002")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.individu(*contrats, prime, *bases))))

    assert lecture.rejets["code"].to_list() == ["contrat-inconnu"]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [200000]


@pytest.mark.parametrize("fini", [True, False])
def test_a_lost_base_may_be_of_any_contract_where_all_have_one(dsn, fini):
    """A contract that had ended could have none."""
    fin = [dsn.fin("31122025")] if fini else []
    contrats = dsn.contrat("00001", *fin), dsn.contrat("00002")
    bases = [
        dsn.base("1000.00", "9"),
        dsn.base("2000.00", "00002"),
        dsn.base("5.00", "00002", "122025", smic="5.00"),
    ]
    bases += [] if fini else [dsn.base("3000.00", "00001")]

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.individu(*contrats, *bases))))

    assert lecture.rejets["code"].to_list() == ["contrat-inconnu"]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [500]


def test_two_contracts_with_one_number_and_one_first_day(dsn):
    """Neither can be told from the other; the third contract can."""
    contrats = dsn.contrat("00001"), dsn.contrat("00001"), dsn.contrat("00002")
    individu = dsn.individu(*contrats, dsn.base(), dsn.base("10.00", "00002"))

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu)))

    assert lecture.rejets["code"].to_list() == ["contrat-en-double"] * 2
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [1000]


def test_a_person_without_identifier(dsn):
    individu = dsn.individu(dsn.contrat(), dsn.base(), nir="")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu, dsn.salarie("1.00"))))

    assert lecture.rejets["code"].to_list() == ["rubrique-absente"]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [100]


def test_a_person_whose_first_line_cannot_be_read_is_not_known_by_another_identifier(dsn):
    anonyme = dsn.individu(dsn.contrat(), dsn.base(), r019="M1")
    anonyme[0] = anonyme[0].replace("30.001", "30.OO1")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.salarie("1.00"), anonyme)))

    assert lecture.rejets["code"].to_list() == ["cle-invalide"]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == []


def test_several_unreadable_lines_together_leave_their_person_out(lu, dsn):
    rejets, restes, ligne = lu("S21.G00.79.001,'01'", "?\r\n?", *deux(dsn))

    assert [rejet["ligne"] for rejet in rejets if rejet["code"] == "cle-invalide"] == [
        ligne,
        ligne + 1,
    ]
    assert restes == [4000]


@pytest.mark.parametrize(
    "ligne", ["S21.G00.30.x02,'A'", "S20.G00.05.xx2,'01'", "S21.G00.06.x03,'A'"]
)
def test_a_line_that_could_not_be_read_where_nothing_is_lost(dsn, ligne):
    lignes = dsn.envoi(dsn.declaration(dsn.salarie()))
    lignes[6 + 2 : 6 + 2] = [ligne]

    lecture = dsn.lis(dsn.octets(lignes))

    assert "cle-invalide" in lecture.rejets["code"].to_list()
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [205000]


@pytest.mark.parametrize(
    ("ancienne", "nouvelle"),
    [
        ("S21.G00.30.002,'D'AVRIL, DIT 'L'OISEAU'", "S21.G00.30.002,D'AVRIL"),
        ("S21.G00.50.002,'1500.00'", "S21.G00.50.00"),
    ],
)
def test_an_error_in_what_is_not_read_is_told_and_leaves_nothing_out(lu, ancienne, nouvelle):
    rejets, restes, ligne = lu(ancienne, nouvelle)

    assert [rejet["ligne"] for rejet in rejets] == [ligne]
    assert restes == [4000, 1000, 2000]


def test_errors_of_a_row_that_is_not_kept_go_with_it_wherever_others_stand(dsn):
    """The code of a block 51 comes last: what was wrong before it matters only for some codes."""
    lignes = [
        "S21.G00.51.001,'99012026'",  # no day
        "S21.G00.51.003,'x",  # not read, and told
        "S21.G00.51.010,'00001'",
        "S21.G00.51.011,'001'",  # not a code that is read
        "S21.G00.51.013,'10.00'",
    ]
    base = dsn.base("1000.00", smic="911.00")

    personne = dsn.individu(dsn.contrat("00001"), lignes, base)
    lecture = dsn.lis(dsn.fichier(dsn.declaration(personne)))

    vus = lecture.rejets.filter(~pl.col("code").is_in(list(AUTOUR)))
    assert vus.select("code", "colonne").rows() == [("apostrophes-absentes", "S21.G00.51.003")]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [100_000]


def test_an_error_in_a_base_that_does_not_count_is_nothing(dsn):
    bases = dsn.base("x", code="04"), dsn.base("x", code="02"), dsn.base("7.00")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.individu(dsn.contrat(), *bases))))

    assert lecture.rejets.is_empty()
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [700]


@pytest.mark.parametrize("mois", ["01132026", "xx", "01/01/2026"])
def test_a_declaration_without_month_is_left_out(dsn, mois):
    faux = dsn.declaration(dsn.salarie("1.00"), r005=mois)

    lecture = dsn.lis(dsn.fichier(faux, dsn.declaration(dsn.salarie("2.00"))))

    (rejet,) = lecture.rejets.to_dicts()
    assert (rejet["code"], rejet["colonne"]) == ("date-invalide", "S20.G00.05.005")
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [200]


@pytest.mark.parametrize("rubrique", ["r001", "r005"])
def test_a_declaration_that_does_not_say_its_nature_or_month(dsn, rubrique):
    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.salarie(), **{rubrique: ""})))

    assert lecture.rejets["code"].to_list() == ["rubrique-absente"]
    assert lecture.mois_contrat.is_empty()


@pytest.mark.parametrize("siren", ["12345678", "12345678X", ""])
def test_an_establishment_without_siret_is_left_out(dsn, siren):
    faux = dsn.declaration(dsn.etablissement(dsn.salarie("1.00"), siren=siren))

    lecture = dsn.lis(dsn.fichier(faux, dsn.declaration(dsn.salarie("2.00"))))

    assert lecture.rejets["code"].to_list() == ["siret-invalide"]
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [200]


def test_bases_without_the_blocks_they_belong_to_are_told_once(dsn):
    lignes = dsn.envoi(dsn.declaration(dsn.salarie()))
    orphelines = dsn.bloc("81", {"001": "018", "004": "-1.00"}) * 3
    rang = lignes.index("S21.G00.50.001,'31012026'")

    lecture = dsn.lis(dsn.octets(lignes[:rang] + orphelines + lignes[rang:]))

    codes = lecture.rejets["code"].to_list()
    assert codes.count("bloc-orphelin") == 1
    assert lecture.mois_contrat.is_empty()


def test_a_file_full_of_errors_is_given_up(dsn, monkeypatch):
    monkeypatch.setattr("batchcalc.io.dsn.tables.PLUS_D_ERREURS", 2048)
    lignes = dsn.envoi(dsn.declaration(dsn.salarie("1.00"), dsn.salarie(nir="1900199001001")))
    rang = lignes.index(f"S21.G00.30.001,'{dsn.nir}'")

    lecture = dsn.lis(dsn.octets(lignes[:rang] + ["?"] * 5000 + lignes[rang:]))

    assert lecture.rejets["code"].to_list().count("trop-d-erreurs") == 1
    assert lecture.rejets.height < 2100
    assert lecture.mois_contrat.is_empty()


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contenu", "code"),
    [
        (b"", "fichier-vide"),
        (b"\r\n \r\n", "fichier-vide"),
        (b"\xef\xbb\xbf", "fichier-vide"),
        (b"S10.G00.00.001,'A'\n\0\0\0", "fichier-binaire"),
        ("S10.G00.00.001,'A'\n".encode("utf-16"), "fichier-utf16"),
        ("S10.G00.00.001,'A'\n".encode("utf-16-le"), "fichier-binaire"),
        (b"<!DOCTYPE html><html>S10.G00.00.001,'A'</html>", "page-html"),
        (b"PK\x03\x04rest", "fichier-compresse"),
        (b"S10.G00.00.001,'A'\rS10.G00.00.002,'B'\r", "fins-de-ligne-cr"),
        (b"siret;mois\n90012345900017;2026-01\n", "pas-une-dsn"),
    ],
)
def test_a_file_that_is_no_dsn_is_refused_and_the_others_read(dsn, contenu, code):
    lecture = dsn.lis(contenu, dsn.fichier(dsn.declaration(dsn.salarie())))

    (rejet,) = lecture.rejets.to_dicts()
    assert (rejet["fichier"], rejet["code"]) == ("a.dsn", code)
    assert rejet["message"].count(".") >= 2
    assert lecture.mois_contrat["remuneration_cents"].to_list() == [205000]
    assert lecture.comptes["fichiers_refuses"] == 1


def test_no_message_shows_a_person(dsn):
    """Neither the NIR, wherever it stands, nor a name."""
    individu = dsn.individu(dsn.contrat(dsn.nir), dsn.base(dsn.nir, dsn.nir), dsn.base("x", ""))
    texte = dsn.fichier(dsn.declaration(individu)).decode("latin-1")

    lecture = dsn.lis(texte.replace("S21.G00.30.002,'D", "S21.G00.30.002,D").encode("latin-1"))

    vus = "\n".join(str(ligne) for ligne in lecture.rejets.rows())
    assert lecture.rejets.height > 2
    assert dsn.nir not in vus
    assert "AVRIL" not in vus
