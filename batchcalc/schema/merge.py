"""One row a contract and month: order, and the sum of the rows that share a key."""

from __future__ import annotations

from functools import reduce
from typing import Final

import polars as pl

from batchcalc.schema.check import fautes_de_presence, fautes_de_valeur
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, Colonne
from batchcalc.schema.rejets import Faute, no_rejets, separe

CONTRAT: Final = CLE[:3]

_HORS_CLE = tuple(colonne for colonne in COLONNES if colonne.nom not in CLE)
_ACCORD = tuple(
    colonne for colonne in _HORS_CLE if not colonne.cumulable and colonne.genre != "jour"
)


def fusionne(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sort contract-months by key and add up those that share one.

    Amounts and supplementary hours add (a late correction is a signed differential; null and x
    give x); `debut_contrat` is the earliest, `fin_contrat` the latest; the other columns must
    agree, null agreeing with anything. The presence ratio is checked once rows are added up.

    Args:
        frame: a physical frame that went through `controle`.

    Returns:
        One row a key, sorted by key, `fichier` and `ligne` of the first row of each; and the
        rejects. Neither depends on the order of the rows given.
    """
    trie, suivants = _trie(frame)
    rejetes = no_rejets()
    if suivants.any():
        trie, rejetes = _additionne(trie, suivants)
    bons, sans_presence = separe(trie, fautes_de_presence())
    return bons, pl.concat([rejetes, sans_presence])


# --- Order ----------------------------------------------------------------------------------------


def _trie(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The frame in key order, and which rows have the key of the row above."""
    voisins = _voisins(frame)
    descentes = _descentes(frame, voisins)
    if descentes:
        # A stable sort follows runs already in order (files of one month each): much faster than
        # an unstable one there, much slower on rows in no order at all.
        frame = _par_cle(frame.rechunk(), stable=descentes * 8 < frame.height)
        voisins = _voisins(frame)
    return frame, voisins.get_column("double")


def _par_cle(frame: pl.DataFrame, *, stable: bool) -> pl.DataFrame:
    """Sort the key alone, then fetch the other columns once."""
    rang = pl.int_range(pl.len(), dtype=pl.UInt32).alias("rang")
    ordre = frame.select(*CLE, rang).sort(CLE, maintain_order=stable).get_column("rang")
    return frame.select(pl.all().gather(ordre))


def _voisins(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row against the one above: same contract, same month of it, earlier month of it."""
    contrat = pl.all_horizontal(pl.col(nom) == pl.col(nom).shift() for nom in CONTRAT)
    mois, precedent = pl.col("mois"), pl.col("mois").shift()
    voisins = frame.lazy().select(
        contrat=contrat, double=contrat & (mois == precedent), recule=contrat & (mois < precedent)
    )
    return voisins.fill_null(value=False).collect()


def _descentes(frame: pl.DataFrame, voisins: pl.DataFrame) -> int:
    """How many rows sort before the row above; 0 in a sorted frame."""
    # Rows of a contract stand together: the first of each run is enough to compare contracts.
    tetes = frame.select(CONTRAT).filter(~voisins.get_column("contrat"))

    def avant(reste: pl.Expr, nom: str) -> pl.Expr:
        cellule, precedente = pl.col(nom), pl.col(nom).shift()
        return (cellule < precedente) | ((cellule == precedente) & reste)

    contrats = tetes.select(reduce(avant, reversed(CONTRAT), pl.lit(value=False)).sum()).item()
    return int(contrats or 0) + int(voisins.get_column("recule").sum())


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
    accord = [col for col in _ACCORD if doubles.get_column(col.physique).n_unique() > 1]
    marques = doubles.with_columns(_desaccord(col).alias(_marque(col)) for col in accord)
    _, desaccords = separe(marques, [_incoherent(col) for col in accord])
    sommes = marques.group_by(CLE, maintain_order=True).agg(
        *(_somme(col).alias(col.physique) for col in _HORS_CLE),
        *(pl.col(nom).first() for nom in ORIGINE),
        retenue=~pl.any_horizontal([pl.lit(value=False), *(_marque(col) for col in accord)]).any(),
    )
    # Sums of values in bounds may be out of bounds.
    bonnes, hors_bornes = separe(sommes.filter("retenue"), fautes_de_valeur())
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
    return Faute(
        colonne.nom,
        "doublon-incoherent",
        f"Rows of the same contract and month differ in {colonne.nom}. Give one value, or leave it"
        " empty in the corrections.",
        pl.col(_marque(colonne)),
    )


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
