"""Everything the user named, whatever its format, as sources of physical frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.io import archive, tabular
from batchcalc.io.csv_table import TableCsv
from batchcalc.io.dsn import DsnLecture, read_dsn
from batchcalc.io.source import Entree, Format, resolve, sha256

LOT = 1 << 17
"""Rows read at once."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""

Lots = Iterator[schema.Normalise]
"""Physical contract-months, and the rows and lines that cannot be used."""


@dataclass(frozen=True, slots=True)
class Source:
    """One open input.

    Attributes:
        nom: the file, as given.
        lots: reads it from its beginning, in frames of about so many rows.
        table: whether it is a table, which may be in key order; declarations are not.
    """

    nom: str
    lots: Callable[[int], Lots]
    table: bool = True


@dataclass(slots=True)
class Lecture:
    """What the user named, open: tables by their header, declarations read whole.

    Attributes:
        sources: in the order of their names.
        counts: files, declarations read and skipped...
    """

    sources: list[Source] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    tables: list[tabular.Table | TableCsv] = field(default_factory=list)
    _identites: list[Future[dict[str, Any]]] = field(default_factory=list)

    def tout(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Every contract-month in memory, and the rejects: for what is known to be small."""
        lots = [lot for source in self.sources for lot in source.lots(LOT)]
        frame = pl.concat([schema.vide(), *(lot.physique for lot in lots)], how="diagonal")
        return frame, pl.concat([schema.no_rejets(), *(lot.rejets for lot in lots)])

    def notes(self) -> list[str]:
        """What the summary should say, once everything was read."""
        said = []
        for table in self.tables:
            ignored = [f"columns ignored: {', '.join(table.ignorees)}"] if table.ignorees else []
            said += [f"{table.nom}: {note}" for note in (*table.notes, *ignored)]
        return said

    def identites(self) -> list[dict[str, Any]]:
        """Each file's name, format, size and SHA-256; waits until they are known."""
        return [identite.result() for identite in self._identites]


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress wanted."""


def ouvre(
    inputs: Sequence[str], *, input_format: Format | None, threads: int, progress: Progress
) -> Lecture:
    """Open files, folders, globs or standard input.

    Args:
        inputs: what the user named.
        input_format: of standard input.
        threads: DSN files read at once.
        progress: called as files are opened.

    Raises:
        InputError, SchemaError, ConfigError: an input that cannot be read at all.
    """
    entrees = resolve(inputs, input_format=input_format)
    return ouvre_entrees(entrees, threads=threads, progress=progress)


def ouvre_entrees(entrees: Sequence[Entree], *, threads: int, progress: Progress) -> Lecture:
    """Open files that are already told apart, in the order of their names.

    Raises:
        InputError, SchemaError: as `ouvre`.
    """
    lecture = Lecture()
    lecture.counts["files"] = len(entrees)
    etapes = _Etapes(progress, len(entrees))
    declarations = [entree for entree in entrees if entree.genre == "dsn"]
    for entree in entrees:
        if entree.genre == "table":
            etapes.suivante(entree)
            _ouvre_table(entree, lecture)
    if declarations:
        lu = _lis_declarations(declarations, threads, etapes)
        lecture.counts.update({f"dsn_{name}": value for name, value in lu.comptes.items()})
        lots = partial(_une_fois, _sans_vides(lu.mois_contrat), lu.rejets)
        lecture.sources.append(Source(declarations[0].nom, lots, table=False))
    # Hashing goes on beside what follows: reading declarations keeps every thread at work, and
    # putting them together does not.
    pool = ThreadPoolExecutor(1)
    lecture._identites = [pool.submit(_identite, entree) for entree in entrees]
    pool.shutdown(wait=False)
    return lecture


def lis_declarations(entrees: Sequence[Entree], *, threads: int) -> DsnLecture:
    """Read DSN files whole.

    Raises:
        InputError: none of them is a DSN, or one cannot be opened.
    """
    return _lis_declarations(entrees, threads, _Etapes(silent, len(entrees)))


@dataclass(slots=True)
class _Etapes:
    progress: Progress
    total: int
    faites: int = 0

    def suivante(self, entree: Entree) -> None:
        self.progress(f"reading {entree.nom}", self.faites, self.total)
        self.faites += 1


def _lis_declarations(entrees: Sequence[Entree], threads: int, etapes: _Etapes) -> DsnLecture:
    def contenus() -> Iterator[archive.Source]:
        for entree in entrees:
            etapes.suivante(entree)
            yield from archive.open_dsn(entree.chemin or entree.nom, entree.nom)

    lu = read_dsn(contenus(), threads=threads)
    if lu.comptes.get("fichiers_refuses", 0) == lu.comptes["fichiers"]:
        first = lu.rejets.row(0, named=True)
        raise InputError(
            first["message"],
            hint="Nothing else was given to read.",
            code=first["code"],
            file=first["fichier"],
        )
    return lu


def _sans_vides(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the optional columns that hold nothing."""
    requises = {column.physique for column in schema.COLONNES if column.requise}
    return frame.select(
        serie
        for serie in frame
        if serie.name in requises or not frame.height or serie.null_count() < frame.height
    )


def _une_fois(frame: pl.DataFrame, rejets: pl.DataFrame, _taille: int) -> Lots:
    yield schema.Normalise(frame, rejets, None)


def _ouvre_table(entree: Entree, lecture: Lecture) -> None:
    table = tabular.ouvre(entree)
    lecture.sources.append(Source(entree.nom, table.lots))
    lecture.tables.append(table)


def _identite(entree: Entree) -> dict[str, Any]:
    place = entree.chemin
    if place is None:
        return {"path": entree.nom, "format": entree.format}
    return {
        "path": entree.nom,
        "format": entree.format,
        "bytes": place.stat().st_size,
        "sha256": sha256(place),
    }
