"""Where each input of the calculation comes from."""

from __future__ import annotations

from datetime import date

import pytest

from batchcalc import schema

JANVIER, FEVRIER = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def lignes(dsn):
    """Rows of a declaration with these persons, as dictionaries; no reject."""

    def rows(*individus, mois="012026"):
        lecture = dsn.lis(dsn.fichier(dsn.declaration(*individus, mois=mois)))
        assert lecture.rejets.is_empty()
        return lecture.mois_contrat.to_dicts()

    return rows


# --- Keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifiants", "salarie"),
    [
        ({"nir": "2A00199001001", "r020": "NTT1", "r019": "M1"}, "2A00199001001"),
        ({"nir": "", "r020": "NTT1", "r019": "M1"}, "NTT1"),
        ({"nir": "", "r019": "M1"}, "M1"),
    ],
)
def test_a_person_is_a_nir_or_else_an_ntt_or_else_a_company_number(
    dsn, lignes, identifiants, salarie
):
    (ligne,) = lignes(dsn.individu(dsn.contrat(), dsn.base(), **identifiants))

    assert ligne["salarie"] == salarie


def test_the_dates_of_a_contract(dsn, lignes):
    (ligne,) = lignes(dsn.individu(dsn.contrat("00001", dsn.fin("15012026")), dsn.base()))

    assert ligne["debut_contrat"] == date(2023, 3, 1)
    assert ligne["fin_contrat"] == date(2026, 1, 15)


def test_a_cancelled_end_is_none(dsn, lignes):
    contrat = dsn.contrat("00001", dsn.fin("15012026"), dsn.fin("15012026", "099"))

    (ligne,) = lignes(dsn.individu(contrat, dsn.base()))

    assert ligne["fin_contrat"] is None


def test_an_end_cancelled_the_month_after_is_none(dsn):
    fini = dsn.individu(dsn.contrat("00001", dsn.fin("15012026")), dsn.base())
    repris = dsn.individu(dsn.contrat("00001", dsn.fin("15012026", "099")), dsn.base(mois="022026"))

    lecture = dsn.lis(
        dsn.fichier(dsn.declaration(fini)), dsn.fichier(dsn.declaration(repris, mois="022026"))
    )

    assert lecture.mois_contrat["fin_contrat"].to_list() == [None, None]


# --- Contracts of bases ---------------------------------------------------------------------------


def test_several_contracts_in_one_versement(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat("00001"),
        dsn.contrat("00002", r001="01012026"),
        dsn.base("1000.00", "00002", smic="900.00"),
        dsn.base("2000.00", "00001", smic="800.00"),
    )

    assert [(ligne["contrat"], ligne["remuneration_cents"]) for ligne in lignes(individu)] == [
        ("00001", 200000),
        ("00002", 100000),
    ]


def test_a_base_without_contract_number_is_of_the_only_contract(dsn, lignes):
    (ligne,) = lignes(dsn.individu(dsn.contrat("00007"), dsn.base(contrat="")))

    assert (ligne["contrat"], ligne["remuneration_cents"]) == ("00007", 205000)


def test_a_base_without_contract_number_is_of_the_only_contract_in_force(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat("00001", dsn.fin("31122025")),
        dsn.contrat("00002", r001="05012026"),
        dsn.base(contrat=""),
    )

    (ligne,) = lignes(individu)

    assert ligne["contrat"] == "00002"


def test_one_number_may_serve_two_periods(dsn):
    base = {"001": "03", "006": "00001"}
    individu = dsn.individu(
        dsn.contrat("00001", dsn.fin("10012026"), r001="01012025"),
        dsn.contrat("00001", r001="15012026"),
        dsn.bloc("78", base | {"002": "01012026", "003": "10012026", "004": "100.00"}),
        dsn.bloc("78", base | {"002": "15012026", "003": "31012026", "004": "200.00"}),
    )

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu)))

    assert lecture.mois_contrat.select("remuneration_cents", "debut_contrat").rows() == [
        (10000, date(2025, 1, 1)),
        (20000, date(2026, 1, 15)),
    ]
    (reunie,) = schema.fusionne(lecture.mois_contrat)[0].to_dicts()
    assert reunie["remuneration_cents"] == 30000


