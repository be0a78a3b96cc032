from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from batchcalc.errors import InputError
from batchcalc.reference.rows import COLUMNS, read_rows


def row(**columns):
    key = {"siret": "00000000000000", "salarie": "DUPONT-1", "contrat": "1", "mois": "2024-01"}
    return {**key, "remuneration": "1900.00", **columns}


def one(*rows):
    [month] = read_rows(rows)
    return month


@pytest.mark.parametrize("empty", [{}, {"fnal": None, "ppv": ""}, {"fnal": " ", "majoration": ""}])
def test_missing_null_and_empty_take_the_default(empty):
    month = one(row(**empty))

    assert (month.fnal_e4, month.ppv_cents, month.majoration) == (10, 0, "aucune")
    assert (month.smic_retenu_cents, month.heures_equivalence_e2) == (None, 3500)


@pytest.mark.parametrize("value", [1900, Decimal("1900"), Decimal("1.9E3"), "1900", " +1900.00 "])
def test_exact_numbers_of_every_kind(value):
    assert one(row(remuneration=value)).remuneration_cents == 1900_00


def test_every_number_is_read_in_its_unit():
    month = one(
        row(
            fnal="0.50",
            quotite_contrat="151.666667",
            heures_supplementaires="-17.3333",
            heures_equivalence="36.25",
            taux_agirc_arrco_employeur="5.01",
            taux_at=Decimal("0.4150"),
        )
    )

    assert month.fnal_e4 == 50
    assert month.quotite_contrat_e6 == 151_666_667
    assert month.heures_supplementaires_e4 == -173_333
    assert month.heures_equivalence_e2 == 3625
    assert (month.taux_agirc_arrco_employeur_e6, month.taux_at_e6) == (50_100, 4150)


@pytest.mark.parametrize(
    "value", ["2024-02", "2024-02-29", date(2024, 2, 17), datetime(2024, 2, 17, 8), " 2024-02 "]
)
def test_any_day_stands_for_its_month(value):
    assert one(row(mois=value)).mois == date(2024, 2, 1)


def test_columns_that_are_not_of_the_contract_are_ignored():
    assert one(row(commentaire=1.5)).remuneration_cents == 1900_00


def test_rows_are_ordered_by_key_and_month():
    months = read_rows(
        [row(mois="2024-02"), row(contrat="2"), row(contrat="10"), row(salarie="ALBERT-1"), row()]
    )

    assert [(m.salarie, m.contrat, m.mois.month) for m in months] == [
        ("ALBERT-1", "1", 1),
        ("DUPONT-1", "1", 1),
        ("DUPONT-1", "1", 2),
        ("DUPONT-1", "10", 1),
        ("DUPONT-1", "2", 1),
    ]


def test_rows_of_one_month_add_amounts_and_hours():
    month = one(
        row(heures_supplementaires=2, remuneration_due=1900, remuneration_habituelle=1900),
        row(remuneration="-100.01", heures_supplementaires=1, fnal="0.50", ppv=5),
        row(remuneration=0, remuneration_due=-200),
    )

    assert month.remuneration_cents == 1799_99
    assert (month.heures_supplementaires_e4, month.ppv_cents, month.fnal_e4) == (30_000, 500, 50)
    assert (month.remuneration_due_cents, month.remuneration_habituelle_cents) == (1700_00, 1900_00)


