"""Which version of a declaration counts, and the totals of its envoi."""

from __future__ import annotations

from datetime import date

import pytest


def montants(lecture) -> list[int]:
    return lecture.mois_contrat["remuneration_cents"].to_list()


@pytest.fixture
def version(dsn):
    def fichier(montant, *, mois="012026", **rubriques):
        salarie = dsn.salarie(montant, mois=mois)
        return dsn.fichier(dsn.declaration(salarie, mois=mois, **rubriques))

    return fichier


@pytest.mark.parametrize("tour", [1, -1])
def test_the_highest_order_number_counts(dsn, version, tour):
    versions = [version("1.00", r004="9"), version("2.00", r002="03", r004="10")]

    lecture = dsn.lis(*versions[::tour])

    assert montants(lecture) == [200]
    assert lecture.comptes["declarations_remplacees"] == 1


def test_the_highest_order_number_counts_inside_one_file(dsn):
    lecture = dsn.lis(
        dsn.fichier(
            dsn.declaration(dsn.salarie("2.00"), r002="03", r004="2"),
            dsn.declaration(dsn.salarie("1.00"), r004="1"),
        )
    )

    assert montants(lecture) == [200]
    assert lecture.rejets.is_empty()


@pytest.mark.parametrize("sans_individu", ["02", "05"])
def test_a_replacement_without_person_leaves_nothing(dsn, version, sans_individu):
    vide = dsn.fichier(dsn.declaration(dsn.etablissement(), r002=sans_individu, r004="2"))

    lecture = dsn.lis(version("1.00"), vide)

    assert montants(lecture) == []
    assert lecture.comptes["declarations_retenues"] == 1


def test_a_cancelling_declaration_leaves_nothing(dsn, version):
    annule = dsn.fichier(dsn.declaration(dsn.salarie("1.00"), r002="04", r004="2"))

    lecture = dsn.lis(version("1.00"), annule, version("3.00", mois="022026"))

    assert montants(lecture) == [300]
    assert lecture.comptes["declarations_annulees"] == 1


def test_without_order_number_the_type_then_the_date_tell(dsn, version):
    assert montants(dsn.lis(version("2.00", r002="03", r004=""), version("1.00", r004=""))) == [200]
    anciennes = version("1.00", r004="", r007="01022026"), version("2.00", r004="", r007="03022026")
    assert montants(dsn.lis(*anciennes)) == [200]
    assert montants(dsn.lis(*anciennes[::-1])) == [200]


def test_two_declarations_that_nothing_tells_apart_count_once_and_it_is_said(dsn, version):
    lecture = dsn.lis(version("1.00"), version("1.00"))

    assert montants(lecture) == [100]
    [rejet] = lecture.rejets.to_dicts()
    assert rejet["code"] == "declaration-en-double"
    assert rejet["mois"] == date(2026, 1, 1)


def test_a_real_declaration_counts_before_a_test_one(dsn, version):
    essai = dsn.fichier(dsn.declaration(dsn.salarie("1.00"), r004="9"), essai="01")

    lecture = dsn.lis(essai, version("2.00"))

    assert montants(lecture) == [200]
    assert lecture.comptes["envois_essai"] == 1


def test_fractions_add_up_and_are_replaced_each_on_its_own(dsn):
    autre = dsn.salarie("4.00", nir="1900199001001")
    lecture = dsn.lis(
        dsn.fichier(dsn.declaration(dsn.salarie("1.00"), r003="12")),
        dsn.fichier(dsn.declaration(autre, r003="22")),
        dsn.fichier(dsn.declaration(dsn.salarie("2.00"), r003="12", r004="2", r002="03")),
    )

    assert sorted(montants(lecture)) == [200, 400]


def test_establishments_months_and_scopes_are_replaced_each_on_its_own(dsn):
    autre = dsn.etablissement(dsn.salarie("2.00"), nic="00025")
    lecture = dsn.lis(
        dsn.fichier(dsn.declaration(dsn.salarie("1.00"), r004="5")),
        dsn.fichier(dsn.declaration(autre, r004="4")),
        dsn.fichier(dsn.declaration(dsn.salarie("3.00", mois="022026"), mois="022026", r004="3")),
        dsn.fichier(dsn.declaration(dsn.salarie("4.00"), r008="03", r004="2")),
    )

    assert sorted(montants(lecture)) == [100, 200, 300, 400]


def test_the_rejects_of_a_replaced_declaration_are_forgotten(dsn, version):
    assert dsn.lis(version("x"), version("2.00", r004="2")).rejets.is_empty()


