"""Tables refused before anything is read."""

from datetime import date

import polars as pl
import pytest

from batchcalc.errors import SchemaError
from batchcalc.schema import colonnes_inconnues, normalise

SCHEMA = dict.fromkeys(("siret", "salarie", "contrat", "mois", "remuneration"), pl.String())


def refused(schema):
    with pytest.raises(SchemaError) as caught:
        colonnes_inconnues(schema, "f.parquet")
    assert caught.value.file == "f.parquet"
    return caught.value


def test_unknown_columns_are_named_in_order():
    assert colonnes_inconnues({**SCHEMA, "z": pl.Int8(), "a": pl.Binary()}, "f") == ("z", "a")


def test_origin_columns_are_known():
    assert colonnes_inconnues({**SCHEMA, "fichier": pl.String(), "ligne": pl.UInt32()}, "f") == ()


def test_missing_columns_are_named_with_what_was_found():
    error = refused({"siret": pl.String(), "month": pl.String(), "1850175": pl.String()})
    assert error.code == "colonne-manquante"
    assert "salarie, contrat, mois, remuneration" in error.message
    assert "it has siret, month." in error.message


def test_no_known_column_shows_no_name():
    assert "DUPONT" not in str(refused({"DUPONT": pl.String(), "ZOE": pl.String()}))


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("siret", pl.Int64()),
        ("siret", pl.Float64()),
        ("salarie", pl.Float64()),
        ("contrat", pl.Date()),
        ("mois", pl.Int64()),
        ("remuneration", pl.Float32()),
        ("remuneration", pl.Boolean()),
        ("remuneration", pl.List(pl.Int64())),
        ("remuneration", pl.Struct({"a": pl.Int64()})),
        ("remuneration", pl.Binary()),
        ("remuneration", pl.Date()),
        ("majoration", pl.Int64()),
        ("debut_contrat", pl.Time()),
        ("taux_at", pl.Duration()),
    ],
)
def test_types_that_cannot_hold_the_column(column, dtype):
    error = refused({**SCHEMA, column: dtype})
    assert error.code == "type-de-colonne"
    assert column in error.message


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("siret", pl.Categorical()),
        ("salarie", pl.UInt64()),
        ("contrat", pl.Int8()),
        ("mois", pl.Datetime("ns", "Europe/Paris")),
        ("mois", pl.Date()),
        ("remuneration", pl.Int32()),
        ("remuneration", pl.Float64()),
        ("remuneration", pl.Decimal(38, 10)),
        ("majoration", pl.Enum(["aucune"])),
        ("ppv", pl.Null()),
    ],
)
def test_types_that_can(column, dtype):
    assert colonnes_inconnues({**SCHEMA, column: dtype}, "f") == ()


def test_normalise_refuses_too():
    with pytest.raises(SchemaError):
        normalise(pl.DataFrame({"siret": ["1"], "mois": [date(2026, 1, 1)]}))
