"""Physical frames from rows that name only what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from batchcalc.schema import CLE, COLONNES

_TYPES = {"mois": pl.Date, "jour": pl.Date}
SCHEMA = {
    **{c.physique: pl.Int64 if c.numerique else _TYPES.get(c.genre, pl.String) for c in COLONNES},
    "fichier": pl.String,
    "ligne": pl.UInt32,
}
"""Columns of the frame that the bridge computes."""

_DEFAULTS = {"siret": "00000000000000", "contrat": "1", "fichier": "table", "fnal_e4": 10}


def frame_of(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """A frame sorted by key; a row without `salarie` is an employee of its own."""
    filled = [
        {**_DEFAULTS, "salarie": f"{i:07d}", "ligne": i, **row} for i, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(filled, schema=SCHEMA).sort(CLE)


def month(year: int, number: int = 1) -> date:
    """The first day of a month."""
    return date(year, number, 1)
