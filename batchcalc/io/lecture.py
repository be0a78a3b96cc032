"""Everything the user named, whatever its format, as sources of physical frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.io import archive, objets, tabular
from batchcalc.io.csv_table import TableCsv
from batchcalc.io.dsn import DsnLecture, LotLu, ensemble, garde, lis
from batchcalc.io.source import STANDARD_INPUT, Entree, Genre, sha256

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


@dataclass
class Lecture:
    """What the user named, open: tables by their header, declarations read whole.

    Attributes:
        tables: in the order of their names.
        declarations: what DSN files hold, before it is known which declarations count.
        counts: files, declarations read and skipped...
    """

    tables: list[tabular.Table | TableCsv] = field(default_factory=list)
    declarations: list[LotLu] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _identites: list[Future[dict[str, Any]]] = field(default_factory=list)

    @cached_property
    def sources(self) -> list[Source]:
        """Everything, in the order of the names; the declarations as one, after the tables."""
        return [*self.sources_tables(), *self._declarees()]

    def sources_tables(self) -> list[Source]:
        """The tables."""
        return [Source(table.nom, table.lots) for table in self.tables]

    def mois_declares(self) -> set[date]:
        """The months that declarations are of; none if there are tables too."""
        return set() if self.tables else garde.mois_declares(self.declarations)

    def _declarees(self) -> Iterator[Source]:
        if not self.declarations:
            return
        lu = ensemble(self.declarations)
        self.counts.update({f"dsn_{name}": value for name, value in lu.comptes.items()})
        yield source_dsn(lu)

    def tout(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Every contract-month in memory, and the rejects: for what is known to be small."""
        lots = [lot for source in self.sources for lot in source.lots(LOT)]
        frame = pl.concat([schema.vide(), *(lot.physique for lot in lots)], how="diagonal")
        return frame, schema.tous_les_rejets(*(lot.rejets for lot in lots))

    def notes(self) -> list[str]:
        """What the summary should say, once everything was read."""
        said = []
        for table in self.tables:
            ignored = [f"columns ignored: {', '.join(table.ignorees)}"] if table.ignorees else []
            said += [f"{table.nom}: {note}" for note in (*table.notes, *ignored)]
        return said

    def prend_identites(self, entrees: Sequence[Entree], threads: int) -> None:
        """Begin to hash the files, some at once."""
        pool = ThreadPoolExecutor(threads)
        self._identites = [pool.submit(_identite, entree) for entree in entrees]
        pool.shutdown(wait=False)

    def identites(self) -> list[dict[str, Any]]:
        """Each file's name, format, size and SHA-256; waits until they are known."""
        return [identite.result() for identite in self._identites]

    def identites_de(self, genre: Genre) -> list[dict[str, Any]]:
        """The same, of declarations or of tables."""
        return [un for un in self.identites() if (un["format"] == "dsn") == (genre == "dsn")]


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress wanted."""


def ouvre_entrees(entrees: Sequence[Entree], *, threads: int, progress: Progress) -> Lecture:
    """Open files that are already told apart, in the order of their names.

    Args:
        entrees: the files.
        threads: files read at once.
        progress: called as files are opened.

    Raises:
        InputError, SchemaError: an input that cannot be read at all.
    """
    lecture = Lecture()
    lecture.counts["files"] = len(entrees)
    etapes = _Etapes(progress, len(entrees))
    declarations = [entree for entree in entrees if entree.genre == "dsn"]
    for entree in entrees:
        if entree.genre == "table":
            etapes.suivante(entree)
            _ouvre_table(entree, lecture)
    # Hashing goes on beside the rest, but not beside what keeps every thread at work.
    occupes = len(declarations) >= threads
    if not occupes:
        lecture.prend_identites(entrees, threads)
    if declarations:
        lecture.declarations = _lis_declarations(declarations, threads, etapes)
    if occupes:
        lecture.prend_identites(entrees, threads)
    return lecture


def lis_declarations(entrees: Sequence[Entree], *, threads: int) -> DsnLecture:
    """Read DSN files whole.

    Raises:
        InputError: none of them is a DSN, or one cannot be opened.
    """
    return ensemble(_lis_declarations(entrees, threads, _Etapes(silent, len(entrees))))


def source_dsn(lu: DsnLecture) -> Source:
    """Declarations as a source."""
    lots = partial(_une_fois, schema.sans_vides(lu.mois_contrat), lu.rejets)
    return Source("<dsn>", lots, table=False)


@dataclass(slots=True)
class _Etapes:
    progress: Progress
    total: int
    faites: int = 0

    def suivante(self, entree: Entree) -> None:
        self.progress(f"reading {entree.nom}", self.faites, self.total)
        self.faites += 1


def _lis_declarations(entrees: Sequence[Entree], threads: int, etapes: _Etapes) -> list[LotLu]:
    def contenus() -> Iterator[archive.Source]:
        for entree in entrees:
            etapes.suivante(entree)
            yield from archive.open_dsn(entree.chemin or entree.nom, entree.nom)

    lus = lis(contenus(), threads=threads)
    comptes: Counter[str] = Counter()
    for lu in lus:
        comptes.update(lu.comptes)
    if comptes["fichiers_refuses"] == comptes["fichiers"]:
        first = ensemble(lus).rejets.row(0, named=True)
        raise InputError(
            first["message"],
            hint="Nothing else was given to read.",
            code=first["code"],
            file=first["fichier"],
        )
    return lus


def _une_fois(frame: pl.DataFrame, rejets: pl.DataFrame, _taille: int) -> Lots:
    yield schema.Normalise(frame, rejets, None)


def _ouvre_table(entree: Entree, lecture: Lecture) -> None:
    lecture.tables.append(tabular.ouvre(entree))


def _identite(entree: Entree) -> dict[str, Any]:
    identite = {"path": entree.nom, "format": entree.format}
    if entree.nom == STANDARD_INPUT:
        return identite
    octets, empreinte = empreinte_de(entree)
    return {**identite, "bytes": octets, "sha256": empreinte}


def empreinte_de(entree: Entree) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of an object of a store.

    Raises:
        InputError, ConfigError: an object is no longer there, or the store cannot be used.
        OSError: a file cannot be read.
    """
    if entree.chemin is None:
        return objets.empreinte(entree.nom)
    return entree.chemin.stat().st_size, sha256(entree.chemin)
