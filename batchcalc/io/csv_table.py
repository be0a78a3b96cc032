"""A table of contract-months in CSV, read in batches side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import polars as pl

from batchcalc.io.csv_bytes import Octets
from batchcalc.io.csv_lot import Lecture
from batchcalc.io.csv_text import Bloc, Entete, blocs, lis_entete
from batchcalc.io.refus import lisible
from batchcalc.io.source import Entree
from batchcalc.schema import Normalise, colonnes_inconnues

_TOUTES_LES_LIGNES: Final = 1 << 40


def ouvre_csv(entree: Entree) -> TableCsv:
    """Open a CSV text: its header is checked at once, its records when they are read.

    Raises:
        InputError: not a CSV text.
        SchemaError: a required column is missing, or one is named twice.
        OSError: the file cannot be opened.
    """
    octets = Octets(entree)
    entete = lis_entete(octets)
    nommees = {colonne: pl.String() for colonne in entete.colonnes if colonne}
    ignorees = colonnes_inconnues(nommees, entree.nom)
    return TableCsv(entree.nom, ignorees, octets, entete)


class TableCsv:
    """One open CSV table.

    Attributes:
        nom: the file, as given.
        ignorees: columns the contract does not know.
    """

    def __init__(self, nom: str, ignorees: tuple[str, ...], octets: Octets, entete: Entete) -> None:
        self.nom = nom
        self.ignorees = ignorees
        self._octets = octets
        self._entete = entete
        self._sans_fin: bool | None = None

    def lots(self, taille: int) -> Iterator[Normalise]:
        """Read the rows in physical batches, in order, each with its rejects.

        Lines that are not whole records are among the rejects. The frame has the columns of the
        file, `fichier` and `ligne`.

        Args:
            taille: rows of a batch, about; a few megabytes of text at most.

        Raises:
            InputError: the file cannot be read to its end, or changed since it was opened.
        """
        threads = pl.thread_pool_size()
        with ThreadPoolExecutor(threads) as pool:
            encours: deque[Future[Normalise]] = deque()
            for bloc in self._blocs(taille):
                encours.append(pool.submit(self._lot, bloc))
                if len(encours) > threads:
                    yield encours.popleft().result()
            while encours:
                yield encours.popleft().result()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the summary should say; reads the whole file, unless it has been read."""
        if self._sans_fin is None:
            deque(self._blocs(_TOUTES_LES_LIGNES), maxlen=0)
        if not self._sans_fin:
            return ()
        return ("The last line has no line end: check that the file is whole.",)

    def _blocs(self, lignes: int) -> Iterator[Bloc]:
        suite, sans_fin = blocs(self._octets, self._entete, lignes), False
        while True:
            with lisible(self.nom):
                bloc = next(suite, None)
            if bloc is None:
                break
            sans_fin = bloc.sans_fin
            yield bloc
        self._sans_fin = sans_fin

    def _lot(self, bloc: Bloc) -> Normalise:
        with lisible(self.nom):
            return self._lecture(bloc).lot()

    def _lecture(self, bloc: Bloc) -> Lecture:
        return Lecture(self._octets, self._entete, bloc)
