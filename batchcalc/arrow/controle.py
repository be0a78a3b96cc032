"""What a contract-month must satisfy before it is computed: `schema.check` over Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from batchcalc.arrow.ecarts import Bools, Faute, Rangs, Textes
from batchcalc.arrow.lecture import nuls, vrais
from batchcalc.schema.colonnes import COLONNES, MOTIF, SIRET, Colonne
from batchcalc.schema.raisons import (
    MOTIF_INVALIDE,
    PRESENCE_NULLE,
    SIRET_INVALIDE,
    SIRET_MONTRABLE,
    hors_bornes,
    mois_hors_periode,
    presence_incomplete,
    valeur_inconnue,
    vide,
)


def fautes_de_mois(table: pa.Table, premier: date, dernier: date) -> Iterator[Faute]:
    """Months the rules do not cover."""
    mois = _colonne(table, "mois")
    bornes = (pa.scalar(jour, pa.date32()) for jour in (premier, dernier))
    dehors = _hors(mois, *bornes)
    yield Faute(mois_hors_periode(premier, dernier), dehors, _textes(mois, str))


def fautes_de_valeur(table: pa.Table) -> Iterator[Faute]:
    """Faults of the value of one cell, in the columns present."""
    for colonne in COLONNES:
        if colonne.physique in table.column_names:
            yield from _fautes(colonne, _colonne(table, colonne.physique))


def fautes_de_presence(table: pa.Table) -> Iterator[Faute]:
    """Faults of the presence ratio (law, 3.4), on rows already added up by contract and month."""
    noms = ("remuneration_due", "remuneration_habituelle")
    due, habituelle = (
        _colonne(table, f"{nom}_cents")
        if f"{nom}_cents" in table.column_names
        else pa.nulls(table.num_rows, pa.int64())
        for nom in noms
    )
    for nom, une, autre in zip(noms, (due, habituelle), (habituelle, due), strict=True):
        yield Faute(presence_incomplete(nom), nuls(une) & ~nuls(autre))
    sans = vrais(pc.equal(habituelle, 0)) & vrais(pc.not_equal(due, 0))
    yield Faute(PRESENCE_NULLE, sans)


def _fautes(colonne: Colonne, cellules: pa.Array) -> Iterator[Faute]:
    if colonne.requise:
        yield Faute(vide(colonne), nuls(cellules))
    if colonne.genre == "siret":
        yield Faute(SIRET_INVALIDE, _sans(cellules, SIRET), _textes(cellules, _siret_court))
    if colonne.nom == "motif_exclusion":
        yield Faute(MOTIF_INVALIDE, _sans(cellules, MOTIF), _textes(cellules, str))
    if colonne.valeurs:
        admises = pa.array(colonne.valeurs, cellules.type)
        inconnue = ~np.asarray(pc.is_in(cellules, admises)) & ~nuls(cellules)
        yield Faute(valeur_inconnue(colonne), inconnue, _valeurs(colonne, cellules))
    if colonne.bornes:
        dehors = _hors(cellules, *colonne.bornes)
        yield Faute(hors_bornes(colonne), dehors, _valeurs(colonne, cellules))


def _colonne(table: pa.Table, nom: str) -> pa.Array:
    return table[nom].combine_chunks()


def _sans(cellules: pa.Array, motif: str) -> Bools:
    return ~vrais(pc.match_substring_regex(cellules, motif)) & ~nuls(cellules)


def _hors(cellules: pa.Array, least: object, most: object) -> Bools:
    return vrais(pc.or_(pc.less(cellules, least), pc.greater(cellules, most)))


# --- What is shown of a cell


def _siret_court(siret: str) -> str | None:
    return siret if len(siret) < SIRET_MONTRABLE else None


def _valeurs(colonne: Colonne, cellules: pa.Array) -> Textes:
    if not colonne.numerique:
        return _textes(cellules, str)
    return _textes(cellules, lambda unites: str(Decimal(unites).scaleb(-colonne.echelle)))


def _textes(cellules: pa.Array, ecrit: Callable[[Any], str | None]) -> Textes:
    def valeur(rangs: Rangs) -> list[str | None]:
        return [ecrit(cellule) for cellule in cellules.take(pa.array(rangs)).to_pylist()]

    return valeur