def test_bases_of_one_contract_and_month_add_up(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat(),
        dsn.base("1000.00", smic="900.00", cotisations={"018": "-10.00", "106": "-1.00"}),
        dsn.base("500.00", smic="450.50", cotisations={"018": "-5.00"}),
    )

    (ligne,) = lignes(individu)

    assert ligne["remuneration_cents"] == 150000
    assert ligne["smic_retenu_cents"] == 135050
    assert ligne["reduction_urssaf_declaree_cents"] == -1500
    assert ligne["reduction_agirc_arrco_declaree_cents"] == -100


def test_what_is_under_the_base_of_notaries_counts_where_the_other_has_nothing(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat(),
        dsn.base("2000.00"),
        dsn.base("2000.00", code="19", smic="1800.00", cotisations={"018": "-5.00"}),
    )

    (ligne,) = lignes(individu)

    assert (ligne["remuneration_cents"], ligne["smic_retenu_cents"]) == (200000, 180000)
    assert ligne["reduction_urssaf_declaree_cents"] == -500


# --- Past months ----------------------------------------------------------------------------------


def test_a_base_of_a_past_month_is_a_signed_difference_on_that_month(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat(r014="20", r013="120.00"),
        dsn.base("2100.00", mois="022026"),
        dsn.base("-100.00", smic="-50.00", cotisations={"018": "20.00"}),
    )

    janvier, fevrier = lignes(individu, mois="022026")

    assert (janvier["mois"], fevrier["mois"]) == (JANVIER, FEVRIER)
    assert janvier["remuneration_cents"] == -10000
    assert janvier["smic_retenu_cents"] == -5000
    assert janvier["reduction_urssaf_declaree_cents"] == 2000


def test_a_correction_says_only_amounts_where_the_month_itself_was_read(dsn):
    avant = dsn.contrat(r014="20", r013="75.00")
    apres = dsn.contrat(r014="20", r013="100.00", r022="BTP01", r043="2.00")
    janvier = dsn.declaration(dsn.individu(avant, dsn.base("1000.00")))
    correction = dsn.individu(apres, dsn.base("1500.00", mois="022026"), dsn.base("10.00"))
    fevrier = dsn.declaration(correction, mois="022026")

    lecture = dsn.lis(dsn.fichier(fevrier), dsn.fichier(janvier))

    nulles = dict.fromkeys(("quotite_contrat_e6", "majoration", "taux_at_e6", "fnal_e4"))
    par_fichier = {ligne["ligne"]: ligne for ligne in lecture.mois_contrat.to_dicts()}
    (corrigee,) = [ligne for ligne in par_fichier.values() if ligne["remuneration_cents"] == 1000]
    assert corrigee.items() >= nulles.items()
    bonnes, _, rejetees = schema.fusionne(lecture.mois_contrat)
    assert rejetees.is_empty()
    assert bonnes.select("remuneration_cents", "quotite_contrat_e6", "majoration").rows() == [
        (101000, 75_000_000, None),
        (150000, 100_000_000, "caisse_conges"),
    ]


def test_a_correction_describes_the_contract_where_the_month_itself_was_not_read(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat(r022="BTP01"),
        dsn.base("1500.00", mois="022026"),
        dsn.base("10.00", smic="9.00"),
    )

    assert [ligne["majoration"] for ligne in lignes(individu, mois="022026")] == [
        "caisse_conges",
        "caisse_conges",
    ]


@pytest.mark.parametrize(("etranger", "profil"), [("", None), ("01", None), ("02", "expatrie")])
def test_an_expatriate_has_the_profile_of_one(dsn, lignes, etranger, profil):
    (ligne,) = lignes(dsn.individu(dsn.contrat(r024=etranger), dsn.base()))

    assert ligne["profil"] == profil


@pytest.mark.parametrize(("statut", "taux"), [("", None), ("04", None), ("99", 0)])
def test_without_complementary_pension_the_real_rate_is_0(dsn, lignes, statut, taux):
    (ligne,) = lignes(dsn.individu(dsn.contrat(r003=statut), dsn.base()))

    assert ligne["taux_agirc_arrco_employeur_e6"] == taux


def test_a_journalist_paid_by_the_piece_has_the_profile_of_one(dsn, lignes):
    (ligne,) = lignes(dsn.individu(dsn.contrat(r011="31"), dsn.base()))

    assert ligne["profil"] == "journaliste"


