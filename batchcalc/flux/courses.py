"""Sorted runs out of a stream in no order: in memory while there is room, then in files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

import polars as pl

from batchcalc.flux.fusion import Flux, Lots
from batchcalc.schema.ordre import reperes, trie

COURSE: Final = 1 << 20
"""Rows of a run: what is sorted at once."""

EN_MEMOIRE: Final = 2 * COURSE
"""Rows of runs that stay in memory."""

_ENREGISTREMENT: Final = 1 << 15


class Reserve:
    """The runs of all sources, as a context: their files go when it is left."""

    def __init__(self) -> None:
        self._place = EN_MEMOIRE
        self._dossier: TemporaryDirectory[str] | None = None
        self._fichiers = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._dossier is not None:
            self._dossier.cleanup()

    def en_courses(self, source: int, lots: Lots) -> list[Flux]:
        """Cut the frames of a source into sorted runs, each a stream."""
        return [
            Flux(source, self._garde(course), course.get_column("siret")[0])
            for course in _courses(lots)
        ]

    def _garde(self, course: pl.DataFrame) -> Callable[[int], Lots]:
        if course.height <= self._place:
            self._place -= course.height
            return partial(_tranches, course.lazy(), course.height)
        return partial(_tranches, self.depose(course), course.height)

    def depose(self, frame: pl.DataFrame) -> pl.LazyFrame:
        """Put a frame in a file, to be read as long as the reserve is open."""
        if self._dossier is None:
            self._dossier = TemporaryDirectory(prefix="batchcalc-")
        fichier = Path(self._dossier.name) / f"{self._fichiers:06d}.arrow"
        self._fichiers += 1
        frame.write_ipc(fichier, compression="lz4", record_batch_size=_ENREGISTREMENT)
        return pl.scan_ipc(fichier)


def _courses(lots: Lots) -> Iterator[pl.DataFrame]:
    attente: list[pl.DataFrame] = []
    hauteur = 0
    for lot, _ in lots:
        attente.append(lot)
        hauteur += lot.height
        if hauteur >= COURSE:
            yield _triee(attente)
            attente, hauteur = [], 0
    if hauteur:
        yield _triee(attente)


def _triee(lots: list[pl.DataFrame]) -> pl.DataFrame:
    return trie(pl.concat(lots, how="diagonal", rechunk=True))[0]


def _tranches(course: pl.LazyFrame, hauteur: int, taille: int) -> Lots:
    for debut in range(0, hauteur, taille):
        tranche = course.slice(debut, taille).collect()
        yield tranche, reperes(tranche)
