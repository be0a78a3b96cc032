"""The public form of the input table is the one that is read."""

from __future__ import annotations

import polars as pl

from batchcalc import schema
from tests.tables import entree


def physical(table):
    numbered = table.with_columns(fichier=pl.lit("a"), ligne=pl.int_range(1, pl.len() + 1))
    return schema.normalise(numbered).physique


def test_there_and_back():
    table = entree(300, seed=5)
    public = schema.publique(physical(table))

    assert public.schema == schema.SCHEMA
    assert physical(public).equals(physical(table))


def test_some_columns():
    public = schema.publique(physical(entree(20, seed=5)), ["fnal", "mois"])

    assert public.schema == {"fnal": pl.Decimal(18, 2), "mois": pl.Date()}


def test_money_is_decimal_euros():
    money = {c.type for c in schema.COLONNES if c.unite == "EUR"}

    assert money == {pl.Decimal(18, 2)}


def test_every_column_says_what_it_is():
    for colonne in schema.COLONNES:
        assert colonne.libelle
        assert colonne.type == schema.SCHEMA[colonne.nom]