@pytest.mark.parametrize(
    ("type_de_paie", "unite", "profil"),
    [
        ("002", "35", "intermittent_spectacle"),
        ("002", "36", "intermittent_spectacle"),
        ("002", "37", "intermittent_spectacle"),
        ("002", "39", "intermittent_spectacle"),
        ("002", "10", None),
        ("002", "38", None),
        ("001", "35", None),
    ],
)
def test_the_unit_of_activity_tells_an_entertainment_worker(
    dsn, lignes, type_de_paie, unite, profil
):
    paie = dsn.remuneration(type_de_paie, "2050.00") + dsn.activite(unite)

    (ligne,) = lignes(dsn.individu(dsn.contrat(), paie, dsn.base()))

    assert ligne["profil"] == profil


def test_only_the_contract_of_the_activity_is_one_of_entertainment(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat("00001"),
        dsn.contrat("00002", r001="01012026"),
        dsn.remuneration("002", "10.00") + dsn.activite("10"),
        dsn.remuneration("002", "20.00", contrat="00002") + dsn.activite("39"),
        dsn.base("10.00"),
        dsn.base("20.00", "00002"),
    )

    assert [ligne["profil"] for ligne in lignes(individu)] == [None, "intermittent_spectacle"]


def test_pay_for_unemployment_insurance_tells_nothing_else(dsn, lignes):
    """Nothing of it enters the calculation: faults of it are none, nor is a contract nobody has."""
    fausse = dsn.remuneration("002", "x") + dsn.activite("10")
    autre = dsn.remuneration("002", "1.00", contrat="00009", mois="122025")

    (ligne,) = lignes(dsn.individu(dsn.contrat(), fausse, autre, dsn.base()))

    assert (ligne["remuneration_cents"], ligne["profil"]) == (205000, None)


def test_a_lone_correction_without_smic_term_is_refused(dsn):
    """Its pay is a difference: against the SMIC of a whole month it would earn too much."""
    individu = dsn.individu(dsn.contrat(), dsn.base("1500.00", mois="022026"), dsn.base("10.00"))

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu, mois="022026")))

    assert lecture.mois_contrat["mois"].to_list() == [FEVRIER]
    [rejet] = lecture.rejets.to_dicts()
    assert (rejet["code"], rejet["mois"].isoformat()) == ("correction-isolee", "2026-01-01")


def test_an_empty_base_of_a_past_month_is_a_habit_of_software(dsn):
    individu = dsn.individu(dsn.contrat(), dsn.base("1500.00", mois="022026"), dsn.base("0.00"))

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu, mois="022026")))

    assert lecture.mois_contrat["mois"].to_list() == [FEVRIER]
    assert lecture.comptes["bases_nulles"] == 1


def test_a_base_of_zero_for_the_month_itself_stays(dsn, lignes):
    (ligne,) = lignes(dsn.individu(dsn.contrat(), dsn.base("0.00")))

    assert ligne["remuneration_cents"] == 0


# --- Pay ------------------------------------------------------------------------------------------


def test_presence_and_overtime(dsn, lignes):
    individu = dsn.individu(
        dsn.contrat(),
        dsn.remuneration("028", "1406.44"),
        dsn.remuneration("029", "2210.00"),
        dsn.remuneration("017", "150.00", "10.25"),
        dsn.remuneration("018", "200.00", "17.33"),
        dsn.remuneration("036", "20.00", "1.00"),
        dsn.remuneration("001", "2210.00"),
        dsn.base(),
    )

    (ligne,) = lignes(individu)

    assert ligne["remuneration_due_cents"] == 140644
    assert ligne["remuneration_habituelle_cents"] == 221000
    assert ligne["heures_supplementaires_e4"] == 265800


def test_type_036_without_hours_takes_none_away(dsn, lignes):
    (ligne,) = lignes(dsn.individu(dsn.contrat(), dsn.remuneration("036", "2050.00"), dsn.base()))

    assert ligne["heures_supplementaires_e4"] is None


@pytest.mark.parametrize("type_de_paie", ["012", "023"])
def test_hours_whose_unit_nothing_tells_are_not_read(dsn, lignes, type_de_paie):
    """Of 012 nothing says whether they are weekly or already raised, of 023 whether days or hours.

    They change S only where the employer declares no 79 type 01.
    """
    paie = dsn.remuneration(type_de_paie, "150.00", "14.00")

    (ligne,) = lignes(dsn.individu(dsn.contrat(), paie, dsn.base()))

    assert (ligne["heures_supplementaires_e4"], ligne["heures_equivalence_e2"]) == (None, None)


