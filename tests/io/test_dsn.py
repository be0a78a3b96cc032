"""From the form of a DSN file to contract-months."""

from __future__ import annotations

from datetime import date

import pytest

from batchcalc.io.dsn import read_dsn

JANVIER = date(2026, 1, 1)


def montants(lecture) -> list[int]:
    return lecture.mois_contrat["remuneration_cents"].to_list()


def test_a_contract_month(dsn):
    cotisations = {"018": "-513.80", "106": "-91.36", "907": "123.00", "102": "36.90"}
    base = dsn.base("2050.00", "C-01", smic="1823.03", cotisations=cotisations)
    envoi = dsn.envoi(dsn.declaration(dsn.individu(dsn.contrat("C-01"), base)))

    lecture = dsn.lis(dsn.octets(envoi))

    lue = lecture.mois_contrat.row(0, named=True)
    assert lue == {
        **dict.fromkeys(lue),
        "siret": dsn.siret,
        "salarie": dsn.nir,
        "contrat": "C-01",
        "mois": JANVIER,
        "remuneration_cents": 205000,
        "smic_retenu_cents": 182303,
        "reduction_urssaf_declaree_cents": -51380,
        "reduction_agirc_arrco_declaree_cents": -9136,
        "complement_maladie_declare_cents": 12300,
        "complement_allocations_familiales_declare_cents": 3690,
        "debut_contrat": date(2023, 3, 1),
        "fichier": "a.dsn",
        "ligne": envoi.index("S21.G00.78.001,'03'") + 1,
    }
    assert lecture.mois_contrat.height == 1
    assert lecture.rejets.is_empty()


@pytest.mark.parametrize("fin", ["\r\n", "\n"])
@pytest.mark.parametrize("derniere", [True, False])
def test_line_ends(dsn, fin, derniere):
    contenu = dsn.octets(dsn.envoi(dsn.declaration(dsn.salarie())), fin)

    lecture = dsn.lis(contenu if derniere else contenu.removesuffix(fin.encode()))

    assert montants(lecture) == [205000]
    assert lecture.rejets.is_empty()


def test_blank_lines_and_trailing_blanks_are_nothing(dsn):
    lignes = dsn.envoi(dsn.declaration(dsn.salarie()))
    lignes = [texte for ligne in lignes for texte in (ligne + "  ", "", " ")]

    lecture = dsn.lis(dsn.octets(lignes))

    assert montants(lecture) == [205000]
    assert lecture.rejets.is_empty()


def test_a_byte_order_mark_is_nothing(dsn):
    lecture = dsn.lis(b"\xef\xbb\xbf" + dsn.fichier(dsn.declaration(dsn.salarie())))

    assert montants(lecture) == [205000]
    assert lecture.rejets.is_empty()


@pytest.mark.parametrize("codage", ["latin-1", "utf-8"])
def test_texts_are_latin_1_or_utf_8(dsn, codage):
    individu = dsn.individu(dsn.contrat("É'1,2"), dsn.base(contrat="É'1,2"))
    texte = dsn.fichier(dsn.declaration(individu)).decode("latin-1")

    lecture = dsn.lis(texte.encode(codage))

    assert lecture.mois_contrat["contrat"].to_list() == ["É'1,2"]


def test_several_envois_declarations_and_establishments(dsn):
    autre = dsn.etablissement(dsn.salarie("3000.00"), nic="00025")
    meme = dsn.etablissement(dsn.salarie("2000.00"))
    fevrier = dsn.declaration(dsn.salarie("2100.00", mois="022026"), mois="022026")
    un = dsn.envoi(dsn.declaration(meme), dsn.declaration(autre))

    lecture = dsn.lis(dsn.octets(un + dsn.envoi(fevrier)))

    assert lecture.mois_contrat.select("siret", "mois", "remuneration_cents").rows() == [
        (dsn.siret, JANVIER, 200000),
        (dsn.siret, date(2026, 2, 1), 210000),
        ("90012345900025", JANVIER, 300000),
    ]
    assert lecture.rejets.is_empty()
    assert (lecture.comptes["envois"], lecture.comptes["declarations"]) == (2, 3)


def test_two_establishments_under_one_company(dsn):
    second = dsn.bloc("11", {"001": "00025"}) + dsn.salarie("3000.00")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.etablissement(dsn.salarie(), second))))

    assert lecture.mois_contrat["siret"].to_list() == [dsn.siret, "90012345900025"]


def test_what_the_portal_adds_is_skipped_and_only_its_inner_lines_count(dsn):
    corps = dsn.envoi(dsn.declaration(dsn.salarie()))
    corps[-2:-2] = ["S10.G00.95.001,'X'", "S20.G00.96.902,'1'"]
    corps[-2:] = dsn.bloc("S90.G00.90", {"001": str(len(corps)), "002": "1"})
    avant = ["S05.G51.00.001,'V01R02'", "S06.G51.00.001,'DSNOK'"]
    apres = ["S96.G51.00.002,'3'", "S06.G51.00.001,'FP-KO'", "S95.G51.00.002,'3'"]

    lecture = dsn.lis(dsn.octets(avant + corps + apres))

    assert montants(lecture) == [205000]
    assert lecture.rejets.is_empty()
    assert lecture.comptes["lignes_portail"] == 5