def test_bordereaux_are_those_of_the_declarations_that_count(dsn):
    premier = dsn.declaration(dsn.bordereau({"668": "100.00"}), dsn.salarie())
    second = dsn.declaration(
        dsn.bordereau({"668": "500.00", "100": "2050.00"}),
        dsn.bordereau({"668": "7.00"}, mois="122025"),
        dsn.salarie(),
        r004="2",
    )

    bordereaux = dsn.lis(dsn.fichier(premier), dsn.fichier(second)).bordereaux

    assert bordereaux.select("siret", "mois", "ctp", "qualifiant", "assiette_cents").rows() == [
        (dsn.siret, date(2025, 12, 1), "668", 921, 700),
        (dsn.siret, date(2026, 1, 1), "100", 921, 205000),
        (dsn.siret, date(2026, 1, 1), "668", 921, 50000),
    ]


# --- Totals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totaux", "code", "dits"),
    [
        ({"lignes": "150"}, "nombre-de-lignes-faux", "150"),
        ({"nombre": "7"}, "nombre-de-declarations-faux", "7"),
    ],
)
def test_a_wrong_total_is_told_with_both_numbers_and_the_data_goes_on(dsn, totaux, code, dits):
    envoi = dsn.envoi(dsn.declaration(dsn.salarie()), **totaux)

    lecture = dsn.lis(dsn.octets(envoi))

    (rejet,) = lecture.rejets.to_dicts()
    compte = str(len(envoi)) if "lignes" in totaux else "1"
    assert (rejet["code"], rejet["valeur"]) == (code, dits)
    assert f"it has {dits} " in rejet["message"]
    assert f"it has {compte}." in rejet["message"]
    assert montants(lecture) == [205000]


def test_a_missing_total_is_told(dsn):
    envoi = dsn.envoi(dsn.declaration(dsn.salarie()))

    lecture = dsn.lis(dsn.octets(envoi[:-1]))

    assert lecture.rejets["code"].to_list() == [
        "nombre-de-lignes-faux",
        "nombre-de-declarations-faux",
    ]
    assert montants(lecture) == [205000]


def test_a_total_that_is_no_number_is_told(dsn):
    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.salarie()), lignes="12X"))

    (rejet,) = lecture.rejets.to_dicts()
    assert (rejet["code"], rejet["colonne"], rejet["valeur"]) == (
        "code-invalide",
        "S90.G00.90.001",
        "12X",
    )
    assert montants(lecture) == [205000]


def test_each_envoi_has_its_own_count(dsn):
    juste = dsn.envoi(dsn.declaration(dsn.salarie()))
    faux = dsn.envoi(dsn.declaration(dsn.salarie(mois="022026"), mois="022026"), lignes="1")

    lecture = dsn.lis(dsn.octets(juste + faux))

    assert lecture.rejets["ligne"].to_list() == [len(juste + faux) - 1]


def test_a_cut_file_loses_its_last_person_and_says_so(dsn):
    premier, second = dsn.salarie("1.00"), dsn.salarie("2.00", nir="1900199001001")
    contenu = dsn.fichier(dsn.declaration(premier, second))

    lecture = dsn.lis(contenu[: contenu.rindex(b"S90.G00.90.001")])

    (rejet,) = lecture.rejets.to_dicts()
    assert (rejet["code"], rejet["fichier"]) == ("envoi-tronque", "a.dsn")
    assert rejet["ligne"] == contenu.count(b"\n") - 2
    assert montants(lecture) == [100]


def test_an_envoi_cut_in_the_middle_of_a_file_is_told_where_it_stops(dsn):
    coupe = dsn.envoi(dsn.declaration(dsn.salarie("1.00")))[:-2]
    suite = dsn.envoi(dsn.declaration(dsn.salarie("2.00", mois="022026"), mois="022026"))

    lecture = dsn.lis(dsn.octets(coupe + suite))

    (rejet,) = lecture.rejets.to_dicts()
    assert (rejet["code"], rejet["ligne"]) == ("envoi-tronque", len(coupe))
    assert montants(lecture) == [200]


def test_an_envoi_without_its_head_is_told_and_its_declaration_read(dsn):
    envoi = dsn.envoi(dsn.declaration(dsn.salarie()))
    debut = envoi.index("S20.G00.05.001,'01'")

    lecture = dsn.lis(dsn.octets(envoi[debut:]))

    assert set(lecture.rejets["code"]) == {"bloc-orphelin"}
    assert montants(lecture) == [205000]
