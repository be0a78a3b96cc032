"""A lot of DSN files read to its end: contract-months, bordereaux, declarations and rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from batchcalc.io.archive import Source
from batchcalc.io.dsn import codes
from batchcalc.io.dsn.controles import erreurs
from batchcalc.io.dsn.declarations import (
    bordereaux,
    declarations,
    fautes_d_envoi,
    fautes_de_declaration,
    natures,
)
from batchcalc.io.dsn.frames import frame
from batchcalc.io.dsn.lot import Lot
from batchcalc.io.dsn.mois import mois_contrat
from batchcalc.io.dsn.rejets import rejets_des_erreurs
from batchcalc.io.dsn.tables import Tables
from batchcalc.kernels import dsn_rows as k
from batchcalc.schema import Rejet, from_rejets

TROP: Final = (
    "The file holds so many errors that its reading stops here. Export it anew; what stands before"
    " this line was read."
)


@dataclass(slots=True)
class LotLu:
    """What a lot of files holds, before it is known which declarations count.

    Attributes:
        etablissements, declarees: how many establishments and declarations there are.
        declarations: see `declarations.declarations`.
        mois: contract-months, with `etablissement`, the row of theirs in `declarations`.
        bordereaux: see `declarations.bordereaux`.
        rejets: reject table and `declaration`, the row of theirs, null for none.
        comptes: how many of each thing.
    """

    etablissements: int = 0
    declarees: int = 0
    declarations: list[pl.DataFrame] = field(default_factory=list)
    mois: list[pl.DataFrame] = field(default_factory=list)
    bordereaux: list[pl.DataFrame] = field(default_factory=list)
    rejets: list[pl.DataFrame] = field(default_factory=list)
    comptes: Counter[str] = field(default_factory=Counter)


def lis_lot(sources: Sequence[Source], tables: Tables) -> LotLu:
    """Read files one after the other.

    Args:
        sources: the files.
        tables: what to read them into; it serves again.
    """
    lu = LotLu()
    lot = Lot(sources, tables)
    for _ in lot.tranches():
        _releve(lot, lu)
    lues = declarations(lot)
    lu.declarations.append(lues)
    lu.etablissements = lues.height
    lu.declarees = lot.tables.nombre(k.DECLARATION)
    faux = [_du_fichier(lot.fichiers[rang], None, *raison) for rang, raison in lot.refus]
    faux += [
        _du_fichier(lot.fichiers[rang], lot.dernieres[rang], "trop-d-erreurs", TROP)
        for rang in lot.abandons
    ]
    faux += [*fautes_d_envoi(lot, lot.dernieres), *fautes_de_declaration(lot, lues)]
    lu.rejets.append(from_rejets(faux).with_columns(declaration=pl.lit(None, pl.Int64)))
    lu.comptes.update({"fichiers": len(sources), "fichiers_refuses": len(lot.refus)})
    _compte(lot, lu.comptes)
    return lu


def _du_fichier(nom: str, ligne: int | None, code: str, message: str) -> Rejet:
    return Rejet(nom, ligne, None, None, None, "", None, code, message)


def _releve(lot: Lot, lu: LotLu) -> None:
    """Take what the tables of persons hold."""
    fautes = erreurs(lot)
    mois, comptes = mois_contrat(lot, fautes)
    lu.mois.append(mois)
    lu.bordereaux.append(bordereaux(lot))
    lu.rejets.append(rejets_des_erreurs(lot, fautes))
    lu.comptes.update(comptes)
    lu.comptes["individus"] += lot.tables.nombre(k.INDIVIDU)
    lu.comptes["contrats"] += lot.tables.nombre(k.CONTRAT)


def _compte(lot: Lot, comptes: Counter[str]) -> None:
    comptes["lignes"] += lot.tables.lignes
    comptes["lignes_portail"] += lot.tables.portail
    comptes["rubriques_inconnues"] += lot.tables.inconnues
    comptes["envois"] += lot.tables.nombre(k.ENVOI)
    comptes["envois_essai"] += frame(lot, k.ENVOI).filter(essai=codes.ENVOI_ESSAI).height
    for nature, nombre in natures(lot):
        comptes["declarations"] += nombre
        if nature not in codes.NATURES_LUES:
            comptes["declarations_ignorees"] += nombre
            nom = "inconnue" if nature is None else f"{nature:02}"
            comptes[f"declarations_nature_{nom}"] += nombre