def test_rows_of_one_month_that_disagree_are_refused():
    with pytest.raises(InputError, match="Column fnal differs") as caught:
        read_rows([row(fnal="0.10"), row(contrat="2"), row(fnal="0.50")])

    assert (caught.value.code, caught.value.line) == ("rows-disagree", 3)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("siret", "1234", "bad-siret"),
        ("siret", 12345678901234, "wrong-type"),
        ("salarie", None, "missing-value"),
        ("contrat", " ", "missing-value"),
        ("mois", "2024-13", "bad-date"),
        ("mois", "20240101", "bad-date"),
        ("mois", 202401, "wrong-type"),
        ("remuneration", "", "missing-value"),
        ("remuneration", 1900.0, "not-exact"),
        ("remuneration", True, "not-exact"),
        ("remuneration", "1 900,00", "not-exact"),
        ("remuneration", "NaN", "not-exact"),
        ("remuneration", Decimal("NaN"), "not-exact"),
        ("remuneration", Decimal("Infinity"), "not-exact"),
        ("remuneration", "1900.005", "too-many-decimals"),
        ("remuneration", "-1900.005", "too-many-decimals"),
        ("remuneration", Decimal("0.10000000000000000000000000000000001"), "too-many-decimals"),
        ("remuneration", "100000000", "out-of-range"),
        ("remuneration", Decimal("1E+999999999"), "out-of-range"),
        ("fnal", "0.30", "bad-value"),
        ("smic_retenu", 1_000_000, "out-of-range"),
        ("quotite_contrat", -1, "out-of-range"),
        ("quotite_reference", 0, "out-of-range"),
        ("quotite_reference", 3000, "out-of-range"),
        ("remuneration_due", 20_000_000, "out-of-range"),
        ("heures_supplementaires", 10_000, "out-of-range"),
        ("heures_equivalence", 0, "out-of-range"),
        ("majoration", "intérim", "bad-value"),
        ("majoration", 1, "wrong-type"),
        ("perimetre", "complet", "bad-value"),
        ("profil", "vrp", "bad-value"),
        ("taux_at", "-0.01", "out-of-range"),
        ("debut_contrat", "01/02/2024", "bad-date"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_and_never_quoted(column, value, code):
    with pytest.raises(InputError) as caught:
        read_rows([row(), row(**{column: value})])

    assert (caught.value.code, caught.value.line) == (code, 2)
    assert caught.value.message.startswith(f"Column {column} ")
    assert value is None or str(value).strip() == "" or str(value) not in caught.value.message


@pytest.mark.parametrize(
    ("columns", "column", "code"),
    [
        ({"remuneration_due": 100}, "remuneration_habituelle", "missing-value"),
        ({"remuneration_habituelle": 100}, "remuneration_due", "missing-value"),
        (
            {"remuneration_due": 1, "remuneration_habituelle": 0},
            "remuneration_habituelle",
            "zero-denominator",
        ),
    ],
)
def test_the_presence_ratio_needs_both_of_its_terms(columns, column, code):
    with pytest.raises(InputError, match=f"Column {column} ") as caught:
        read_rows([row(**columns)])

    assert (caught.value.code, caught.value.line) == (code, 1)


def test_a_missing_required_column_is_named():
    bare = row()
    del bare["contrat"]

    with pytest.raises(InputError, match="Column contrat is required and empty"):
        read_rows([bare])


@pytest.mark.parametrize(
    ("column", "least", "greatest"),
    [
        ("remuneration", "-99999999.99", "99999999.99"),
        ("smic_retenu", "-999999.99", "999999.99"),
        ("quotite_contrat", "0.000000", "2999.999999"),
        ("quotite_reference", "0.000001", "2999.999999"),
        ("remuneration_due", "-19999999.99", "19999999.99"),
        ("remuneration_habituelle", "-19999999.99", "19999999.99"),
        ("heures_supplementaires", "-9999.9999", "9999.9999"),
        ("heures_equivalence", "0.01", "99.99"),
        ("remuneration_sans_dfs", "-99999999.99", "99999999.99"),
        ("ppv", "-99999999.99", "99999999.99"),
        ("taux_agirc_arrco_employeur", "0.0000", "99.9999"),
        ("taux_at", "0.0000", "99.9999"),
        ("cotisations_dues", "-99999999.99", "99999999.99"),
    ],
)
def test_the_bounds_of_a_number_are_within_and_one_unit_beyond_is_not(column, least, greatest):
    presence = {"remuneration_due": 1, "remuneration_habituelle": 1}
    unit = Decimal(1).scaleb(Decimal(least).as_tuple().exponent)
    for bound, beyond in (
        (least, Decimal(least) - unit),
        (greatest, Decimal(greatest) + unit),
    ):
        month = one(row(**{**presence, column: bound}))
        assert getattr(month, COLUMNS[column].field) == Decimal(bound) / unit

        with pytest.raises(InputError) as caught:
            one(row(**{**presence, column: beyond}))
        assert caught.value.code == "out-of-range"


@pytest.mark.parametrize(
    "column",
    [
        "smic_retenu",
        "remuneration_due",
        "remuneration_habituelle",
        "remuneration_sans_dfs",
        "ppv",
        "cotisations_dues",
    ],
)
def test_amounts_of_one_month_add(column):
    presence = {"remuneration_due": 1, "remuneration_habituelle": 1}
    month = one(row(**{**presence, column: 3}), row(**{column: 4}))

    assert getattr(month, COLUMNS[column].field) == 7_00


def test_contract_time_is_whole_by_default():
    month = one(row())

    assert (month.quotite_contrat_e6, month.quotite_reference_e6) == (1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("column", "one_value", "other"),
    [
        ("fnal", "0.10", "0.50"),
        ("quotite_contrat", 28, 35),
        ("perimetre", "general", "exclu"),
        ("taux_at", "0.46", "0.55"),
        ("taux_agirc_arrco_employeur", "5.01", "6.01"),
        ("fin_contrat", "2024-01-15", "2024-02-15"),
    ],
)
def test_what_does_not_add_must_agree(column, one_value, other):
    with pytest.raises(InputError, match=f"Column {column} differs"):
        read_rows([row(**{column: one_value}), row(**{column: other})])


def test_pay_without_dfs_is_pay_in_the_row_that_deducts_none():
    with_dfs, plain = row(remuneration=1000, remuneration_sans_dfs=1200), row(remuneration=100)

    assert one(with_dfs, plain).remuneration_sans_dfs_cents == 1300_00
    assert one(plain, with_dfs).remuneration_sans_dfs_cents == 1300_00
    assert one(plain, plain).remuneration_sans_dfs_cents is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-0.01", "out-of-range"),
        ("0", "bad-value"),
        ("1", "bad-value"),
        ("1.01", "out-of-range"),
    ],
)
def test_a_fnal_rate_is_first_a_rate(value, code):
    with pytest.raises(InputError) as caught:
        one(row(fnal=value))

    assert caught.value.code == code
