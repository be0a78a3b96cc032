"""Merging streams in the order of the establishments, with a bounded part of each in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from batchcalc.schema.ordre import (
    Cle,
    Courses,
    Reperes,
    cle,
    descentes,
    etablissements_en_desordre,
    suite,
    trie,
)

LOT: Final = 1 << 17
"""Rows of a lot, about: what is computed and written at once."""

LUS_ENSEMBLE: Final = 12 * LOT
"""Rows read ahead of all streams open at once, about: a lot of each of twelve monthly files."""

LOT_MINIMAL: Final = 1 << 13
"""Rows read at once from one stream, where many are open."""

GRAND_ETABLISSEMENT: Final = 1 << 20
"""Rows of one establishment from which its contracts, if in order, no longer wait for its end."""

Lots = Iterator[tuple[pl.DataFrame, Reperes]]
"""Physical frames, and where the keys change in each."""

Suite = tuple[pl.DataFrame, Reperes | Courses | None]
"""A frame, and where its keys change if it is in key order, or its runs; None if it has to be
sorted."""

COURSES: Final = 64
"""Most runs merged: each contract is looked for in all of them."""


class DesordreError(Exception):
    """A stream is not in the order of the establishments; `source` is the number it was given."""

    def __init__(self, source: int) -> None:
        super().__init__(source)
        self.source = source


@dataclass(frozen=True, slots=True)
class Flux:
    """Physical frames of one source, in the order of the establishments as far as one hopes.

    Attributes:
        source: its number.
        lots: reads them from the beginning, in frames of about so many rows.
        premier: the first siret; empty where it is not known before reading.
    """

    source: int
    lots: Callable[[int], Lots]
    premier: str = ""


def fusion(flux: Sequence[Flux]) -> Iterator[Suite]:
    """The rows of all streams, in frames that follow each other in key order.

    All rows of a contract are in one frame. A stream is opened when its first establishment is due:
    files that follow each other are read one after the other, monthly files side by side.

    Raises:
        DesordreError: a stream is not in order.
    """
    ensemble = max(Counter(un.premier for un in flux).values(), default=1)
    lu = min(LOT, max(LOT_MINIMAL, LUS_ENSEMBLE // ensemble))
    attente = sorted((_Lecteur(un, lu) for un in flux), key=lambda lecteur: lecteur.premiere)
    ouverts: list[_Lecteur] = []
    while True:
        part = LOT // max(1, len(ouverts))
        for lecteur in ouverts:
            lecteur.remplit(part)
        ouverts = [lecteur for lecteur in ouverts if not lecteur.est_vide]
        borne = _borne(ouverts, attente, part)
        suites = [suite for lecteur in ouverts if (suite := lecteur.avant(borne))[0].height]
        if suites:
            yield suites[0] if len(suites) == 1 else _melees(suites)
        elif attente and attente[0].premiere == borne:
            ouverts.append(attente.pop(0))
        elif ouverts:  # one establishment fills all that was read of it
            for lecteur in ouverts:
                lecteur.allonge()
        else:
            return


def _borne(ouverts: Sequence[_Lecteur], attente: Sequence[_Lecteur], part: int) -> Cle | None:
    """The first contract to leave for later: more of its rows may come, or the lot is large enough.

    None when all were read and make one lot.
    """
    bornes = [borne for lecteur in ouverts if (borne := lecteur.borne(part)) is not None]
    return min([*bornes, *(lecteur.premiere for lecteur in attente[:1])], default=None)


def _melees(suites: Sequence[tuple[pl.DataFrame, Reperes | None]]) -> Suite:
    frame = pl.concat((frame for frame, _ in suites), how="diagonal")
    marques = [marques for _, marques in suites if marques is not None]
    if len(marques) < len(suites) or len(suites) > COURSES:
        return frame, None
    debuts = np.cumsum([0, *(suite.height for suite, _ in suites)])
    return frame, Courses(_bout_a_bout(marques), debuts)


def _bout_a_bout(marques: Sequence[Reperes]) -> Reperes:
    par_niveau = zip(*(une.niveaux for une in marques), strict=True)
    siret, salarie, contrat = (np.concatenate(niveau) for niveau in par_niveau)
    return Reperes(siret, salarie, contrat)


class _Lecteur:
    """One stream, and the rows of it that were read and not yet given."""

    def __init__(self, flux: Flux, lu: int) -> None:
        self.premiere: Cle = (flux.premier, "", "")
        self.fini = False
        self._flux = flux
        self._lu = lu
        self._lots: Lots | None = None
        self._lus: list[tuple[pl.DataFrame, Reperes]] = []
        self._hauteur = 0
        self._en_ordre = True
        self._coupe = False

    @property
    def est_vide(self) -> bool:
        """Whether everything was given."""
        return self.fini and not self._hauteur

    def borne(self, part: int) -> Cle | None:
        """The first contract to leave for later, if about `part` rows are to be given."""
        if self._hauteur > 2 * part and (siret := self._siret(part)) > self._siret(0):
            return siret, "", ""
        if self.fini:
            return None
        siret, salarie, contrat = cle(self._lus[-1][0], -1)
        grand = self._hauteur > GRAND_ETABLISSEMENT and self._siret(0) == siret
        if self._en_ordre and grand:
            self._coupe = True  # contracts of one establishment go: they must stay in order
            return siret, salarie, contrat
        return siret, "", ""

    def _siret(self, rang: int) -> str:
        for lot, _ in self._lus:
            if rang < lot.height:
                return str(lot.get_column("siret")[rang])
            rang -= lot.height
        raise IndexError(rang)

    def remplit(self, taille: int) -> None:
        """Read until `taille` rows are there to give, or the end."""
        while self._hauteur < max(1, taille) and not self.fini:
            self.allonge()

    def allonge(self) -> None:
        """Read one frame more."""
        if self._lots is None:
            self._lots = self._flux.lots(self._lu)
        lu = next(self._lots, None)
        if lu is None:
            self.fini = True
        elif lu[0].height:
            self._ajoute(*lu)

    def _ajoute(self, lot: pl.DataFrame, marques: Reperes) -> None:
        en_ordre = descentes(lot, marques) == 0
        etablissements = en_ordre or not etablissements_en_desordre(lot)
        if self._lus:
            dernier = self._lus[-1][0]
            marques = suite(self._lus[-1], (lot, marques))
            avant, apres = cle(dernier, -1), cle(lot, 0)
            mois = dernier.get_column("mois")[-1], lot.get_column("mois")[0]
            en_ordre &= (avant, mois[0]) <= (apres, mois[1])
            etablissements &= avant[0] <= apres[0]
        if not etablissements or (self._coupe and not en_ordre):
            raise DesordreError(self._flux.source)
        self._en_ordre &= en_ordre
        self._lus.append((lot, marques))
        self._hauteur += lot.height

    def avant(self, borne: Cle | None) -> tuple[pl.DataFrame, Reperes | None]:
        """Take the rows of the contracts before `borne`."""
        if not self._lus:
            return pl.DataFrame(), None
        frame, marques = self._lus[0] if len(self._lus) == 1 else self._ensemble()
        if borne is not None and borne[1] and not self._en_ordre:
            # Another stream gives a great establishment contract by contract: so must this one.
            frame, marques = trie(frame, marques)
            self._en_ordre = True
        rang = frame.height
        if borne is not None:
            rang = bisect_left(range(frame.height), borne, key=lambda i: cle(frame, i))
        donnees = frame[:rang], marques.part(0, rang) if self._en_ordre else None
        self._garde(frame[rang:], marques.part(rang))
        return donnees

    def _ensemble(self) -> tuple[pl.DataFrame, Reperes]:
        frame = pl.concat((lot for lot, _ in self._lus), how="diagonal", rechunk=True)
        return frame, _bout_a_bout([marques for _, marques in self._lus])

    def _garde(self, reste: pl.DataFrame, marques: Reperes) -> None:
        self._lus = [(reste, marques)] if reste.height else []
        self._hauteur = reste.height
        self._en_ordre = self._en_ordre or not reste.height or descentes(reste, marques) == 0
