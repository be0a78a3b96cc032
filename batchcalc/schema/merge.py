"""One row a contract and month: order, and the sum of the rows that share a key."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from batchcalc.schema.check import fautes_de_presence, fautes_de_valeur
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, Colonne
from batchcalc.schema.fautes import Faute, no_rejets, separe, tous_les_rejets
from batchcalc.schema.melange import mele
from batchcalc.schema.ordre import Courses, Reperes, mois_doubles, reperes, trie
from batchcalc.schema.raisons import incoherent

_HORS_CLE = tuple(colonne for colonne in COLONNES if colonne.nom not in CLE)
_ACCORD = tuple(
    colonne for colonne in _HORS_CLE if not colonne.cumulable and colonne.genre != "jour"
)


class Fusion(NamedTuple):
    """Contract-months added up.

    Attributes:
        frame: one row a key, sorted by key, `fichier` and `ligne` of the first row of each.
        reperes: where the keys change.
        rejets: rows that could not be added up.
    """

    frame: pl.DataFrame
    reperes: Reperes
    rejets: pl.DataFrame


def fusionne(frame: pl.DataFrame, marques: Reperes | Courses | None = None) -> Fusion:
    """Sort contract-months by key and add up those that share one.

    Amounts and supplementary hours add (a late correction is a signed differential; null and x
    give x); `debut_contrat` is the earliest, `fin_contrat` the latest; the other columns must
    agree, null agreeing with anything. The presence ratio is checked once rows are added up.

    Args:
        frame: a physical frame that went through `controle`, in any order.
        marques: where its keys change, for a frame known to be in key order; its runs, for one made
            of runs in key order.

    Returns:
        One row a key, and the rejects. Neither depends on the order of the rows given.
    """
    if isinstance(marques, Courses):
        frame, marques = mele(frame, marques)
    elif marques is None:
        frame, marques = trie(frame)
    rejetes = no_rejets()
    doubles = mois_doubles(frame, marques.contrat)
    if doubles.any():
        frame, rejetes = _additionne(frame, pl.Series(doubles))
    bons, sans_presence = separe(frame, fautes_de_presence(frame.columns))
    if bons.height < len(doubles):
        marques = reperes(bons)
    return Fusion(bons, marques, tous_les_rejets(rejetes, sans_presence))


# --- Sums -----------------------------------------------------------------------------------------


def _additionne(trie: pl.DataFrame, suivants: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add the rows `suivants` marks to the first row of their key, in place in a sorted frame."""
    premiers = ~suivants & suivants.shift(-1, fill_value=False)
    doubles = trie.filter(suivants | premiers).sort(*CLE, *ORIGINE)
    sommes, rejetes = _sommes(doubles)
    retenus = trie.filter(~suivants)
    places = premiers.filter(~suivants).arg_true()
    exclues = ~sommes.get_column("retenue")
    corrigees = [
        retenus.get_column(nom).scatter(places, sommes.get_column(nom))
        for nom in doubles.columns
        if nom not in CLE and doubles.get_column(nom).null_count() < doubles.height
    ]
    retenus = retenus.with_columns(corrigees)
    if exclues.any():
        dehors = pl.Series([False]).new_from_index(0, retenus.height)
        retenus = retenus.filter(~dehors.scatter(places, exclues))
    return retenus, rejetes


def _sommes(doubles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each key of `doubles`, marked `retenue` or not, and the rejects."""
    presentes = doubles.columns
    accord = [
        col
        for col in _ACCORD
        if col.physique in presentes and doubles.get_column(col.physique).n_unique() > 1
    ]
    marques = doubles.with_columns(_desaccord(col).alias(_marque(col)) for col in accord)
    _, desaccords = separe(marques, [_incoherent(col) for col in accord])
    sommes = marques.group_by(CLE, maintain_order=True).agg(
        *(_somme(col).alias(col.physique) for col in _HORS_CLE if col.physique in presentes),
        *(pl.col(nom).first() for nom in ORIGINE),
        retenue=~pl.any_horizontal([pl.lit(value=False), *(_marque(col) for col in accord)]).any(),
    )
    # Sums of values in bounds may be out of bounds.
    bonnes, hors_bornes = separe(sommes.filter("retenue"), fautes_de_valeur(presentes))
    if hors_bornes.height:
        gardees = bonnes.select(*CLE, retenue=True)
        sommes = sommes.drop("retenue").join(gardees, on=CLE, how="left", maintain_order="left")
        sommes = sommes.with_columns(pl.col("retenue").fill_null(value=False))
    return sommes, pl.concat([desaccords, hors_bornes])


def _marque(colonne: Colonne) -> str:
    return f"faute {colonne.nom}"


def _desaccord(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    return (cellule.min() != cellule.max()).over(CLE).fill_null(value=False)


def _incoherent(colonne: Colonne) -> Faute:
    return Faute(*incoherent(colonne), pl.col(_marque(colonne)))


def _somme(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    if colonne.nom == "remuneration_sans_dfs":  # a row without DFS adds its pay to both sums
        somme = cellule.fill_null(pl.col("remuneration_cents")).sum()
        return pl.when(cellule.count() > 0).then(somme)
    if colonne.cumulable:
        return pl.when(cellule.count() > 0).then(cellule.sum())
    if colonne.nom == "debut_contrat":
        return cellule.min()
    if colonne.nom == "fin_contrat":
        return cellule.max()
    return cellule.drop_nulls().first()
