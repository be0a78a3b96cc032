"""Reading everything the user named, whatever its format, into one physical frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from batchcalc import schema
from batchcalc.io import tabular
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
        return pl.concat([_empty(), *self.frames])


def _empty() -> pl.DataFrame:
    required = {column.nom: pl.String() for column in schema.COLONNES if column.requise}
    return schema.normalise(pl.DataFrame(schema=required))[0]


def lire(inputs: Sequence[str], *, input_format: Format | None, progress: Progress) -> Lecture:
    """Read files, folders, globs or standard input.

    Raises:
        InputError, SchemaError, ConfigError: an input that cannot be read at all.
    """
    entrees = resolve(inputs, input_format=input_format)
    lecture = Lecture()
    for done, entree in enumerate(entrees):
        progress(f"reading {entree.nom}", done, len(entrees))
        lecture.counts["files"] += 1
        lecture.inputs.append(_identity(entree))
        if entree.genre == "table":
            _lire_table(entree, lecture)
    return lecture


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
