"""What a contract-month must satisfy before it is computed, wherever it comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import cache, reduce
from operator import or_

import numpy as np
import polars as pl

from batchcalc.schema.colonnes import COLONNES, MOTIF, SIRET, Colonne
from batchcalc.schema.decimals import decimal
from batchcalc.schema.fautes import Faute, separe
from batchcalc.schema.ordre import Reperes
from batchcalc.schema.raisons import (
    MOTIF_INVALIDE,
    PRESENCE_NULLE,
    SIRET_INVALIDE,
    SIRET_MONTRABLE,
    Raison,
    hors_bornes,
    mois_hors_periode,
    presence_incomplete,
    valeur_inconnue,
    vide,
)
from batchcalc.schema.suivi import Bools


def controle(
    frame: pl.DataFrame,
    marques: Reperes | None = None,
    /,
    *,
    premier_mois: date,
    dernier_mois: date,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a physical frame into the rows that can be computed and the rejects.

    Args:
        frame: physical columns, `fichier` and `ligne`.
        marques: where the keys change, if that is known.
        premier_mois: first day of the first month the rules cover.
        dernier_mois: first day of the last one.

    Returns:
        The good rows in their order, and the rejects.
    """
    fautes = [*_fautes_de_mois(premier_mois, dernier_mois), *fautes_de_valeur(frame.columns)]
    if marques is not None:
        fautes = [_la_ou_il_change(faute, marques.siret) for faute in fautes]
    return separe(frame, fautes)


def _la_ou_il_change(faute: Faute, change: Bools) -> Faute:
    """A fault of the siret, looked for where that changes; any other as it is."""
    if faute.code != SIRET_INVALIDE.code:
        return faute
    sirets = pl.col("siret").gather(np.flatnonzero(change))
    return replace(faute, absente=sirets.str.contains(SIRET).all())


def fautes_de_valeur(physiques: Collection[str]) -> list[Faute]:
    """Faults of the value of one cell, in the columns present."""
    par_colonne = _fautes_par_colonne().items()
    return [faute for nom, fautes in par_colonne if nom in physiques for faute in fautes]


@cache
def _fautes_par_colonne() -> dict[str, tuple[Faute, ...]]:
    return {colonne.physique: tuple(_fautes(colonne)) for colonne in COLONNES}


def fautes_de_presence(physiques: Collection[str]) -> list[Faute]:
    """Faults of the presence ratio (law, 3.4), on rows already added up by contract and month."""
    due, habituelle = (
        pl.col(nom) if nom in physiques else pl.lit(None, pl.Int64)
        for nom in ("remuneration_due_cents", "remuneration_habituelle_cents")
    )
    if not {"remuneration_due_cents", "remuneration_habituelle_cents"} & set(physiques):
        return []
    return [
        Faute(*presence_incomplete(nom), une.is_null() & autre.is_not_null())
        for nom, une, autre in (
            ("remuneration_due", due, habituelle),
            ("remuneration_habituelle", habituelle, due),
        )
    ] + [Faute(*PRESENCE_NULLE, (habituelle == 0) & (due != 0))]


def _fautes_de_mois(premier: date, dernier: date) -> list[Faute]:
    mois = pl.col("mois")
    dehors = ~mois.is_between(premier, dernier)
    absente = _dans(mois, pl.lit(premier), pl.lit(dernier))
    return [Faute(*mois_hors_periode(premier, dernier), dehors, mois.cast(pl.String), absente)]


def _dans(cellule: pl.Expr, least: pl.Expr, most: pl.Expr) -> pl.Expr:
    """Whether the least and the greatest value are in bounds: faster than to ask every row."""
    return ((cellule.min() >= least) & (cellule.max() <= most)).fill_null(value=True)


def _fautes(colonne: Colonne) -> Iterator[Faute]:
    cellule = pl.col(colonne.physique)
    if colonne.requise:
        yield Faute(*vide(colonne), cellule.is_null(), absente=~cellule.has_nulls())
    if colonne.genre == "siret":
        court = pl.when(cellule.str.len_chars() < SIRET_MONTRABLE).then(cellule)
        yield _motif(colonne, SIRET, SIRET_INVALIDE, court)
    if colonne.nom == "motif_exclusion":
        yield _motif(colonne, MOTIF, MOTIF_INVALIDE, cellule)
    if colonne.valeurs:
        yield _valeur_inconnue(colonne)
    if colonne.bornes:
        yield _hors_bornes(colonne, *colonne.bornes)


def _motif(colonne: Colonne, motif: str, raison: Raison, valeur: pl.Expr) -> Faute:
    cellule = pl.col(colonne.physique)
    # Equal cells mostly stand together: one of each run is enough.
    absente = cellule.filter(cellule.ne_missing(cellule.shift())).str.contains(motif).all()
    return Faute(*raison, ~cellule.str.contains(motif), valeur, absente)


def _valeur_inconnue(colonne: Colonne) -> Faute:
    cellule, admises = pl.col(colonne.physique), list(colonne.valeurs)
    return Faute(
        *valeur_inconnue(colonne),
        ~cellule.is_in(admises),
        _texte(colonne),
        absente=_parmi(colonne, admises),
    )


def _parmi(colonne: Colonne, admises: list[str | int]) -> pl.Expr:
    """Whether every cell holds one of the values."""
    cellule = pl.col(colonne.physique)
    if colonne.numerique:
        return reduce(or_, (cellule == valeur for valeur in admises)).all()
    return cellule.unique().is_in(admises).all()


def _hors_bornes(colonne: Colonne, least: int, most: int) -> Faute:
    cellule = pl.col(colonne.physique)
    dehors = ~cellule.is_between(least, most)
    absente = _dans(cellule, pl.lit(least), pl.lit(most))
    return Faute(*hors_bornes(colonne), dehors, _texte(colonne), absente)


def _texte(colonne: Colonne) -> pl.Expr:
    cellule = pl.col(colonne.physique)
    return decimal(cellule, 38, colonne.echelle).cast(pl.String) if colonne.numerique else cellule