@pytest.mark.parametrize("type_de_prime", ["904", "905", "906"])
def test_ppv_is_of_the_month_declared(dsn, lignes, type_de_prime):
    prime = dsn.bloc(
        "52", {"001": type_de_prime, "002": "500.00", "003": "01122025", "006": "00001"}
    )

    (ligne,) = lignes(dsn.individu(dsn.contrat(), prime, dsn.base()))

    assert ligne["ppv_cents"] == 50000


def test_a_ppv_without_base_is_a_month_without_pay(dsn, lignes):
    prime = dsn.bloc("52", {"001": "904", "002": "500.00", "006": "00001"})

    (ligne,) = lignes(dsn.individu(dsn.contrat(), prime))

    assert (ligne["mois"], ligne["remuneration_cents"], ligne["ppv_cents"]) == (JANVIER, 0, 50000)


def test_pay_without_dfs(dsn, lignes):
    dfs = dsn.bloc("54", {"001": "10", "002": "400.00", "005": "00001"})
    frais = dsn.bloc("54", {"001": "35", "002": "150.00", "005": "00001"})
    titres = dsn.bloc("54", {"001": "17", "002": "66.00"})

    (ligne,) = lignes(dsn.individu(dsn.contrat(), dfs, frais, titres, dsn.base("1800.00")))

    assert ligne["remuneration_sans_dfs_cents"] == 205000


def test_dfs_is_of_its_period(dsn, lignes):
    dfs = dsn.bloc("54", {"001": "10", "002": "9.00", "003": "01012026", "005": "00001"})
    bases = dsn.base("1.00", smic="1.00"), dsn.base("2.00", mois="022026")

    janvier, fevrier = lignes(dsn.individu(dsn.contrat(), dfs, *bases), mois="022026")

    assert janvier["remuneration_sans_dfs_cents"] == 1000
    assert fevrier["remuneration_sans_dfs_cents"] is None


# --- Size class -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "taux", "fnal"),
    [("02", "", 10), ("03", "", 50), ("03", "0.10", 10), ("02", "0.500", 50)],
)
def test_fnal_from_the_rate_or_the_base_of_code_049(dsn, lignes, code, taux, fnal):
    rubriques = {"007": taux} if taux else {}
    fnal_declare = dsn.base(code=code, cotisations={"049": "2.00"}, rubriques=rubriques)
    autres = [] if code == "03" else [dsn.base()]

    (ligne,) = lignes(dsn.individu(dsn.contrat(), fnal_declare, *autres))

    assert ligne["fnal_e4"] == fnal


@pytest.mark.parametrize(("ctp", "fnal"), [("332", 10), ("236", 50)])
def test_fnal_from_the_bordereau_of_the_month(dsn, lignes, ctp, fnal):
    (ligne,) = lignes(dsn.bordereau({"100": "1.00", ctp: "2050.00"}), dsn.salarie())

    assert ligne["fnal_e4"] == fnal


def test_fnal_from_other_contracts_of_the_month_then_of_the_year(dsn):
    declare = dsn.salarie(nir="1900199001001", cotisations={"049": "2.00"})
    janvier = dsn.declaration(dsn.salarie(), declare)
    fevrier = dsn.declaration(dsn.salarie(mois="022026"), mois="022026")
    avant = dsn.declaration(dsn.salarie(mois="122025"), mois="122025")

    lecture = dsn.lis(*(dsn.fichier(lue) for lue in (avant, janvier, fevrier)))

    assert lecture.mois_contrat.filter(salarie=dsn.nir)["fnal_e4"].to_list() == [None, 50, 50]


def test_fnal_is_not_guessed_where_the_others_disagree(dsn, lignes):
    (ligne,) = lignes(dsn.bordereau({"332": "1.00", "236": "1.00"}), dsn.salarie())

    assert ligne["fnal_e4"] is None


# --- Contract -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rubriques", "apet", "majoration"),
    [
        ({}, "6201Z", None),
        ({"r007": "03"}, "6201Z", "interim"),
        ({"r007": "08"}, "6201Z", "interim"),
        ({"r046": "90012345900025"}, "7820Z", "interim"),
        ({"r046": "90012345900025"}, "6201Z", None),
        ({"r022": "BTP01"}, "4120A", "caisse_conges"),
        ({"r022": "BTP01", "r007": "03"}, "4120A", "interim"),
    ],
)
def test_majoration(dsn, lignes, rubriques, apet, majoration):
    individu = dsn.individu(dsn.contrat(**rubriques), dsn.base())

    (ligne,) = lignes(dsn.etablissement(individu, r002=apet))

    assert ligne["majoration"] == majoration


