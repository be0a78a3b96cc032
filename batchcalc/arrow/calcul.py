"""From an Arrow table of whole contracts to the result table: `bridge.frames` without polars."""

from __future__ import annotations

from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batchcalc.arrow.controle import fautes_de_mois, fautes_de_valeur
from batchcalc.arrow.ecarts import REJETS, Faute, separe
from batchcalc.arrow.fusion import changements, fusionne
from batchcalc.arrow.lecture import lit, nuls
from batchcalc.bridge import lot as lots
from batchcalc.bridge.block import STATUTS
from batchcalc.bridge.lot import Lot
from batchcalc.bridge.results import RESULT, TOTAUX, decimal_places, results
from batchcalc.bridge.workspace import Arrays
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.schema.calendrier import numeros_de_mois
from batchcalc.schema.colonnes import CLE, COLONNES


def _type_public(physique: str) -> pa.DataType:
    places = decimal_places(physique)
    return pa.decimal128(*places) if places else pa.bool_()


CONTRIBUTIONS: Final = pa.schema(
    {
        **dict.fromkeys(CLE, pa.string()),
        "mois": pa.date32(),
        **{public: _type_public(physique) for physique, public in RESULT.items()},
        "statut": pa.string(),
    }
)
"""Columns and types of the result table, as `bridge.SCHEMA`; money in Decimal euros."""


class Calcul(NamedTuple):
    """What some contracts gave.

    Attributes:
        contributions: the result table, in key order.
        rejets: rows that could not be used.
        totaux: sums of TOTAUX over the results, in integers.
    """

    contributions: pa.Table
    rejets: pa.Table
    totaux: dict[str, int]


def calcule(brut: pa.Table, rules: Rules, options: Options) -> Calcul:
    """Read, check, merge and compute whole contracts, whose rows may be in any order.

    Args:
        brut: see `lecture.lit`.
        rules: the parameters of law.
        options: the employer's choices.
    """
    lues, illisibles = lit(brut)
    mois = fautes_de_mois(lues, rules.premier_mois, rules.dernier_mois)
    bonnes, fautives = separe(lues, chain(mois, fautes_de_valeur(lues)))
    entree, desaccords = fusionne(bonnes)
    entree, arrays, sans_valeur = _resultats(entree, rules, options)
    arrays["remuneration_cents"] = np.asarray(entree["remuneration_cents"], np.int64)
    return Calcul(
        _contributions(entree, arrays),
        pa.concat_tables([illisibles, fautives, desaccords, sans_valeur]),
        {nom: int(arrays[nom].sum(dtype=np.int64)) for nom in TOTAUX},
    )


def _resultats(
    entree: pa.Table, rules: Rules, options: Options
) -> tuple[pa.Table, Arrays, pa.Table]:
    """The rows that have results, these, and the rejects of the other rows."""
    donnes = results(_lot(entree), rules, options)
    if not donnes.ecarts:
        return entree, donnes.arrays, REJETS.empty_table()
    rangs = np.arange(entree.num_rows)
    fautes = (Faute(ecart.raison, np.isin(rangs, ecart.rows)) for ecart in donnes.ecarts)
    reste, rejets = separe(entree, fautes)
    reste, arrays, suivants = _resultats(reste, rules, options)
    return reste, arrays, pa.concat_tables([rejets, suivants])


def _lot(entree: pa.Table) -> Lot:
    """Contract-months in key order as arrays: `bridge.frames.lot_of`."""
    colonnes = {
        colonne.physique: entree[colonne.physique].combine_chunks()
        for colonne in COLONNES
        if colonne.physique in lots.COMPUTED_ON and colonne.physique in entree.column_names
    }
    presentes = {
        nom: cellules
        for nom, cellules in colonnes.items()
        if not len(cellules) or cellules.null_count < len(cellules)
    }
    nombres = {nom: cell for nom, cell in presentes.items() if nom not in lots.CHOIX}
    mois = numeros_de_mois(np.asarray(entree["mois"].combine_chunks().cast(pa.int32())))
    return Lot(
        mois,
        lots.first_rows(changements(entree, CLE[:3]), mois),
        {nom: _nombre(nom, cellules) for nom, cellules in nombres.items()},
        {nom: ~nuls(cellules) for nom, cellules in nombres.items() if cellules.null_count},
        {nom: _places(nom, presentes[nom]) for nom in presentes if nom in lots.CHOIX},
    )


def _nombre(nom: str, cellules: pa.Array) -> NDArray[np.int64]:
    if pa.types.is_date(cellules.type):
        cellules = cellules.cast(pa.int32())
    connus = pc.fill_null(cellules.cast(pa.int64()), lots.DEFAUTS.get(nom, 0))
    return np.asarray(connus, np.int64)


def _places(nom: str, cellules: pa.Array) -> NDArray[np.int64]:
    places = pc.index_in(cellules, pa.array(lots.CHOIX[nom]))
    return np.asarray(pc.fill_null(places, 0)).astype(np.int64)


# --- Results to tables


def decimales(entiers: NDArray[np.int64], dtype: pa.Decimal128Type) -> pa.Array:
    """Integers as decimals of that many places: 180180 becomes 1801.80 at two of them."""
    mots = np.empty((len(entiers), 2), np.int64)
    mots[:, 0], mots[:, 1] = entiers, entiers >> 63
    return pa.Array.from_buffers(dtype, len(entiers), [None, pa.py_buffer(mots)])


def _contributions(entree: pa.Table, arrays: Arrays) -> pa.Table:
    colonnes = {nom: entree[nom] for nom in CLE}
    for physique, public in RESULT.items():
        dtype, valeurs = CONTRIBUTIONS.field(public).type, arrays[physique]
        colonnes[public] = (
            pa.array(valeurs.view(np.bool_))
            if pa.types.is_boolean(dtype)
            else decimales(valeurs.astype(np.int64), dtype)
        )
    colonnes["statut"] = _statut(entree, arrays["statut"])
    return pa.table(colonnes, schema=CONTRIBUTIONS)


def _statut(entree: pa.Table, codes: NDArray[np.int8]) -> pa.Array:
    """Statuts as text, with the reason of an exclusion where one is given."""
    statut = pa.array(list(STATUTS)).take(pa.array(codes))
    if "motif_exclusion" not in entree.column_names:
        return statut
    motif = entree["motif_exclusion"].combine_chunks()
    nomme = pa.array((codes == k.EXCLU) & ~nuls(motif))
    return pc.if_else(nomme, pc.binary_join_element_wise("exclu", motif, "_"), statut)
