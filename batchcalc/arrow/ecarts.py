"""Rows of an Arrow table that cannot be used: the same reject table as `schema.fautes` makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batchcalc.schema.colonnes import SIRET
from batchcalc.schema.raisons import CONTROLE, LONGUEUR_MAXIMALE, NIR, Raison

REJETS: Final = pa.schema(
    {
        "fichier": pa.string(),
        "ligne": pa.int64(),
        "siret": pa.string(),
        "contrat": pa.string(),
        "mois": pa.date32(),
        "colonne": pa.string(),
        "valeur": pa.string(),
        "code": pa.string(),
        "message": pa.string(),
    }
)
"""Columns of the reject table. The person is never one of them."""

Bools = NDArray[np.bool_]
Rangs = NDArray[np.intp]
Textes = Callable[[Rangs], list[str | None]]


@dataclass(frozen=True, slots=True)
class Faute:
    """One way rows are wrong: why, which rows, and the texts to show of some of them."""

    raison: Raison
    quand: Bools
    valeur: Textes | None = None


def separe(table: pa.Table, fautes: Iterable[Faute]) -> tuple[pa.Table, pa.Table]:
    """Split a table into the rows without fault and the rejects, by the first fault of each row."""
    bons = np.ones(table.num_rows, np.bool_)
    ecartes = [REJETS.empty_table()]
    for faute in fautes:
        rangs = np.flatnonzero(faute.quand & bons)
        if rangs.size:
            bons[rangs] = False
            valeurs = None if faute.valeur is None else faute.valeur(rangs)
            ecartes.append(rejets(table, rangs, faute.raison, valeurs))
    bonnes = table if bons.all() else table.filter(pa.array(bons))
    return bonnes, pa.concat_tables(ecartes)


def rejets(
    table: pa.Table, rangs: Rangs, raison: Raison, valeurs: list[str | None] | None = None
) -> pa.Table:
    """The reject table of some rows of a physical table."""
    lignes = table.select(["fichier", "ligne", "siret", "contrat", "mois"]).take(pa.array(rangs))
    sirets, contrats = lignes["siret"].to_pylist(), lignes["contrat"].to_pylist()
    colonnes = {
        "fichier": lignes["fichier"],
        "ligne": lignes["ligne"],
        "siret": [siret if siret and re.search(SIRET, siret) else None for siret in sirets],
        "contrat": [montrable(contrat) for contrat in contrats],
        "mois": lignes["mois"],
        "colonne": [raison.colonne] * rangs.size,
        "valeur": [montrable(valeur) for valeur in valeurs or [None] * rangs.size],
        "code": [raison.code] * rangs.size,
        "message": [raison.message] * rangs.size,
    }
    return pa.table(colonnes, schema=REJETS)


def montrable(texte: str | None) -> str | None:
    """Text fit to be shown: no control character, short, and None where it looks like a NIR."""
    if texte is None or re.search(NIR, texte):
        return None
    return re.sub(CONTROLE, "", texte)[:LONGUEUR_MAXIMALE]