@pytest.mark.parametrize(
    ("rubriques", "contrat", "reference"),
    [
        ({}, None, None),
        ({"r014": "20", "r013": "120.00"}, 120_000_000, 151_670_000),
        ({"r014": "20", "r013": "120.00", "r012": "151.66"}, 120_000_000, 151_660_000),
        # 39 hours a week: legal time is 35.
        ({"r014": "20", "r013": "130.00", "r012": "169.00"}, 130_000_000, 151_670_000),
        ({"r013": "169.00", "r012": "169.00"}, None, None),
        # 32 hours a week for all: collective time below the legal one.
        ({"r013": "138.67", "r012": "138.67"}, 138_670_000, 151_670_000),
        # Hours of a week, which the norm does not provide for.
        ({"r014": "20", "r013": "28.00", "r012": "35.00"}, 28_000_000, 35_000_000),
        ({"r011": "", "r014": "", "r013": "120.00"}, 120_000_000, 151_670_000),
        ({"r011": "12", "r014": "20", "r013": "10.00", "r012": "20.00"}, 10_000_000, 20_000_000),
        # 18.17 days a month are 218 a year; 15.00 are 180; 214.00 are of a year.
        ({"r011": "20", "r012": "18.17", "r013": "18.16"}, 218_000_000, 218_000_000),
        ({"r011": "20", "r012": "18.16", "r013": "15.00"}, 180_000_000, 218_000_000),
        ({"r011": "20", "r012": "218.00", "r013": "214.00"}, 214_000_000, 218_000_000),
        ({"r011": "21", "r014": "20", "r013": "100.00"}, 1_200_000_000, 1_607_000_000),
        ({"r011": "31", "r014": "20", "r013": "1.00", "r012": "2.00"}, None, None),
        ({"r014": "20", "r013": "100.00", "r012": "0.00"}, None, None),
    ],
)
def test_contract_time(dsn, lignes, rubriques, contrat, reference):
    (ligne,) = lignes(dsn.individu(dsn.contrat(**rubriques), dsn.base()))

    assert (ligne["quotite_contrat_e6"], ligne["quotite_reference_e6"]) == (contrat, reference)


@pytest.mark.parametrize(
    ("rubriques", "taux"),
    [
        ({"r040": "723PA", "r043": "1.20"}, 12_000),
        ({"r043": "0.34"}, 3_400),
        ({"r040": "999ZZ", "r043": "1.20"}, None),
        ({"r040": "999ZZB", "r043": "1.20"}, None),
        ({"r039": "300", "r043": "1.20"}, None),
        ({"r039": "200", "r043": "0.00"}, None),
    ],
)
def test_the_rate_of_work_accidents(dsn, lignes, rubriques, taux):
    (ligne,) = lignes(dsn.individu(dsn.contrat(**rubriques), dsn.base()))

    assert ligne["taux_at_e6"] == taux


# --- Scope ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rubriques", "motif"),
    [
        ({"r007": "80"}, "mandat_social"),
        ({"r007": "81"}, "mandat_elu"),
        ({"r007": "29"}, "stage"),
        ({"r007": "10"}, "droit_public"),
        ({"r007": "50"}, "fonction_publique"),
        ({"r007": "70"}, "esat"),
        ({"r008": "92"}, "stage"),
        ({"r007": "91"}, "marin"),
        ({"r007": "92"}, "marin"),
        ({"r007": "32"}, "appui_projet_entreprise"),
        ({"r007": "60"}, "engagement_educatif"),
        ({"r007": "90"}, "autre_contrat"),
        ({"r007": "82", "r008": "61"}, None),
    ],
)
def test_contracts_out_of_scope(dsn, lignes, rubriques, motif):
    (ligne,) = lignes(dsn.individu(dsn.contrat(**rubriques), dsn.base()))

    assert ligne["motif_exclusion"] == motif
    assert ligne["perimetre"] == ("exclu" if motif else None)


MALADIE, VIEILLESSE = "r018", "r020"


