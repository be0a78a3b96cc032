"""Cells of an Arrow table into physical columns: what `schema.parse` reads, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batchcalc.arrow.ecarts import Faute, Rangs, Textes, separe
from batchcalc.schema.colonnes import COLONNES, ORIGINE, Colonne
from batchcalc.schema.raisons import (
    CHIFFRES,
    DECIMALES,
    JOUR,
    TROP_LONG,
    date_illisible,
    nombre,
    nombre_illisible,
    trop_de_chiffres,
    trop_de_decimales,
)

BLANCS: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""White space, as Unicode has it."""

ORIGINES: Final = dict(zip(ORIGINE, (pa.string(), pa.int64()), strict=True))

_RIEN: Final = pa.scalar(None, pa.string())
_LARGE: Final = pa.decimal256(76, 38)
"""Holds any decimal of 38 digits, wherever its point is."""


def lit(brut: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Read a table with the contract's column names.

    Args:
        brut: columns of the contract as text, dates, integers or decimals; `fichier` and `ligne`
            where they are known; other columns are ignored.

    Returns:
        The rows that can be read, in physical columns, and the rejects.
    """
    brutes = {nom: _entiere(brut[nom]) for nom in brut.column_names}
    presentes = [col for col in COLONNES if col.nom in brutes]
    lues = {col.physique: _lue(brutes[col.nom], col) for col in presentes}
    for nom, dtype in ORIGINES.items():
        rien = pa.nulls(brut.num_rows, dtype)
        lues[nom] = brutes[nom].cast(dtype) if nom in brutes else rien
    fautes = (
        faute
        for col in presentes
        for faute in _illisibles(col, brutes[col.nom], lues[col.physique])
    )
    return separe(pa.table(lues), fautes)


def _entiere(cellules: pa.ChunkedArray) -> pa.Array:
    """One column as one array; text, however it is held, as plain text."""
    dtype, types = cellules.type, pa.types
    if not (types.is_integer(dtype) or types.is_decimal(dtype) or types.is_date(dtype)):
        cellules = cellules.cast(pa.string())
    return cellules.combine_chunks()


def _lue(cellules: pa.Array, colonne: Colonne) -> pa.Array:
    """The physical column; null where the cell is empty or cannot be read."""
    if colonne.numerique:
        return _entiers(_decimales(cellules, colonne), colonne.echelle)
    if colonne.genre in ("mois", "jour"):
        jours = _jours(cellules)
        return pc.floor_temporal(jours, unit="month") if colonne.genre == "mois" else jours
    texte = pc.utf8_trim(cellules.cast(pa.string()), BLANCS)
    return pc.if_else(pc.equal(texte, ""), _RIEN, texte)


# --- Numbers


def _decimales(cellules: pa.Array, colonne: Colonne) -> pa.Array:
    """Text and integers as decimals; null where the text is no number."""
    if pa.types.is_integer(cellules.type):
        return cellules.cast(pa.decimal128(20, 0))
    if pa.types.is_string(cellules.type):
        texte = _point(cellules)
        lisible = pc.match_substring_regex(texte, f"^{nombre(colonne)}$")
        return pc.if_else(lisible, texte, _RIEN).cast(pa.decimal128(38, 18))
    return cellules


def _point(cellules: pa.Array) -> pa.Array:
    """Text of a number without blanks around, with a decimal point."""
    return pc.replace_substring(pc.utf8_trim(cellules, BLANCS), ",", ".", max_replacements=1)


def _entiers(decimales: pa.Array, echelle: int) -> pa.Array:
    """Integers in units of the last decimal kept; null where that would round, or is too long."""
    if decimales.type.precision > CHIFFRES + 6 or decimales.type.scale > echelle:
        decimales = _exactes(decimales, echelle)
    unites, source = _unites(decimales), decimales.type.scale
    trop = np.abs(unites) >= 10 ** (CHIFFRES + source)
    return pa.array(unites * 10 ** (echelle - source), mask=trop | nuls(decimales))


def _exactes(decimales: pa.Array, echelle: int) -> pa.Array:
    """Decimals of 18 digits, null where they do not hold the value."""
    larges = decimales.cast(_LARGE)
    limite = pa.scalar(10**CHIFFRES).cast(_LARGE)
    exact = pc.and_(
        pc.equal(pc.round(larges, ndigits=echelle), larges), pc.less(pc.abs(larges), limite)
    )
    retenues = pc.if_else(exact, larges, pa.scalar(None, _LARGE))
    return retenues.cast(pa.decimal128(CHIFFRES + echelle, echelle))


def _unites(decimales: pa.Array) -> NDArray[np.int64]:
    """The integers that decimals of at most 18 digits are made of: their low words."""
    if not len(decimales):
        return np.empty(0, np.int64)
    mots = np.frombuffer(decimales.buffers()[1], np.int64)
    return mots[::2][decimales.offset : decimales.offset + len(decimales)]


# --- Dates


def _jours(cellules: pa.Array) -> pa.Array:
    """Dates; of those written as YYYY-MM or YYYY-MM-DD, the few distinct texts are read."""
    if pa.types.is_date(cellules.type):
        return cellules
    textes = cellules.dictionary_encode()
    jours = [_jour(texte.strip(BLANCS)) for texte in textes.dictionary.to_pylist()]
    return pa.array(jours, pa.date32()).take(textes.indices)


def _jour(texte: str) -> date | None:
    if not re.search(JOUR, texte):
        return None
    try:
        return date.fromisoformat(texte if len(texte) > len("2026-01") else f"{texte}-01")
    except ValueError:
        return None


# --- Faults


def _illisibles(colonne: Colonne, brut: pa.Array, lue: pa.Array) -> Iterator[Faute]:
    """Why cells that hold something gave no value, the most precise reason first."""
    if lue.null_count == brut.null_count:
        return
    rempli = ~nuls(brut)
    if pa.types.is_string(brut.type):
        rempli &= vrais(pc.not_equal(pc.utf8_trim(brut, BLANCS), ""))
    marque = rempli & nuls(lue)
    texte = brut.cast(pa.string())
    valeur = _textes(texte)
    if not colonne.numerique:
        yield Faute(date_illisible(colonne), marque, valeur)
        return
    ecrit = _point(texte)
    for raison, motif in ((trop_de_chiffres, TROP_LONG), (trop_de_decimales, DECIMALES)):
        yield Faute(raison(colonne), marque & vrais(pc.match_substring_regex(ecrit, motif)), valeur)
    yield Faute(nombre_illisible(colonne), marque, valeur)


def _textes(cellules: pa.Array) -> Textes:
    def valeur(rangs: Rangs) -> list[str | None]:
        textes: list[str | None] = cellules.take(pa.array(rangs)).to_pylist()
        return textes

    return valeur


def nuls(cellules: pa.Array) -> NDArray[np.bool_]:
    """Where a column holds nothing."""
    return np.asarray(cellules.is_null())


def vrais(marques: pa.Array) -> NDArray[np.bool_]:
    """Marks as an array; null counts as false."""
    return np.asarray(pc.fill_null(marques, False))
