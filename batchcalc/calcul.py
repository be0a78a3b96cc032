"""The contributions of some sources, lot by lot: read, check, merge, compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

import polars as pl

from batchcalc import bridge, schema
from batchcalc.bridge.results import TOTAUX
from batchcalc.flux import DesordreError, Flux, Lots, Reserve, Suite, en_avance, fusion
from batchcalc.io.lecture import Source
from batchcalc.options import Options
from batchcalc.report.bilan import Bilan
from batchcalc.rules.load import Rules
from batchcalc.schema.ordre import etablissements_en_desordre, reperes

TETE = 1 << 10
"""Rows read of a source to know where it begins and whether it seems in order."""

A_TRIER = 1 << 17
"""Rows read at once of a source that has to be sorted."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Rendu:
    """One lot computed: the columns asked for, what is summed, if it is, and what is set apart."""

    contributions: pl.DataFrame
    sommes: tuple[dict[str, int], pl.DataFrame] | None
    rejets: pl.DataFrame
    settled: int


class Calcul:
    """The contributions of some sources, made as they are consumed; a context.

    Args:
        sources: what is computed.
        rules: the parameters of law.
        options: the employer's choices.
        threads: lots computed at once.
        sommes: whether the results are summed too.

    Attributes:
        bilan: of the last pass, as far as it was consumed.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        rules: Rules,
        options: Options,
        threads: int,
        *,
        sommes: bool = True,
    ) -> None:
        self.bilan = Bilan()
        self._sources = sources
        self._rules = rules
        self._options = options
        self._threads = threads
        self._sommes = sommes
        self._ateliers: SimpleQueue[bridge.Workspace] = SimpleQueue()
        for _ in range(threads):
            self._ateliers.put(bridge.Workspace())
        self._reserve = Reserve()
        self._courses: dict[int, tuple[list[Flux], Bilan]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._reserve.__exit__(kind, error, traceback)

    def passe(self, consume: Callable[[], Made]) -> Made:
        """Consume the frames; again, from the start, where a source proves to be in no order."""
        while True:
            try:
                return consume()
            except DesordreError as desordre:
                self.trie(desordre.source)

    def trie(self, source: int) -> None:
        """Sort the rows of a source before anything is made of them."""
        bilan = Bilan()
        lots = self._controles(source, bilan, A_TRIER)
        self._courses[source] = self._reserve.en_courses(source, lots), bilan

    def frames(self, columns: Sequence[str] = tuple(bridge.SCHEMA)) -> Iterator[pl.DataFrame]:
        """The result table lot by lot, in key order; one empty lot where there is no row.

        Raises:
            DesordreError: a source is in no order: `trie` it, and begin again.
        """
        flux = [un for source in range(len(self._sources)) for un in self._flux(source)]
        bilan = self.bilan = Bilan(self._reserve.depose)
        for _, des_courses in self._courses.values():
            bilan.reprend(des_courses)
        attente: deque[Future[_Rendu]] = deque()
        pool = ThreadPoolExecutor(self._threads)
        try:
            for suite in en_avance(self._suites(flux)):
                attente.append(pool.submit(self._calcule, suite, columns))
                if len(attente) >= self._threads:
                    yield self._rendu(attente.popleft())
            while attente:
                yield self._rendu(attente.popleft())
        finally:
            # Frames left before their end are closed by whichever thread lets go of them last, one
            # of the pool included: it cannot wait for itself.
            pool.shutdown(wait=False, cancel_futures=True)

    def _suites(self, flux: Sequence[Flux]) -> Iterator[Suite]:
        suite = None
        for suite in fusion(flux):
            yield suite
        if suite is None:
            yield schema.vide(), None

    def _rendu(self, lot: Future[_Rendu]) -> pl.DataFrame:
        rendu = lot.result()
        if rendu.sommes is not None:
            self.bilan.somme(*rendu.sommes)
        self.bilan.ecarte(rendu.rejets)
        self.bilan.comptes["settled"] += rendu.settled
        return rendu.contributions

    def _calcule(self, suite: Suite, columns: Sequence[str]) -> _Rendu:
        frame, marques, rejets = schema.fusionne(*suite)
        atelier = self._ateliers.get()
        try:
            computed = bridge.compute(frame, self._rules, self._options, marques, atelier)
            return _Rendu(
                computed.contributions(columns),
                self._somme(computed) if self._sommes else None,
                schema.tous_les_rejets(rejets, computed.rejets),
                computed.settled,
            )
        finally:
            self._ateliers.put(atelier)

    @staticmethod
    def _somme(computed: bridge.Computed) -> tuple[dict[str, int], pl.DataFrame]:
        totaux = {"contrats_mois": computed.entree.height, **computed.totals(TOTAUX)}
        return totaux, computed.sommes()

    # --- sources

    def _flux(self, source: int) -> list[Flux]:
        """A source as it is, or its sorted runs where it is not in order."""
        premier = "" if len(self._sources) == 1 else self._premier(source)
        if source not in self._courses and (premier is None or not self._sources[source].table):
            self.trie(source)
        if source in self._courses:
            return self._courses[source][0]
        return [Flux(source, partial(self._lots, source), premier or "")]

    def _lots(self, source: int, taille: int) -> Lots:
        return self._controles(source, self.bilan, taille)

    def _premier(self, source: int) -> str | None:
        """The first siret; empty if it is not known, None if the first rows are in no order."""
        if not self._sources[source].table:
            return None
        for frame, _ in self._controles(source, Bilan(), TETE):
            if frame.height and etablissements_en_desordre(frame):
                return None
            if frame.height:
                return str(frame.get_column("siret")[0])
            break
        return ""

    def _controles(self, source: int, bilan: Bilan, taille: int) -> Lots:
        """The rows of a source that can be computed; the others are set apart."""
        rules, table = self._rules, self._sources[source].table
        for frame, rejets, reperes_lus in self._sources[source].lots(taille):
            marques = reperes_lus or reperes(frame)
            bons, fautifs = schema.controle(
                frame, marques, premier_mois=rules.premier_mois, dernier_mois=rules.dernier_mois
            )
            bilan.ecarte(rejets)
            bilan.ecarte(fautifs)
            if table:
                bilan.comptes["table_rows"] += frame.height + rejets.height
            yield bons, reperes(bons) if fautifs.height else marques