@pytest.mark.parametrize(
    ("rubrique", "codes", "motif"),
    [
        (MALADIE, "134 135 141 144 145 146 147", "regime_special"),
        (VIEILLESSE, "134 135 141 144 145 147 158 159 160", "regime_special"),
        (MALADIE, "136", "marin"),
        (VIEILLESSE, "136", "marin"),
        (MALADIE, "137", "mines"),
        (VIEILLESSE, "137", "mines"),
        (MALADIE, "138", "militaire"),
        (MALADIE, "140", "notaires"),
        (VIEILLESSE, "140", "notaires"),
        (MALADIE, "149", "culte"),
        (VIEILLESSE, "149", "culte"),
        (MALADIE, "300", "regime_agricole"),
        (VIEILLESSE, "300", "regime_agricole"),
        (MALADIE, "400", "banque_de_france"),
        (VIEILLESSE, "139", "banque_de_france"),
        (VIEILLESSE, "120 121 122 995", "fonction_publique"),
        (VIEILLESSE, "157", "avocat"),
        (MALADIE, "900", "collectivite_outre_mer"),
        (VIEILLESSE, "900", "collectivite_outre_mer"),
        (VIEILLESSE, "904", "monaco"),
        (VIEILLESSE, "905", "mayotte"),
        (MALADIE, "909", "non_assujetti"),
        (VIEILLESSE, "909", "non_assujetti"),
        (VIEILLESSE, "994", "praticien_hospitalier"),
        (VIEILLESSE, "997", "stage"),
        (VIEILLESSE, "998", "mandat_elu"),
        (MALADIE, "999", "sans_regime"),
        (VIEILLESSE, "999", "sans_regime"),
        (MALADIE, "123", "regime_inconnu"),
        (VIEILLESSE, "123", "regime_inconnu"),
    ],
)
def test_another_scheme_than_the_general_one_is_not_computed_as_general(
    dsn, lignes, rubrique, codes, motif
):
    generaux = {MALADIE: "200", VIEILLESSE: "200"}
    for code in codes.split():
        contrat = dsn.contrat(**(generaux | {rubrique: code}))

        (ligne,) = lignes(dsn.individu(contrat, dsn.base()))

        assert (ligne["perimetre"], ligne["motif_exclusion"]) == ("exclu", motif)
        assert ligne["profil"] is None


@pytest.mark.parametrize(
    "rubriques",
    [
        {},
        {MALADIE: "200"},
        {VIEILLESSE: "200"},
        {MALADIE: "200", VIEILLESSE: "200"},
        # An apprentice, a frontier worker, someone posted abroad, the local scheme of Alsace.
        {MALADIE: "200", VIEILLESSE: "200", "r008": "64"},
        {MALADIE: "200", VIEILLESSE: "200", "r024": "03"},
        {MALADIE: "200", VIEILLESSE: "200", "r024": "01"},
        {MALADIE: "200", VIEILLESSE: "200", "r016": "01"},
    ],
)
def test_the_general_scheme_is_in_scope_and_so_is_one_that_is_not_told(dsn, lignes, rubriques):
    (ligne,) = lignes(dsn.individu(dsn.contrat(**rubriques), dsn.base()))

    assert (ligne["perimetre"], ligne["motif_exclusion"]) == (None, None)


@pytest.mark.parametrize(
    ("etranger", "maladie", "vieillesse", "profil", "motif"),
    [
        ("02", "909", "909", "expatrie", None),
        ("02", "999", "996", "expatrie", None),
        ("02", "999", "999", "expatrie", None),
        ("99", "999", "996", "expatrie", None),
        ("02", "200", "200", "expatrie", None),
        ("02", "134", "134", "expatrie", "regime_special"),
        ("02", "999", "998", "expatrie", "mandat_elu"),
        ("99", "999", "999", None, "sans_regime"),
        ("01", "909", "909", None, "non_assujetti"),
    ],
)
def test_an_expatriate_has_no_scheme_and_stays_in_scope(
    dsn, lignes, etranger, maladie, vieillesse, profil, motif
):
    contrat = dsn.contrat(r024=etranger, r018=maladie, r020=vieillesse)

    (ligne,) = lignes(dsn.individu(contrat, dsn.base()))

    assert (ligne["profil"], ligne["motif_exclusion"]) == (profil, motif)


