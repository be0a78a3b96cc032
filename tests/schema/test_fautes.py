"""The reject table, and what it shows."""

from dataclasses import fields
from datetime import date

import polars as pl
import pytest

from batchcalc.schema import REJETS, Rejet, from_rejets, no_rejets, rejets
from batchcalc.schema.fautes import montrable

REJET = Rejet(
    "a.dsn", 12, "00000000000001", "00001", date(2026, 1, 1), "mois", "x", "mois-illisible", "No."
)


def test_one_word_for_one_thing():
    assert [field.name for field in fields(Rejet)] == list(REJETS)
    assert "salarie" not in REJETS


def test_from_rejets():
    frame = from_rejets([REJET])
    assert frame.schema == REJETS
    assert Rejet(*frame.row(0)) == REJET


def test_none():
    assert from_rejets([]).equals(no_rejets())
    assert no_rejets().schema == REJETS


def test_of_a_frame_whatever_it_lacks():
    frame = rejets(pl.DataFrame({"ligne": [3, 4]}), colonne="profil", code="c", message="m")
    assert frame.schema == REJETS
    assert frame.select("ligne", "siret", "colonne", "valeur", "code").rows() == [
        (3, None, "profil", None, "c"),
        (4, None, "profil", None, "c"),
    ]


def test_of_a_physical_frame(physical):
    frame = rejets(physical(salarie="S-9"), colonne="profil", code="c", message="m")
    assert frame.select("fichier", "ligne", "siret", "contrat", "mois").row(0) == (
        "f.csv",
        2,
        "00000000000001",
        "00001",
        date(2026, 1, 1),
    )
    assert "S-9" not in str(frame.rows())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12,5", "12,5"),
        ("a\tb\x00\nc\x9b", "abc"),
        ("x" * 50, "x" * 40),
        ("1850175012345", None),
        ("185017501234567", None),
        ("1 85 01 2A 012 345 67", None),
        ("né(e) 2850175012345", None),
        ("850175012345", "850175012345"),
        (None, None),
    ],
)
def test_values_shown(text, shown):
    frame = pl.DataFrame({"t": [text]}, schema={"t": pl.String})
    assert frame.select(montrable(pl.col("t"))).item() == shown


def test_contract_and_siret_that_may_be_a_nir():
    frame = pl.DataFrame({"siret": ["185017501234567"], "contrat": ["1850175012345"]})
    row = rejets(frame, colonne="siret", code="c", message="m").row(0, named=True)
    assert (row["siret"], row["contrat"]) == (None, None)
