"""The physical columns and their types: integers, texts and dates."""

from __future__ import annotations

from typing import Final

import polars as pl

from batchcalc.schema.colonnes import COLONNES, Colonne


def _type(colonne: Colonne) -> pl.DataType:
    if colonne.numerique:
        return pl.Int64()
    return pl.Date() if colonne.genre in ("mois", "jour") else pl.String()


PHYSIQUE: Final = pl.Schema(
    {
        **{colonne.physique: _type(colonne) for colonne in COLONNES},
        "fichier": pl.String(),
        "ligne": pl.UInt32(),
    }
)
"""Every physical column, then where the row comes from."""

_REQUISES: Final = frozenset(colonne.physique for colonne in COLONNES if colonne.requise)


def complete(frame: pl.DataFrame) -> pl.DataFrame:
    """All the physical columns: null where the frame has none."""
    return frame.select(
        pl.col(nom) if nom in frame.columns else pl.lit(None, dtype).alias(nom)
        for nom, dtype in PHYSIQUE.items()
    )


def sans_vides(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the optional columns that hold nothing."""
    return frame.select(
        serie
        for serie in frame
        if serie.name in _REQUISES or not frame.height or serie.null_count() < frame.height
    )