@pytest.mark.parametrize(
    ("mois", "maladie", "vieillesse", "bandeaux"),
    [
        ("012026", "134", "134", "regime_special"),
        ("012026", "135", "135", "regime_special"),
        ("012026", "147", "147", "regime_special"),
        # Nothing says so before 2026, of other schemes, or of who has the scheme of one risk only.
        ("122025", "134", "134", None),
        ("012026", "144", "144", None),
        ("012026", "147", "200", None),
        ("012026", "200", "135", None),
        ("012026", "134", "135", None),
        ("012026", "134", "", None),
    ],
)
def test_statutory_staff_keep_the_reduced_rates_of_2026(
    dsn, lignes, mois, maladie, vieillesse, bandeaux
):
    contrat = dsn.contrat(r018=maladie, r020=vieillesse)

    (ligne,) = lignes(dsn.individu(contrat, dsn.base(mois=mois)), mois=mois)

    assert (ligne["perimetre"], ligne["motif_exclusion"]) == ("exclu", "regime_special")
    assert ligne["regime_bandeaux"] == bandeaux


def test_another_reason_takes_the_reduced_rates_of_statutory_staff_away(dsn, lignes):
    contrat = dsn.contrat(r007="80", r018="134", r020="134")

    (ligne,) = lignes(dsn.individu(contrat, dsn.base()))

    assert (ligne["motif_exclusion"], ligne["regime_bandeaux"]) == ("mandat_social", None)


@pytest.mark.parametrize(
    ("crpcen", "motif"), [("2000.00", "notaires"), ("-5.00", "notaires"), ("0.00", None)]
)
def test_the_base_of_notaries_tells_their_staff(dsn, lignes, crpcen, motif):
    individu = dsn.individu(
        dsn.contrat("00001"),
        dsn.contrat("00002", r001="01012026"),
        dsn.base("2000.00"),
        dsn.base(crpcen, code="19"),
        dsn.base("2000.00", "00002"),
    )

    assert [ligne["motif_exclusion"] for ligne in lignes(individu)] == [motif, None]


def test_a_scheme_entered_since_does_not_exclude_the_months_before(dsn):
    """What the declaration of the month says of the contract holds, also of its scheme."""
    janvier = dsn.declaration(dsn.salarie())
    bases = dsn.base("2050.00", mois="022026"), dsn.base("10.00")
    agricole = dsn.contrat(r018="300", r020="300")
    fevrier = dsn.declaration(dsn.individu(agricole, *bases), mois="022026")

    lecture = dsn.lis(dsn.fichier(janvier), dsn.fichier(fevrier))

    bonnes, _, rejetees = schema.fusionne(lecture.mois_contrat)
    assert rejetees.is_empty()
    assert bonnes.select("remuneration_cents", "perimetre", "motif_exclusion").rows() == [
        (206000, None, None),
        (205000, "exclu", "regime_agricole"),
    ]


def test_a_month_out_of_scope_stays_so_where_a_correction_says_otherwise(dsn):
    janvier = dsn.declaration(dsn.individu(dsn.contrat(r018="300"), dsn.base()))
    bases = dsn.base("2050.00", mois="022026"), dsn.base("10.00")
    fevrier = dsn.declaration(dsn.individu(dsn.contrat(), *bases), mois="022026")

    lecture = dsn.lis(dsn.fichier(janvier), dsn.fichier(fevrier))

    bonnes, _, rejetees = schema.fusionne(lecture.mois_contrat)
    assert rejetees.is_empty()
    assert bonnes["motif_exclusion"].to_list() == ["regime_agricole", None]


@pytest.mark.parametrize("code_postal", ["97600", "97660"])
def test_mayotte_is_out_of_scope(dsn, lignes, code_postal):
    (ligne,) = lignes(dsn.etablissement(dsn.salarie(), r004=code_postal))

    assert (ligne["perimetre"], ligne["motif_exclusion"]) == ("exclu", "mayotte")


