"""The input table with its public names and types, from physical columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from batchcalc.schema.colonnes import COLONNES, PAR_NOM, PRECISION, Colonne
from batchcalc.schema.decimals import decimal

SCHEMA: Final = pl.Schema({colonne.nom: colonne.type for colonne in COLONNES})
"""Columns and types of the input table; money in Decimal euros."""


def publique(physique: pl.DataFrame, noms: Iterable[str] = SCHEMA) -> pl.DataFrame:
    """Some columns of the input table, from a frame of all the physical ones."""
    return physique.select(_lue(PAR_NOM[nom]) for nom in noms)


def _lue(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    if isinstance(colonne.type, pl.Decimal):
        cellule = decimal(cellule, PRECISION, colonne.echelle)
    return cellule.alias(colonne.nom)
