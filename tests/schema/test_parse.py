"""Cells, as text and typed, into physical columns."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchcalc.schema import COLONNES, ORIGINE, REJETS, normalise


def read(frame, physical):
    good, rejects, _ = normalise(frame)
    assert rejects.is_empty()
    return good[physical].to_list()


def fault(frame):
    good, rejects, _ = normalise(frame)
    assert good.is_empty()
    assert rejects.schema == REJETS
    return rejects.select("colonne", "code", "valeur").row(0)


def test_columns_of_the_table_and_no_other(table):
    frame, _, _ = normalise(table(ppv=None))
    required = [column.physique for column in COLONNES if column.requise]
    assert frame.columns == [*required, "ppv_cents", *ORIGINE]
    types = {"fichier": pl.String, "ligne": pl.UInt32, "mois": pl.Date, "siret": pl.String}
    assert {name: frame.schema[name] for name in types} == types
    numbers = {c.physique for c in COLONNES if c.numerique} & set(frame.columns)
    assert {frame.schema[name] for name in numbers} == {pl.Int64()}


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2024, 2, 29), date(2099, 12, 31), None])
def test_a_month_is_its_first_day_in_and_out_of_the_table_of_days(table, day):
    frame, _, _ = normalise(table(mois=pl.Series([date(2026, 1, 31), day], dtype=pl.Date)))
    assert frame["mois"].to_list() == [date(2026, 1, 1), day and day.replace(day=1)]


@pytest.mark.parametrize("dtype", [pl.Decimal(38, 2), pl.Decimal(18, 1), pl.Int64, pl.Int8])
def test_numbers_of_any_width_are_the_same_amounts(table, dtype):
    pays = pl.Series([100, -12, 0, None]).cast(dtype)
    frame, rejects, _ = normalise(table(remuneration=pays, ppv=pays))
    assert rejects.is_empty()
    assert frame["ppv_cents"].to_list() == [10_000, -1_200, 0, None]


def test_one_number_too_long_does_not_change_the_others(table):
    pays = pl.Series(["1.50", "9" * 20, "-2.25"]).cast(pl.Decimal(38, 2))
    frame, rejects, _ = normalise(table(remuneration=pays))
    assert frame["remuneration_cents"].to_list() == [150, -225]
    assert rejects["code"].to_list() == ["hors-bornes"]
    frame, rejects, _ = normalise(table(remuneration=pl.Series([-(2**63), 3])))
    assert frame["remuneration_cents"].to_list() == [300]
    assert rejects["code"].to_list() == ["hors-bornes"]


def test_required_columns(table):
    frame, _, _ = normalise(table())
    assert frame.select("siret", "salarie", "contrat", "mois", "remuneration_cents").row(0) == (
        "00000000000001",
        "S-1",
        "00001",
        date(2026, 1, 1),
        180180,
    )


def test_order_and_origin_are_kept(table):
    frame, rejects, _ = normalise(table(remuneration=["1", "x", "3", "4"]))
    assert frame.select("remuneration_cents", "ligne").rows() == [(100, 2), (300, 4), (400, 5)]
    assert rejects.select("fichier", "ligne").rows() == [("f.csv", 3)]


def test_without_origin_rows_are_numbered(table):
    frame, _, _ = normalise(table(remuneration=["1", "2"]).drop("fichier", "ligne"))
    assert frame.select("fichier", "ligne").rows() == [(None, 1), (None, 2)]


def test_lazy_frames_and_empty_frames(table):
    frame, rejects, _ = normalise(table().lazy().limit(0))
    assert frame.is_empty()
    assert rejects.is_empty()
    assert frame.schema == normalise(table())[0].schema


# --- Text -----------------------------------------------------------------------------------------

AMOUNTS = {
    "0": 0,
    "-0": 0,
    "1801.80": 180180,
    "1801,80": 180180,
    "1801.8": 180180,
    "1801": 180180 - 80,
    " 5 ": 500,
    "-3,05": -305,
    "007": 700,
    "12.5000": 1250,
    "999999999999.99": 99999999999999,
    "-999999999999.99": -99999999999999,
}


@pytest.mark.parametrize(("text", "cents"), AMOUNTS.items())
def test_amount(table, text, cents):
    assert read(table(remuneration=text), "remuneration_cents") == [cents]


def test_one_untidy_cell_changes_nothing_for_the_others(table):
    assert read(table(remuneration=list(AMOUNTS)), "remuneration_cents") == list(AMOUNTS.values())


@pytest.mark.parametrize("text", ["x", "1.2.3", "1,2,3", "--1", "1-", "+1", "1e3", "1 234", "1_0"])
def test_unreadable_amount(table, text):
    assert fault(table(remuneration=text)) == ("remuneration", "montant-illisible", text)


@pytest.mark.parametrize("text", [".5", "5.", "-", ".", "٣", "0x1", "NaN", "inf", "12€", "'1"])
def test_more_unreadable_amounts(table, text):
    assert fault(table(remuneration=["1,5", text][1:]))[1] == "montant-illisible"


@pytest.mark.parametrize("text", ["1.234", "0.001", "-1,005", "1.000000000000000000000000001"])
def test_money_is_never_rounded(table, text):
    assert fault(table(remuneration=text))[:2] == ("remuneration", "trop-de-decimales")


@pytest.mark.parametrize("text", ["1234567890123", "-1000000000000.5", "9" * 40])
def test_too_many_digits(table, text):
    assert fault(table(remuneration=text))[:2] == ("remuneration", "hors-bornes")


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_empty_cells_are_null(table, empty):
    frame = table(ppv=[empty, "1"], mois=[empty, "2026-01"], majoration=[empty, "interim"])
    assert read(frame, "ppv_cents") == [None, 100]
    assert read(frame, "mois") == [None, date(2026, 1, 1)]
    assert read(frame, "majoration") == [None, "interim"]


@pytest.mark.parametrize(
    ("column", "text", "physical", "value"),
    [
        ("fnal", "0.10", "fnal_e4", 10),
        ("fnal", "0,5", "fnal_e4", 50),
        ("fnal", "0.1", "fnal_e4", 10),
        ("quotite_contrat", "151.666667", "quotite_contrat_e6", 151666667),
        ("quotite_reference", "35", "quotite_reference_e6", 35000000),
        ("heures_supplementaires", "17.3333", "heures_supplementaires_e4", 173333),
        ("heures_equivalence", "36,25", "heures_equivalence_e2", 3625),
        ("taux_agirc_arrco_employeur", "5.01", "taux_agirc_arrco_employeur_e6", 50100),
        ("taux_at", "0.4600", "taux_at_e6", 4600),
        ("smic_retenu", "1823.03", "smic_retenu_cents", 182303),
    ],
)
def test_scales(table, column, text, physical, value):
    assert read(table(**{column: text}), physical) == [value]


def test_number_that_is_no_amount(table):
    assert fault(table(taux_at="x"))[:2] == ("taux_at", "nombre-illisible")
    assert fault(table(taux_at="0.46001"))[:2] == ("taux_at", "trop-de-decimales")


@pytest.mark.parametrize("text", ["2026-01", "2026-01-31", " 2026-01 ", "2026-01-01"])
def test_month(table, text):
    assert read(table(mois=["2026-01", text]), "mois") == [date(2026, 1, 1)] * 2


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-01", "-2026-01", "2026-02-30", "01/2026", "x"]
)
def test_unreadable_month(table, text):
    assert fault(table(mois=text)) == ("mois", "mois-illisible", text)


def test_days_of_the_contract_are_kept(table):
    frame = table(debut_contrat="2026-01-15", fin_contrat="2026-03")
    assert read(frame, "debut_contrat") == [date(2026, 1, 15)]
    assert read(frame, "fin_contrat") == [date(2026, 3, 1)]
    assert fault(table(fin_contrat="soon"))[:2] == ("fin_contrat", "mois-illisible")


def test_blanks_around_text(table):
    frame = table(salarie=[" S 1 ", "\u00a0S-2"], contrat=["1", "2 "], siret=" 00000000000001\t")
    assert read(frame, "salarie") == ["S 1", "S-2"]
    assert read(frame, "contrat") == ["1", "2"]
    assert read(frame, "siret") == ["00000000000001"] * 2


# --- Typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int64, pl.UInt64, pl.Int128, pl.Float64])
def test_whole_numbers(table, dtype):
    values = pl.Series([7, None, 0], dtype=dtype)
    assert read(table(ppv=values), "ppv_cents") == [700, None, 0]


@pytest.mark.parametrize(
    ("value", "dtype", "code"),
    [
        (10**12, pl.Int64, "hors-bornes"),
        (-(10**12), pl.Int64, "hors-bornes"),
        (2**64 - 1, pl.UInt64, "hors-bornes"),
        (Decimal("1.005"), pl.Decimal(18, 4), "trop-de-decimales"),
        (Decimal("1e12"), pl.Decimal(38, 2), "hors-bornes"),
        (1.005, pl.Float64, "trop-de-decimales"),
        (0.1 + 0.2, pl.Float64, "trop-de-decimales"),
        (float("nan"), pl.Float64, "montant-illisible"),
        (float("inf"), pl.Float64, "montant-illisible"),
    ],
)
def test_typed_values_that_are_no_amount(table, value, dtype, code):
    assert fault(table(remuneration=pl.Series([value], dtype=dtype)))[1] == code


@pytest.mark.parametrize("dtype", [pl.Decimal(6, 1), pl.Decimal(18, 2), pl.Decimal(38, 20)])
def test_decimals(table, dtype):
    values = pl.Series([Decimal("1801.8"), None, Decimal("-0.5")], dtype=dtype)
    assert read(table(ppv=values), "ppv_cents") == [180180, None, -50]


def test_dates_and_datetimes(table):
    for values in (
        pl.Series([date(2026, 1, 31)]),
        pl.Series([datetime(2026, 1, 31, 23, 59)]),
        pl.Series([datetime(2026, 1, 31, 23, 30)]).dt.replace_time_zone("Europe/Paris"),
    ):
        assert read(table(mois=values), "mois") == [date(2026, 1, 1)]


def test_categories_and_integers_as_text(table):
    frame = table(majoration=pl.Series(["interim"], dtype=pl.Categorical), contrat=pl.Series([12]))
    assert read(frame, "majoration") == ["interim"]
    assert read(frame, "contrat") == ["12"]


@settings(max_examples=40, deadline=None)
@given(st.integers(-(10**11), 10**11), st.integers(0, 6))
def test_every_way_to_write_a_number_reads_the_same(units, scale):
    name, physical = {
        0: ("remuneration", "remuneration_cents"),
        2: ("remuneration", "remuneration_cents"),
    }.get(scale, ("quotite_contrat", "quotite_contrat_e6"))
    factor = 10 ** ((2 if name == "remuneration" else 6) - scale)
    exact = Decimal(units).scaleb(-scale)
    base = {"siret": "1", "salarie": "1", "contrat": "1", "mois": "2026-01", "remuneration": "0"}
    values = [f"{exact:f}", f"{exact:f}".replace(".", ","), f" {exact:f}", exact]
    if abs(units * factor) < 2**52:
        values.append(float(exact))
    for value in values:
        frame = pl.DataFrame({**base, name: [value]})
        assert read(frame, physical) == [units * factor]