@pytest.mark.parametrize(
    ("code", "motif", "bandeaux"),
    [
        ("001", "apprentissage", None),
        ("002", "apprentissage", None),
        ("003", "apprentissage_public", None),
        ("008", "professionnalisation", None),
        ("009", "association_intermediaire", None),
        ("010", "ber", None),
        ("011", "acre", None),
        ("012", "lodeom", "exoneration"),
        ("110", "lodeom", "exoneration"),
        ("112", "lodeom", "exoneration"),
        ("113", "lodeom", "exoneration"),
        ("013", "aide_a_domicile", "exoneration"),
        ("111", "aide_a_domicile", "exoneration"),
        ("014", "jei", None),
        ("015", "zfu", "exoneration"),
        ("016", "zrr", "exoneration"),
        ("020", "zrr", "exoneration"),
        ("017", "aide_sociale", None),
        ("019", "zrd", "exoneration"),
        ("025", "aci", None),
        ("027", "cuma", None),
        ("028", "to_de", "exoneration"),
        ("090", "accueillant_familial", None),
        ("094", "sicae", None),
        ("911", "viticulture", None),
        ("916", "zfrr", "exoneration"),
    ],
)
def test_another_exemption_excludes_the_month(dsn, code, motif, bandeaux):
    individu = dsn.individu(dsn.contrat(), dsn.base(cotisations={code: "-50.00", "018": "-1.00"}))

    lecture = dsn.lis(dsn.fichier(dsn.declaration(individu)))

    (ligne,) = lecture.mois_contrat.to_dicts()
    assert (ligne["perimetre"], ligne["motif_exclusion"]) == ("exclu", motif)
    assert ligne["regime_bandeaux"] == bandeaux
    assert lecture.comptes["exclus_avec_reduction"] == 1


@pytest.mark.parametrize("code", ["021", "023", "044", "089", "109", "114", "910", "914"])
def test_a_reduction_that_goes_with_the_general_one_excludes_nothing(dsn, lignes, code):
    individu = dsn.individu(dsn.contrat(), dsn.base(cotisations={code: "-5.00", "018": "-1.00"}))

    (ligne,) = lignes(individu)

    assert (ligne["perimetre"], ligne["motif_exclusion"]) == (None, None)


def test_an_exemption_of_nothing_excludes_nothing(dsn, lignes):
    base = dsn.base() + dsn.bloc("81", {"001": "012", "003": "0.00", "004": "0.00"})

    (ligne,) = lignes(dsn.individu(dsn.contrat(), base))

    assert ligne["perimetre"] is None


def test_an_exemption_in_a_correction_excludes_its_month(dsn):
    janvier = dsn.declaration(dsn.salarie())
    base = dsn.base("2050.00", mois="022026")
    correction = dsn.base("0.00", cotisations={"012": "-50.00", "018": "50.00"})
    fevrier = dsn.declaration(dsn.individu(dsn.contrat(), base, correction), mois="022026")

    lecture = dsn.lis(dsn.fichier(janvier), dsn.fichier(fevrier))

    bonnes, _, rejetees = schema.fusionne(lecture.mois_contrat)
    assert rejetees.is_empty()
    assert bonnes.select("mois", "motif_exclusion", "perimetre", "regime_bandeaux").rows() == [
        (JANVIER, "lodeom", "exclu", "exoneration"),
        (FEVRIER, None, None, None),
    ]


@pytest.mark.parametrize("dispositif", ["64", "65", "81"])
@pytest.mark.parametrize(
    ("mois", "perimetre", "motif"),
    [
        ("122018", "exclu", "apprenti_2018"),
        ("012019", "complet_2019", None),
        ("122019", "complet_2019", None),
        ("012020", None, None),
    ],
)
def test_apprentices(dsn, lignes, dispositif, mois, perimetre, motif):
    individu = dsn.individu(dsn.contrat(r008=dispositif, r001="01092018"), dsn.base(mois=mois))

    (ligne,) = lignes(individu, mois=mois)

    assert (ligne["perimetre"], ligne["motif_exclusion"]) == (perimetre, motif)


def test_overseas_employers_have_the_whole_scope_at_once_in_2019(dsn, lignes):
    individu = dsn.individu(dsn.contrat(r001="01092018"), dsn.base(mois="012019"))

    (ligne,) = lignes(dsn.etablissement(individu, r004="97400"), mois="012019")

    assert ligne["perimetre"] == "complet_2019"


def test_what_is_read_passes_the_checks_of_the_canonical_table(dsn):
    lecture = dsn.lis(dsn.fichier(dsn.declaration(dsn.salarie(smic="1823.03"))))

    bonnes, rejetees = schema.controle(
        lecture.mois_contrat, premier_mois=date(2018, 1, 1), dernier_mois=date(2026, 12, 1)
    )

    assert rejetees.is_empty()
    assert bonnes.height == 1
