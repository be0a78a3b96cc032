"""The main job: read, check, merge, compute, aggregate, write, a lot at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl

from batchcalc import bridge
from batchcalc.calcul import Calcul
from batchcalc.errors import ConfigError
from batchcalc.flux import robinet
from batchcalc.io.copies import copies
from batchcalc.io.lecture import Lecture, Progress, ouvre_entrees, silent
from batchcalc.io.publication import publie
from batchcalc.io.s3 import est_objet
from batchcalc.io.sink import Sortie
from batchcalc.io.source import Entree, Format, resolve
from batchcalc.options import Options
from batchcalc.processus import processors, verifie_fork
from batchcalc.report.record import Clock, record
from batchcalc.result import Result, written
from batchcalc.rules.load import Rules
from batchcalc.store import Maniere, holds_a_run, is_store, refresh_store, run_store

Inputs = str | Path | Iterable[str | Path]
OutputFormat = Literal["parquet", "csv"]


def run(  # noqa: PLR0913 - one keyword an option of the command
    inputs: Inputs,
    *,
    out: str | Path | None = None,
    options: Options | None = None,
    rules: Rules | None = None,
    format: OutputFormat = "parquet",
    input_format: Format | None = None,
    store: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Read monthly files, compute every contract and month, and write the tables under `out`.

    Args:
        inputs: files, folders, globs, or `-` for standard input; `s3://bucket/...` for a store.
        out: folder for `contributions/`, `bordereau`, `rejets` and `run.json`, here or in a store;
            None writes nothing and keeps the result in memory. The files are published together
            once all are complete.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.
        format: of the tables written.
        input_format: of standard input.
        store: whether `out` is a store, a folder that goes on month after month and needs each
            month once; see docs/store.md. By default it is one where it was one, or where the
            declarations of one month alone come to a folder without results.
        threads: lots computed at once; every processor by default. Results do not depend on it.
            polars has threads of its own, as many as POLARS_MAX_THREADS said when it was imported.
        progress: called with what is done, how much of it, and of how much: `reading FILE`, a file
            at a time, `computing`, `writing`. What it raises stops the run; nothing is written.

    Raises:
        InputError, SchemaError, ConfigError: nothing could be run; nothing was written.

    >>> result = batchcalc.run("pay.csv", out="out")
    >>> result.record["control_totals"]["reduction"]
    '400.40'
    >>> result.contributions.select("reduction").collect()["reduction"].to_list()
    [Decimal('629.40'), Decimal('-629.40'), Decimal('400.40')]
    """
    with publie(out) as folder, copies(resolve(listed(inputs), input_format=input_format)) as files:
        result = run_entrees(
            files,
            out=folder,
            options=options or Options(),
            rules=rules or Rules.load(),
            format=format,
            store=_wanted(out, store),
            threads=threads or processors(),
            progress=progress or silent,
        )
    return result if out is None else written(out, result.record)


def run_entrees(  # noqa: PLR0913 - as `run`
    entrees: Sequence[Entree],
    *,
    out: str | Path | None,
    options: Options,
    rules: Rules,
    format: OutputFormat,
    store: bool | None,
    threads: int,
    progress: Progress,
) -> Result:
    """`run`, of files already told apart."""
    verifie_fork()
    job = _Job(Maniere(rules, options, format, threads), progress)
    if out is None:
        return job.in_memory(job.opened(entrees))
    with Sortie(out) as sortie:  # taken before anything is read: a second run is refused at once
        lecture = job.opened(entrees)
        if _is_store(lecture, out, store):
            progress("computing", 0, 1)
            said = run_store(lecture, sortie, job.maniere, job.clock)
        else:
            said = job.in_one_go(lecture, sortie)
    return written(out, said)


