"""Reading everything the user named, whatever its format, into one physical frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.io import tabular
from batchcalc.io.archive import Source, open_dsn
from batchcalc.io.dsn import read_dsn
from batchcalc.io.source import Entree, Format, resolve, sha256

BATCH_ROWS = 500_000

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Lecture:
    """What was read.

    Attributes:
        frames: physical contract-months, in the order read.
        rejets: rows and lines that cannot be used.
        inputs: each file's name, format, size and SHA-256.
        counts: files, rows, declarations read and skipped...
        notes: what the summary should say.
    """

    frames: list[pl.DataFrame] = field(default_factory=list)
    rejets: list[pl.DataFrame] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def frame(self) -> pl.DataFrame:
        """All contract-months read."""
        empty = _empty()
        return pl.concat([empty, *(frame.select(empty.columns) for frame in self.frames)])


def _empty() -> pl.DataFrame:
    required = {column.nom: pl.String() for column in schema.COLONNES if column.requise}
    return schema.normalise(pl.DataFrame(schema=required))[0]


def lire(
    inputs: Sequence[str], *, input_format: Format | None, threads: int, progress: Progress
) -> Lecture:
    """Read files, folders, globs or standard input.

    Args:
        inputs: what the user named.
        input_format: of standard input.
        threads: DSN files read at once.
        progress: called as files are read.

    Raises:
        InputError, SchemaError, ConfigError: an input that cannot be read at all.
    """
    entrees = resolve(inputs, input_format=input_format)
    lecture = Lecture()
    lecture.counts["files"] = len(entrees)
    with ThreadPoolExecutor(1) as pool:  # hashing goes on beside the reading
        identities = [pool.submit(_identity, entree) for entree in entrees]
        steps = _Steps(progress, len(entrees))
        for entree in entrees:
            if entree.genre == "table":
                steps.next(entree)
                _lire_table(entree, lecture)
        declarations = [entree for entree in entrees if entree.genre == "dsn"]
        if declarations:
            _lire_dsn(declarations, lecture, threads, steps)
        lecture.inputs = [identity.result() for identity in identities]
    return lecture


@dataclass(slots=True)
class _Steps:
    progress: Progress
    total: int
    done: int = 0

    def next(self, entree: Entree) -> None:
        self.progress(f"reading {entree.nom}", self.done, self.total)
        self.done += 1


def _lire_dsn(entrees: list[Entree], lecture: Lecture, threads: int, steps: _Steps) -> None:
    def sources() -> Iterator[Source]:
        for entree in entrees:
            steps.next(entree)
            yield from open_dsn(entree.nom)

    lu = read_dsn(sources(), threads=threads)
    if lu.comptes.get("fichiers_refuses", 0) == lu.comptes["fichiers"]:
        first = lu.rejets.row(0, named=True)
        raise InputError(
            first["message"],
            hint="Nothing else was given to read.",
            code=first["code"],
            file=first["fichier"],
        )
    lecture.frames.append(lu.mois_contrat)
    lecture.rejets.append(lu.rejets)
    lecture.counts.update({f"dsn_{name}": value for name, value in lu.comptes.items()})


def _lire_table(entree: Entree, lecture: Lecture) -> None:
    table = tabular.ouvre(entree)
    lecture.rejets.append(table.rejets)
    lecture.counts["table_rows"] += table.rejets.height
    for batch in table.lots(BATCH_ROWS):
        physical, rejets = schema.normalise(batch)
        lecture.frames.append(physical)
        lecture.rejets.append(rejets)
        lecture.counts["table_rows"] += batch.height
    lecture.notes += [f"{entree.nom}: {note}" for note in table.notes]
    if table.ignorees:
        names = ", ".join(table.ignorees)
        lecture.notes.append(f"{entree.nom}: columns ignored: {names}")


def _identity(entree: Entree) -> dict[str, Any]:
    place = entree.chemin
    if place is None:
        return {"path": entree.nom, "format": entree.format}
    return {
        "path": entree.nom,
        "format": entree.format,
        "bytes": place.stat().st_size,
        "sha256": sha256(place),
    }
