"""The main job: read, check, merge, compute, aggregate, write."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import polars as pl

from batchcalc import bridge, schema
from batchcalc.errors import InputError
from batchcalc.io.lecture import lire
from batchcalc.io.sink import Sortie
from batchcalc.io.source import Format
from batchcalc.io.tabular import depuis_objet
from batchcalc.options import Options
from batchcalc.report.bordereau import bordereau, bordereau_trimestriel, control_totals
from batchcalc.report.record import record
from batchcalc.rules.load import Rules

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
Inputs = str | Path | Iterable[str | Path]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run computed.

    Attributes:
        contributions: one row per contract and month, sorted by key.
        bordereau: sums per establishment and month.
        bordereau_trimestriel: the same per quarter.
        rejets: rows that could not be used, each with its place and reason.
        record: inputs, rules, options, counts, control totals, timings, versions, exit status.
    """

    contributions: pl.DataFrame
    bordereau: pl.DataFrame
    bordereau_trimestriel: pl.DataFrame
    rejets: pl.DataFrame
    record: Mapping[str, Any]


def run(  # noqa: PLR0913 - one keyword an option of the command
    inputs: Inputs,
    *,
    out: str | Path | None = None,
    options: Options | None = None,
    rules: Rules | None = None,
    format: Literal["parquet", "csv"] = "parquet",
    input_format: Format | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Read monthly files, compute every contract and month, and write the tables under `out`.

    Args:
        inputs: files, folders, globs, or `-` for standard input.
        out: folder for `contributions/`, `bordereau`, `rejets` and `run.json`; None writes nothing.
            The files are published together once all are complete.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.
        format: of the tables written.
        input_format: of standard input.
        threads: blocks computed at once; every processor by default. Results do not depend on it.
        progress: called as work goes on.

    Raises:
        InputError, SchemaError, ConfigError: nothing could be run; nothing was written.
    """
    rules, options = rules or Rules.load(), options or Options()
    step, threads = progress or _silent, threads or _processors()
    clock = _Clock()
    with clock("read"):
        lecture = lire(_listed(inputs), input_format=input_format, threads=threads, progress=step)
    step("checking", 0, 1)
    with clock("check"):
        good, rejets = checked(lecture.frame(), rules)
    step("computing", 0, 1)
    with clock("compute"):
        computed = bridge.compute(good, rules, options, threads)
        rejets = pl.concat([*lecture.rejets, rejets, computed.rejets])
        rejets = rejets.sort("fichier", "ligne", "code", maintain_order=True, nulls_last=True)
    step("writing", 0, 1)
    with clock("aggregate"):
        totals = control_totals(computed.physical.lazy()).collect()
        monthly = bordereau(computed.physical.lazy()).collect()
        quarterly = bordereau_trimestriel(computed.physical.lazy()).collect()
    tables = {
        "contributions": computed.contributions,
        "bordereau": monthly,
        "bordereau_trimestriel": quarterly,
        "rejets": rejets,
    }

    def run_record(outputs: list[dict[str, Any]]) -> dict[str, Any]:
        return record(
            inputs=lecture.inputs,
            rules=rules,
            options=options,
            counts={**lecture.counts, "settled": computed.settled, "rejets": rejets.height},
            totals=totals.row(0, named=True),
            notes=lecture.notes,
            outputs=outputs,
            timings=clock.seconds,
            exit_status=1 if rejets.height else 0,
        )

    if out is None:
        return Result(**tables, record=run_record([]))
    with Sortie(out) as sortie:
        with clock("write"):
            outputs = [sortie.ecrit(tables[name], place) for name, place in _places(format)]
        final = run_record(outputs)
        sortie.ecrit_record(final)
    return Result(**tables, record=final)


def _places(format: Literal["parquet", "csv"]) -> Iterator[tuple[str, str]]:
    """Name of each table and the file it goes to; the small ones are always there in Parquet."""
    yield "contributions", f"contributions/contributions.{format}"
    for name in ("bordereau", "bordereau_trimestriel", "rejets"):
        for suffix in dict.fromkeys(("parquet", format)):
            yield name, f"{name}.{suffix}"


def compute(frame: Frame, *, options: Options | None = None, rules: Rules | None = None) -> Frame:
    """Contributions of a frame of contract-months; also `frame.pipe(batchcalc.compute)`.

    Args:
        frame: the input table (see `schema.COLONNES`), in any order.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.

    Returns:
        The result table, sorted by key; lazy where `frame` is.

    Raises:
        InputError: a row that cannot be used: nothing is left out silently. `run` sets such rows
            apart and goes on.
        SchemaError: a required column is missing, or one has a type that cannot hold it.
    """
    rules, options = rules or Rules.load(), options or Options()
    physical, rejets = schema.normalise(depuis_objet(frame).collecte())
    _refuse(rejets)
    good, rejets = checked(physical, rules)
    _refuse(rejets)
    computed = bridge.compute(good, rules, options, _processors())
    _refuse(computed.rejets)
    result = computed.contributions
    return result.lazy() if isinstance(frame, pl.LazyFrame) else result


def checked(frame: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that can be computed, one a key and month, sorted; and the rejects."""
    good, faulty = schema.controle(
        frame, premier_mois=rules.premier_mois, dernier_mois=rules.dernier_mois
    )
    merged, disagreeing = schema.fusionne(good)
    return merged, pl.concat([faulty, disagreeing])


def _refuse(rejets: pl.DataFrame) -> None:
    if rejets.is_empty():
        return
    first = rejets.row(0, named=True)
    raise InputError(
        f"{rejets.height} rows cannot be used; the first: {first['message']}",
        hint="Correct them, or use batchcalc.run, which sets them apart and goes on.",
        code=first["code"],
        line=first["ligne"],
    )


def _listed(inputs: Inputs) -> list[str]:
    return [str(inputs)] if isinstance(inputs, (str, Path)) else [str(item) for item in inputs]


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _silent(_what: str, _done: int, _total: int) -> None:
    """No progress wanted."""


class _Clock:
    """Seconds spent in each part of the run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = time.perf_counter() - start