@pytest.mark.parametrize("nature", ["04", "05", "07", "08", "10"])
def test_other_natures_are_counted_and_skipped(dsn, nature):
    """Signalements have no main month."""
    signalement = dsn.declaration(dsn.salarie("9999.00"), r001=nature, r005="")

    lecture = dsn.lis(dsn.fichier(signalement, dsn.declaration(dsn.salarie())))

    assert montants(lecture) == [205000]
    assert lecture.rejets.is_empty()
    assert lecture.comptes[f"declarations_nature_{nature}"] == 1
    assert lecture.comptes["individus"] == 1


def test_a_substitution_is_read_beside_the_monthly_declaration(dsn):
    substitution = dsn.declaration(dsn.salarie("10.00"), r001="09")

    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.salarie()), substitution))

    assert sorted(montants(lecture)) == [1000, 205000]


def test_the_agricultural_part_is_counted_and_skipped(dsn):
    lecture = dsn.lis(
        dsn.fichier(
            dsn.declaration(dsn.salarie("9999.00"), r008="02"),
            dsn.declaration(dsn.salarie(), r008="03"),
        )
    )

    assert montants(lecture) == [205000]
    assert lecture.comptes["declarations_msa"] == 1


def test_unknown_rubriques_are_counted_and_left_alone(dsn):
    inconnues = dsn.bloc("87", {"001": "X"}) + dsn.bloc("S21.G01.30", {"001": "Y"})
    lignes = dsn.base(smic="1.00") + inconnues + dsn.base("10.00", mois="022026")

    lecture = dsn.lis(
        dsn.fichier(dsn.declaration(dsn.individu(dsn.contrat(r099="Z"), lignes), mois="022026"))
    )

    assert montants(lecture) == [205000, 1000]
    assert lecture.rejets.is_empty()
    assert lecture.comptes["rubriques_inconnues"] == 2


def test_the_order_of_the_bases_and_of_the_blocks_is_free(dsn):
    individu = dsn.individu(
        dsn.contrat(),
        dsn.base("2050.00", code="04"),
        dsn.base("2050.00", smic="1823.03"),
        dsn.base("2050.00", code="02", cotisations={"049": "2.05"}, rubriques={"007": "0.10"}),
    )

    lue = dsn.lis(dsn.fichier(dsn.declaration(individu))).mois_contrat.row(0, named=True)

    assert (lue["remuneration_cents"], lue["smic_retenu_cents"], lue["fnal_e4"]) == (
        205000,
        182303,
        10,
    )


def test_an_empty_folder_of_files_reads_to_empty_tables(dsn):
    lecture = dsn.lis()

    assert lecture.mois_contrat.is_empty()
    assert "remuneration_cents" in lecture.mois_contrat.columns
    assert lecture.rejets.is_empty()


def test_the_result_depends_on_neither_order_nor_lots_nor_cuts(dsn, monkeypatch):
    fichiers = [
        dsn.fichier(
            dsn.declaration(
                *[dsn.salarie(f"{2000 + i}.00", nir=f"29001990{i:05}") for i in range(20)],
                dsn.individu(dsn.contrat(), dsn.base("x"), nir="1900199001001"),
                mois=mois,
                r004=ordre,
            )
        )
        for mois, ordre in (("012026", "1"), ("022026", "1"), ("022026", "2"))
    ]
    noms = ("a", "b", "c")
    attendu = lu_dans_l_ordre(fichiers, noms)

    monkeypatch.setattr("batchcalc.io.dsn.reader.GARDES", 6000)
    monkeypatch.setattr("batchcalc.io.dsn.tampon.MORCEAU", 700)
    monkeypatch.setattr("batchcalc.io.dsn.tables._CAPACITE", 4)
    monkeypatch.setattr("batchcalc.io.dsn.reader.LOT", 1)

    for autre in (lu_dans_l_ordre(fichiers, noms), lu_dans_l_ordre(fichiers[::-1], noms[::-1])):
        assert autre.mois_contrat.equals(attendu.mois_contrat)
        assert autre.rejets.equals(attendu.rejets)
        assert autre.comptes == attendu.comptes


def lu_dans_l_ordre(fichiers, noms):
    return read_dsn(zip(noms, fichiers, strict=True))


def test_files_read_together_keep_their_own_charset_lines_and_names(dsn):
    def fichier(contrat, nir, montant="1.00"):
        individu = dsn.individu(dsn.contrat(contrat), dsn.base(montant, contrat), nir=nir)
        return dsn.fichier(dsn.declaration(individu, r003=nir[:2]))

    latin, autre = fichier("É1", "1100199001001"), fichier("É2", "1200199001001", "x")
    utf = b"\xef\xbb\xbf" + fichier("É3", "1300199001001").decode("latin-1").encode()

    lecture = dsn.lis(latin, autre, b"<html>", utf)

    assert lecture.mois_contrat.select("fichier", "contrat", "ligne").rows() == [
        ("a.dsn", "É1", latin[: latin.index(b"S21.G00.78.001")].count(b"\n") + 1),
        ("d.dsn", "É3", utf[: utf.index(b"S21.G00.78.001")].count(b"\n") + 1),
    ]
    assert lecture.rejets.select("fichier", "ligne", "code").rows() == [
        ("b.dsn", autre[: autre.index(b"S21.G00.78.004")].count(b"\n") + 1, "montant-invalide"),
        ("c.dsn", None, "page-html"),
    ]
