"""Which tables can be read at all: required columns, and types that hold their values exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from batchcalc.errors import SchemaError
from batchcalc.schema.colonnes import COLONNES, ORIGINE, PAR_NOM, Colonne

TEXTES: Final = (pl.String, pl.Categorical, pl.Enum, pl.Null)
"""Types read as text, cell by cell."""

_NOM_LISIBLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_ .-]{0,39}")

_TYPES_ADMIS: Final = {
    **dict.fromkeys(("texte", "siret"), "Give text (a SIRET stored as a number loses its zeros)."),
    "choix": "Give text.",
    **dict.fromkeys(("mois", "jour"), "Give a date, a datetime or text such as 2026-01."),
    **dict.fromkeys(
        ("montant", "taux", "quantite"), "Give a decimal, an integer, a 64-bit float or text."
    ),
}


def colonnes_inconnues(schema: Mapping[str, pl.DataType], fichier: str) -> tuple[str, ...]:
    """Check a table's columns before anything is read, and name those that will be ignored.

    Raises:
        SchemaError: a required column is missing, or a column has a type that cannot hold it.
    """
    inconnues = tuple(nom for nom in schema if nom not in PAR_NOM and nom not in ORIGINE)
    manquantes = [col.nom for col in COLONNES if col.requise and col.nom not in schema]
    if manquantes:
        raise SchemaError(
            f"The table has no column {', '.join(manquantes)}; {_trouvees(schema)}.",
            hint="Name the columns in the first line (CSV) or the schema, spelt exactly so.",
            code="colonne-manquante",
            file=fichier,
        )
    for nom, dtype in schema.items():
        if nom in PAR_NOM and not _lisible(PAR_NOM[nom], dtype):
            raise SchemaError(
                f"Column {nom} has the type {dtype.base_type()}, which cannot hold it exactly.",
                hint=_TYPES_ADMIS[PAR_NOM[nom].genre],
                code="type-de-colonne",
                file=fichier,
            )
    return inconnues


def _trouvees(schema: Mapping[str, pl.DataType]) -> str:
    """Names found, unless none is known: a first line of data is not to be quoted."""
    if not any(nom in PAR_NOM for nom in schema):
        return "none of its columns is known (is the header missing?)"
    lisibles = [nom for nom in schema if _NOM_LISIBLE.fullmatch(nom)][:40]
    return f"it has {', '.join(lisibles)}"


def _lisible(colonne: Colonne, dtype: pl.DataType) -> bool:
    if isinstance(dtype, TEXTES):
        return True
    if colonne.numerique:
        return dtype.is_integer() or dtype.is_decimal() or dtype == pl.Float64
    if colonne.genre in ("mois", "jour"):
        return isinstance(dtype, (pl.Date, pl.Datetime))
    return colonne.genre == "texte" and dtype.is_integer()