class _Job:
    """One run that keeps nothing: everything given, computed at once."""

    def __init__(self, maniere: Maniere, progress: Progress) -> None:
        self.maniere = maniere
        self.clock = Clock()
        self._progress = progress

    def opened(self, entrees: Sequence[Entree]) -> Lecture:
        """The inputs, open."""
        with self.clock("open"):
            threads, progress = self.maniere.threads, self._progress
            return ouvre_entrees(entrees, threads=threads, progress=progress)

    def in_memory(self, lecture: Lecture) -> Result:
        """Everything computed and kept in memory."""
        with self._calcul(lecture) as calcul:
            with self.clock("compute"):
                contributions = calcul.passe(lambda: pl.concat(calcul.frames()))
            self._progress("writing", 0, 1)
            tables = {name: table.collect() for name, table in calcul.bilan.tables().items()}
            return Result(contributions, **tables, record=self._record(lecture, calcul, []))

    def in_one_go(self, lecture: Lecture, sortie: Sortie) -> dict[str, Any]:
        """Everything computed and written; the run record."""
        format = self.maniere.format
        with self._calcul(lecture) as calcul:
            with self.clock("compute"):
                place = f"contributions/contributions.{format}"
                outputs = [calcul.passe(lambda: _ecrit(calcul, sortie, place))]
            self._progress("writing", 0, 1)
            with self.clock("write"):
                outputs += sortie.ecrit_tables(calcul.bilan.tables(), format)
            for folder in (*sortie.dossiers("contributions"), *sortie.dossiers("etat")):
                sortie.retire(folder)  # of a store that was killed before it was one
            said = self._record(lecture, calcul, outputs)
            sortie.ecrit_record(said)
            return said

    def _calcul(self, lecture: Lecture) -> Calcul:
        self._progress("computing", 0, 1)
        maniere = self.maniere
        return Calcul(lecture.sources, maniere.rules, maniere.options, maniere.threads)

    def _record(
        self, lecture: Lecture, calcul: Calcul, outputs: list[dict[str, Any]]
    ) -> dict[str, Any]:
        bilan = calcul.bilan
        rejets = bilan.nombre_de_rejets
        return record(
            inputs=lecture.identites(),
            rules=self.maniere.rules,
            options=self.maniere.options,
            format=self.maniere.format,
            counts={**lecture.counts, **bilan.comptes, "rejets": rejets},
            totals=bilan.totaux,
            notes=lecture.notes(),
            outputs=outputs,
            timings=self.clock.seconds,
            exit_status=1 if rejets else 0,
        )


def _ecrit(calcul: Calcul, sortie: Sortie, place: str) -> dict[str, Any]:
    """Write the contributions as they are made."""
    with robinet(calcul.frames, bridge.SCHEMA) as contributions:
        return sortie.ecrit(contributions, place)


def refresh(out: str | Path, *, rules: Rules | None = None, threads: int | None = None) -> Result:
    """Bring the stale months of a store up to date: `batchcalc run --stale`.

    Months are stale once an earlier one of their year was delivered again. Where the rules or the
    version of batchcalc are not those of the store, all its months are computed again.

    Args:
        out: the store.
        rules: the parameters of law; those of the package by default.
        threads: lots computed at once; every processor by default.

    Raises:
        ConfigError: the folder is no store, another run is at work there, or it cannot be written.
    """
    verifie_fork()
    clock = Clock()
    said = refresh_store(out, rules or Rules.load(), threads or processors(), clock)
    return written(out, said)


def _wanted(out: str | Path | None, store: bool | None) -> bool | None:
    """What is wanted of the output: objects are written anew each time.

    Raises:
        ConfigError: a store is wanted there.
    """
    if not est_objet(out):
        return store
    if store:
        raise ConfigError(
            "A folder that goes on month after month cannot be an object store.",
            hint="Keep it on disk, and copy what it publishes.",
            code="depot-sur-objets",
            file=str(out),
        )
    return False


def _is_store(lecture: Lecture, out: str | Path, wanted: bool | None) -> bool:
    """Whether a run goes to a store.

    Raises:
        ConfigError: what is wanted is not what the folder is.
    """
    if wanted is None:
        new = not holds_a_run(out) and len(lecture.mois_declares()) == 1
        wanted = is_store(out) or new
    if wanted and holds_a_run(out):
        raise ConfigError(
            "The folder holds the tables of a run that kept nothing to go on from.",
            hint="Choose another folder, or write over it with --no-store.",
            code="pas-un-depot",
            file=str(out),
        )
    if not wanted and is_store(out):
        raise ConfigError(
            "The folder is a store: its months would be lost.",
            hint="Choose another folder.",
            code="depot-existant",
            file=str(out),
        )
    return wanted


def listed(inputs: Inputs) -> list[str]:
    """What the user named, as a list."""
    return [str(inputs)] if isinstance(inputs, (str, Path)) else [str(item) for item in inputs]
