"""One row a contract and month: order, and the sum of the rows that share a key."""

from __future__ import annotations

from functools import reduce

import polars as pl

from batchcalc.schema.check import fautes_de_presence, fautes_de_valeur
from batchcalc.schema.colonnes import CLE, COLONNES, ORIGINE, Colonne
from batchcalc.schema.rejets import Faute, no_rejets, separe

_ACCORD = tuple(
    col for col in COLONNES if not col.cumulable and col.nom not in CLE and col.genre != "jour"
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
    trie, doubles = _trie(frame)
    rejetes = no_rejets()
    if doubles.any():
        seuls = trie.filter(~doubles)
        sommes, rejetes = _sommes(trie.filter(doubles))
        trie = pl.concat([seuls, sommes]).sort(CLE, maintain_order=True)
    bons, sans_presence = separe(trie, fautes_de_presence())
    return bons, pl.concat([rejetes, sans_presence])


def _trie(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The frame in key order, and which rows share their key with a neighbour."""
    descentes = int(frame.select(_avant_le_precedent().sum()).item())
    if descentes:
        # A stable sort follows runs already in order (files of one month each): much faster than
        # an unstable one there, much slower on rows in no order at all.
        frame = frame.sort(CLE, maintain_order=descentes * 8 < frame.height)
    pareil = frame.select(
        pl.all_horizontal(pl.col(nom) == pl.col(nom).shift() for nom in CLE).alias("pareil")
    ).to_series()
    pareil = pareil.fill_null(value=False)
    return frame, pareil | pareil.shift(-1, fill_value=False)


def _avant_le_precedent() -> pl.Expr:
    """True where a row sorts before the one above it."""

    def plus_loin(reste: pl.Expr, nom: str) -> pl.Expr:
        cellule, precedente = pl.col(nom), pl.col(nom).shift()
        return (cellule < precedente) | ((cellule == precedente) & reste)

    return reduce(plus_loin, reversed(CLE), pl.lit(value=False))


def _sommes(doubles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each key of `doubles`, and the rejects."""
    doubles = doubles.sort(*CLE, *ORIGINE)
    doubles = doubles.with_columns(_desaccord(col).alias(f"faute {col.nom}") for col in _ACCORD)
    accord, rejetes = separe_marques(doubles)
    colonnes = [col for col in COLONNES if col.nom not in CLE]
    sommes = accord.group_by(CLE, maintain_order=True).agg(
        *(_somme(col).alias(col.physique) for col in colonnes),
        *(pl.col(n).first() for n in ORIGINE),
    )
    sommes, hors_bornes = separe(sommes, fautes_de_valeur())
    return sommes.select(doubles.columns[: -len(_ACCORD)]), pl.concat([rejetes, hors_bornes])


def separe_marques(doubles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split off all the rows of a key whose rows disagree."""
    fautes = [
        Faute(
            col.nom,
            "doublon-incoherent",
            f"Rows of the same contract and month differ in {col.nom}. Give one value, or leave it"
            " empty in the corrections.",
            pl.col(f"faute {col.nom}"),
        )
        for col in _ACCORD
    ]
    return separe(doubles, fautes)


def _desaccord(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    return (cellule.min() != cellule.max()).over(CLE).fill_null(value=False)


def _somme(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    if colonne.cumulable:
        return pl.when(cellule.count() > 0).then(cellule.sum())
    if colonne.nom == "debut_contrat":
        return cellule.min()
    if colonne.nom == "fin_contrat":
        return cellule.max()
    return cellule.drop_nulls().first()
