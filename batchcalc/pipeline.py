"""The main job: read, check, merge, compute, aggregate, write, a lot at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import polars as pl

from batchcalc import bridge, schema
from batchcalc.calcul import Calcul
from batchcalc.flux import DesordreError, en_lazy, robinet
from batchcalc.flux.fusion import GRAND_ETABLISSEMENT
from batchcalc.io.lecture import Source, ouvre
from batchcalc.io.sink import Sortie
from batchcalc.io.source import Format
from batchcalc.io.tabular import depuis_objet
from batchcalc.options import Options
from batchcalc.report.bilan import Bilan
from batchcalc.report.record import record
from batchcalc.rules.load import Rules

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)
Inputs = str | Path | Iterable[str | Path]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


_SMALL = ("bordereau", "bordereau_trimestriel", "rejets")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run computed.

    Attributes:
        contributions: one row per contract and month, sorted by key.
        bordereau: sums per establishment and month.
        bordereau_trimestriel: the same per quarter.
        rejets: rows that could not be used, each with its place and reason.
        record: inputs, rules, options, counts, control totals, timings, versions, exit status.

    The tables are data frames, or lazy frames over the files where they were written.
    """

    contributions: pl.DataFrame | pl.LazyFrame
    bordereau: pl.DataFrame | pl.LazyFrame
    bordereau_trimestriel: pl.DataFrame | pl.LazyFrame
    rejets: pl.DataFrame | pl.LazyFrame
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
        out: folder for `contributions/`, `bordereau`, `rejets` and `run.json`; None writes nothing
            and keeps the result in memory. The files are published together once all are complete.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.
        format: of the tables written.
        input_format: of standard input.
        threads: lots computed at once; every processor by default. Results do not depend on it.
            polars has threads of its own, as many as POLARS_MAX_THREADS said when it was imported.
        progress: called as work goes on.

    Raises:
        InputError, SchemaError, ConfigError: nothing could be run; nothing was written.
    """
    rules, options = rules or Rules.load(), options or Options()
    step, threads = progress or _silent, threads or _processors()
    clock = _Clock()
    with clock("open"):
        lecture = ouvre(_listed(inputs), input_format=input_format, threads=threads, progress=step)
    outputs: list[dict[str, Any]] = []

    def run_record(bilan: Bilan) -> dict[str, Any]:
        rejets = bilan.rejets().height
        return record(
            inputs=lecture.identites(),
            rules=rules,
            options=options,
            counts={**lecture.counts, **bilan.comptes, "rejets": rejets},
            totals=bilan.totaux,
            notes=lecture.notes(),
            outputs=outputs,
            timings=clock.seconds,
            exit_status=1 if rejets else 0,
        )

    step("computing", 0, 1)
    with Calcul(lecture.sources, rules, options, threads) as calcul:
        if out is None:
            with clock("compute"):
                contributions = calcul.passe(lambda: pl.concat(calcul.frames()))
            step("writing", 0, 1)
            tables = {name: table.collect() for name, table in calcul.bilan.tables().items()}
            return Result(contributions, **tables, record=run_record(calcul.bilan))
        place = f"contributions/contributions.{format}"
        with Sortie(out) as sortie:
            with clock("compute"):
                outputs.append(calcul.passe(lambda: _ecrit(calcul, sortie, place)))
            step("writing", 0, 1)
            with clock("write"):
                for name, table in calcul.bilan.tables().items():
                    for suffix in dict.fromkeys(("parquet", format)):
                        outputs.append(sortie.ecrit(table, f"{name}.{suffix}"))
            final = run_record(calcul.bilan)
            sortie.ecrit_record(final)
    written = {name: pl.scan_parquet(Path(out) / f"{name}.parquet") for name in _SMALL}
    return Result(_written(Path(out) / place), **written, record=final)


def _ecrit(calcul: Calcul, sortie: Sortie, place: str) -> dict[str, Any]:
    """Write the contributions as they are made."""
    with robinet(calcul.frames, bridge.SCHEMA) as contributions:
        return sortie.ecrit(contributions, place)


def _written(place: Path) -> pl.LazyFrame:
    if place.suffix == ".csv":
        return pl.scan_csv(place, schema=bridge.SCHEMA, glob=False)
    return pl.scan_parquet(place, glob=False)


def compute(frame: Frame, *, options: Options | None = None, rules: Rules | None = None) -> Frame:
    """Contributions of a frame of contract-months; also `frame.pipe(batchcalc.compute)`.

    Args:
        frame: the input table (see `schema.COLONNES`), in any order. A lazy frame in key order is
            computed as it streams, and only the columns asked of the result are made.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.

    Returns:
        The result table, sorted by key; lazy where `frame` is.

    Raises:
        InputError: a row that cannot be used: nothing is left out silently. `run` sets such rows
            apart and goes on. From a lazy frame, it is raised when the result is collected.
        SchemaError: a required column is missing, or one has a type that cannot hold it.
    """
    table = depuis_objet(frame)
    source = Source("<frame>", table.lots)
    rules, options = rules or Rules.load(), options or Options()
    threads = _processors()

    def whole() -> pl.DataFrame:
        with Calcul([source], rules, options, threads) as calcul:
            result = calcul.passe(lambda: pl.concat(calcul.frames()))
            calcul.bilan.refuse_les_rejets()
            return result

    def streamed(columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        with Calcul([source], rules, options, threads) as calcul:
            if not _est_en_ordre(table.frame):
                calcul.trie(0)
            try:
                for part in calcul.frames(columns):
                    calcul.bilan.refuse_les_rejets()
                    yield part
            except DesordreError:  # unseen above for want of a siret, which is a reject
                calcul.bilan.refuse_les_rejets()
                raise

    if isinstance(frame, pl.LazyFrame):
        return en_lazy(streamed, bridge.SCHEMA)
    return whole()


def _est_en_ordre(frame: pl.LazyFrame) -> bool:
    """Whether rows can be given away as they come: read before any is.

    No siret comes before the one above, nor any row in an establishment so great that its contracts
    do not wait for its end. Blanks in front of a siret would stand at either end.
    """
    siret = pl.col("siret").cast(pl.String)
    ordre = frame.select(
        monte=~(siret < siret.shift()).any(),
        nue=(siret.first() >= "0") & (siret.last() < ":"),
        grand=(siret == siret.shift(GRAND_ETABLISSEMENT // 2)).any(),
    )
    monte, nue, grand = ordre.collect().row(0)
    if not (monte and nue):
        return False
    return not (grand and frame.select(_recule().any()).collect().item())


def _recule() -> pl.Expr:
    """Whether a row comes before the one above."""
    recule = pl.lit(value=False)
    for nom in reversed(schema.CLE):
        cellule = pl.col(nom).cast(pl.String).str.strip_chars()
        avant = cellule.shift()
        recule = (cellule < avant) | ((cellule == avant) & recule)
    return recule


def checked(frame: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that can be computed, one a key and month, sorted; and the rejects."""
    good, faulty = schema.controle(
        frame, premier_mois=rules.premier_mois, dernier_mois=rules.dernier_mois
    )
    merged, _, disagreeing = schema.fusionne(good)
    return merged, pl.concat([faulty, disagreeing])


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
