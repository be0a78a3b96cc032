"""One row a contract and month: `schema.merge` over Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batchcalc.arrow.controle import fautes_de_presence, fautes_de_valeur
from batchcalc.arrow.ecarts import REJETS, Bools, Faute, Rangs, separe
from batchcalc.arrow.lecture import nuls
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, Colonne
from batchcalc.schema.raisons import incoherent

_HORS_CLE: Final = tuple(colonne for colonne in COLONNES if colonne.nom not in CLE)
_PLUS_GRAND: Final = np.iinfo(np.int64).max


def fusionne(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Sort contract-months by key and add up those that share one.

    Args:
        table: physical columns without faults, in any order.

    Returns:
        One row a key, in key order, and the rejects.
    """
    triee = table.sort_by([(nom, "ascending") for nom in (*CLE, *ORIGINE)])
    premiers = changements(triee, CLE)
    desaccords = hors_bornes = REJETS.empty_table()
    if not premiers.all():
        triee, desaccords = separe(triee, _desaccords(triee, premiers))
        premiers = changements(triee, CLE)
        triee, hors_bornes = separe(sommes := _sommes(triee, premiers), fautes_de_valeur(sommes))
    bonnes, sans_presence = separe(triee, fautes_de_presence(triee))
    return bonnes, pa.concat_tables([desaccords, hors_bornes, sans_presence])


def changements(table: pa.Table, noms: Iterable[str]) -> Bools:
    """True on each row of a sorted table that differs from the row above in one of the columns."""
    change = np.zeros(table.num_rows, np.bool_)
    change[:1] = True
    for nom in noms:
        cellules = table[nom].combine_chunks()
        change[1:] |= np.asarray(pc.not_equal(cellules[1:], cellules[:-1]))
    return change


def _desaccords(table: pa.Table, premiers: Bools) -> Iterable[Faute]:
    """Rows of one key that differ in a column that must agree; null agrees with anything."""
    debuts = np.flatnonzero(premiers)
    tailles = np.diff(debuts, append=table.num_rows)
    for colonne in _presentes(table):
        if not colonne.cumulable and colonne.genre != "jour":
            codes, connus = _codes(table[colonne.physique].combine_chunks())
            least = np.minimum.reduceat(np.where(connus, codes, _PLUS_GRAND), debuts)
            most = np.maximum.reduceat(np.where(connus, codes, -_PLUS_GRAND), debuts)
            yield Faute(incoherent(colonne), np.repeat(least < most, tailles))


def _sommes(table: pa.Table, premiers: Bools) -> pa.Table:
    """One row for each key of a sorted table whose rows agree."""
    debuts = np.flatnonzero(premiers)
    lignes = {nom: table[nom].take(pa.array(debuts)) for nom in (*CLE, *ORIGINE)}
    for colonne in _presentes(table):
        lignes[colonne.physique] = _somme(colonne, table, debuts)
    return pa.table(lignes)


def _somme(colonne: Colonne, table: pa.Table, debuts: Rangs) -> pa.Array:
    cellules = table[colonne.physique].combine_chunks()
    codes, connus = _codes(cellules)
    vides = np.add.reduceat(connus, debuts, dtype=np.int64) == 0
    if colonne.cumulable:
        if colonne.nom == "remuneration_sans_dfs":  # a row without DFS adds its pay to both sums
            codes = np.where(connus, codes, _codes(table["remuneration_cents"].combine_chunks())[0])
        return pa.array(np.add.reduceat(codes, debuts), mask=vides)
    if colonne.nom == "debut_contrat":
        codes = np.minimum.reduceat(np.where(connus, codes, _PLUS_GRAND), debuts)
    else:  # the latest end; elsewhere all known values are one
        codes = np.maximum.reduceat(np.where(connus, codes, -_PLUS_GRAND), debuts)
    return _decode(cellules, np.where(vides, 0, codes), vides)


def _presentes(table: pa.Table) -> list[Colonne]:
    return [colonne for colonne in _HORS_CLE if colonne.physique in table.column_names]


def _codes(cellules: pa.Array) -> tuple[NDArray[np.int64], Bools]:
    """Cells as integers, 0 where there is nothing, and where there is something."""
    connus = ~nuls(cellules)
    if pa.types.is_string(cellules.type):
        cellules = cellules.dictionary_encode().indices
    elif pa.types.is_date(cellules.type):
        cellules = cellules.cast(pa.int32())
    return np.asarray(pc.fill_null(cellules, 0)).astype(np.int64), connus


def _decode(cellules: pa.Array, codes: NDArray[np.int64], vides: Bools) -> Any:
    """The inverse of `_codes`, for cells of the same column."""
    entiers = pa.array(codes, mask=vides)
    if pa.types.is_string(cellules.type):
        return cellules.dictionary_encode().dictionary.take(entiers)
    return (
        entiers.cast(pa.int32()).cast(cellules.type) if pa.types.is_date(cellules.type) else entiers
    )
