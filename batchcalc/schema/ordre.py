"""Key order of one frame: where keys change, and whether no row comes before the one above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.schema.colonnes import CLE
from batchcalc.schema.suivi import Bools, Suivi, suivi

CONTRAT: Final = CLE[:3]

Cle = tuple[str, str, str]
"""A contract: siret, salarie, contrat, as text; their order is that of the rows."""

ECHANTILLON: Final = 1 << 12
"""Rows that tell whether a frame is made of runs in order."""


class Reperes(NamedTuple):
    """True on each row that begins an establishment, a person of it, a contract of that person.

    The first row begins all three. Rows of one key need not stand together.

    Attributes:
        baisses: how many keys are below the one above, where that was counted.
    """

    siret: Bools
    salarie: Bools
    contrat: Bools
    baisses: int | None = None

    @property
    def niveaux(self) -> tuple[Bools, Bools, Bools]:
        """The marks alone."""
        return self[:3]

    def part(self, lo: int, hi: int | None = None) -> Reperes:
        """Those of rows lo to hi - 1, as if no row came before."""
        siret, salarie, contrat = (niveau[lo:hi].copy() for niveau in self.niveaux)
        for part in (siret, salarie, contrat):
            part[:1] = True
        return Reperes(siret, salarie, contrat, 0 if self.baisses == 0 else None)


class Courses(NamedTuple):
    """Runs in key order, one after the other in a frame.

    Attributes:
        reperes: where the keys change; all of them do where a run begins.
        debuts: first row of each run, none of which is empty, then how many rows there are.
    """

    reperes: Reperes
    debuts: NDArray[np.int64]


def suivis(frame: pl.DataFrame) -> list[Suivi]:
    """How the keys of a frame follow each other."""
    suivies: list[Suivi] = []
    avant = np.zeros(frame.height, np.bool_)
    for nom in CONTRAT:
        suivies.append(suivi(frame.get_column(nom), avant))
        avant = suivies[-1].change
    return suivies


def reperes(frame: pl.DataFrame) -> Reperes:
    """Where the keys of a frame change."""
    return des_suivis(suivis(frame))


def des_suivis(suivies: Sequence[Suivi]) -> Reperes:
    """Where keys that were followed change."""
    siret, salarie, contrat = (suivie.change for suivie in suivies)
    return Reperes(siret, salarie, contrat, sum(suivie.descentes for suivie in suivies))


def suite(avant: tuple[pl.DataFrame, Reperes], apres: tuple[pl.DataFrame, Reperes]) -> Reperes:
    """The marks of the second frame where it follows the first."""
    ici, la = cle(avant[0], -1), cle(apres[0], 0)
    siret, salarie, contrat = (niveau.copy() for niveau in apres[1].niveaux)
    for rang, niveau in enumerate((siret, salarie, contrat), start=1):
        niveau[0] = ici[:rang] != la[:rang]
    return Reperes(siret, salarie, contrat)


def mois_doubles(frame: pl.DataFrame, contrat: Bools) -> Bools:
    """True on each row that has the contract and the month of the row above."""
    mois = jours_de_mois(frame)
    doubles = ~contrat
    doubles[1:] &= mois[1:] == mois[:-1]
    return doubles


def descentes(frame: pl.DataFrame, marques: Reperes) -> int:
    """How many rows come before the row above; 0 in a frame in order."""
    mois = jours_de_mois(frame)
    reculs = mois[1:] < mois[:-1]
    reculs &= ~marques.contrat[1:]
    plus_bas = reperes(frame).baisses if marques.baisses is None else marques.baisses
    return int(plus_bas or 0) + int(np.count_nonzero(reculs))


def etablissements_en_desordre(frame: pl.DataFrame) -> int:
    """How many establishments come before the one above."""
    return suivi(frame.get_column("siret"), np.zeros(frame.height, np.bool_)).descentes


def trie(frame: pl.DataFrame, marques: Reperes | None = None) -> tuple[pl.DataFrame, Reperes]:
    """The frame in key order, and its marks."""
    marques = reperes(frame) if marques is None else marques
    return (frame, marques) if not descentes(frame, marques) else range_(frame)


def range_(frame: pl.DataFrame) -> tuple[pl.DataFrame, Reperes]:
    """The same for a frame known to be in no order."""
    # A stable sort follows runs already in order (files of one month each): much faster than
    # an unstable one there, much slower on rows in no order at all. Equal keys are ordered later.
    debut = frame[:ECHANTILLON]
    stable = descentes(debut, reperes(debut)) * 8 < debut.height
    frame = frame.rechunk()
    rang = pl.int_range(pl.len(), dtype=pl.UInt32).alias("rang")
    ordre = frame.select(*CLE, rang).sort(CLE, maintain_order=stable).get_column("rang")
    frame = frame.select(pl.all().gather(ordre))
    return frame, reperes(frame)


def cle(frame: pl.DataFrame, rang: int) -> Cle:
    """The contract of one row."""
    siret, salarie, contrat = (frame.get_column(nom)[rang] for nom in CONTRAT)
    return siret, salarie, contrat


def jours_de_mois(frame: pl.DataFrame) -> NDArray[np.int32]:
    """The months of a frame, by their first days, in days since 1970."""
    return en_jours(frame.get_column("mois"))


def en_jours(dates: pl.Series) -> NDArray[np.int32]:
    """Dates without a null as days since 1970."""
    return dates.cast(pl.Int32).to_numpy()
