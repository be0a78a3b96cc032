"""The main job: read, check, merge, compute, aggregate, write, a lot at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, overload

import polars as pl

from batchcalc import bridge, schema
from batchcalc.calcul import Calcul
from batchcalc.flux import DesordreError, en_lazy, robinet
from batchcalc.flux.fusion import GRAND_ETABLISSEMENT
from batchcalc.io.lecture import Progress, Source, ouvre_entrees, silent
from batchcalc.io.sink import Sortie
from batchcalc.io.source import Entree, Format, resolve
from batchcalc.io.tabular import ArrowStream, depuis_objet
from batchcalc.options import Options
from batchcalc.processus import processors, verifie_fork
from batchcalc.report.bilan import Bilan
from batchcalc.report.record import record
from batchcalc.rules.load import Rules

Inputs = str | Path | Iterable[str | Path]
OutputFormat = Literal["parquet", "csv"]

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

    The tables are data frames, or lazy frames over the files where they were written. The result
    itself is an Arrow stream of its contributions, for any library that reads one.
    """

    contributions: pl.DataFrame | pl.LazyFrame
    bordereau: pl.DataFrame | pl.LazyFrame
    bordereau_trimestriel: pl.DataFrame | pl.LazyFrame
    rejets: pl.DataFrame | pl.LazyFrame
    record: Mapping[str, Any]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The contributions, read into memory, as the capsule of an Arrow stream."""
        return self.contributions.lazy().collect().__arrow_c_stream__(requested_schema)


def run(  # noqa: PLR0913 - one keyword an option of the command
    inputs: Inputs,
    *,
    out: str | Path | None = None,
    options: Options | None = None,
    rules: Rules | None = None,
    format: OutputFormat = "parquet",
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
    return run_entrees(
        resolve(listed(inputs), input_format=input_format),
        out=out,
        options=options or Options(),
        rules=rules or Rules.load(),
        format=format,
        threads=threads or processors(),
        progress=progress or silent,
    )


def run_entrees(  # noqa: PLR0913 - as `run`
    entrees: Sequence[Entree],
    *,
    out: str | Path | None,
    options: Options,
    rules: Rules,
    format: OutputFormat,
    threads: int,
    progress: Progress,
) -> Result:
    """`run`, of files already told apart."""
    verifie_fork()
    clock = _Clock()
    with clock("open"):
        lecture = ouvre_entrees(entrees, threads=threads, progress=progress)
    outputs: list[dict[str, Any]] = []

    def run_record(bilan: Bilan) -> dict[str, Any]:
        rejets = bilan.nombre_de_rejets
        return record(
            inputs=lecture.identites(),
            rules=rules,
            options=options,
            format=format,
            counts={**lecture.counts, **bilan.comptes, "rejets": rejets},
            totals=bilan.totaux,
            notes=lecture.notes(),
            outputs=outputs,
            timings=clock.seconds,
            exit_status=1 if rejets else 0,
        )

    progress("computing", 0, 1)
    with Calcul(lecture.sources, rules, options, threads) as calcul:
        if out is None:
            with clock("compute"):
                contributions = calcul.passe(lambda: pl.concat(calcul.frames()))
            progress("writing", 0, 1)
            tables = {name: table.collect() for name, table in calcul.bilan.tables().items()}
            return Result(contributions, **tables, record=run_record(calcul.bilan))
        place = f"contributions/contributions.{format}"
        with Sortie(out) as sortie:
            with clock("compute"):
                outputs.append(calcul.passe(lambda: _ecrit(calcul, sortie, place)))
            progress("writing", 0, 1)
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


@overload
def compute(
    frame: pl.LazyFrame, *, options: Options | None = None, rules: Rules | None = None
) -> pl.LazyFrame: ...


@overload
def compute(
    frame: ArrowStream, *, options: Options | None = None, rules: Rules | None = None
) -> pl.DataFrame: ...


def compute(
    frame: ArrowStream | pl.LazyFrame,
    *,
    options: Options | None = None,
    rules: Rules | None = None,
) -> pl.DataFrame | pl.LazyFrame:
    """Contributions of a frame of contract-months; also `frame.pipe(batchcalc.compute)`.

    Args:
        frame: the input table (see `schema.COLONNES`), in any order: of polars, or of any library
            that gives an Arrow stream (pandas, pyarrow, DuckDB). A lazy frame in key order is
            computed as it streams, and only the columns asked of the result are made.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.

    Returns:
        The result table, sorted by key: a polars frame, lazy where `frame` is.

    Raises:
        ConfigError: the process was forked from one in which polars was at work.
        InputError: a row that cannot be used: nothing is left out silently. `run` sets such rows
            apart and goes on. From a lazy frame, it is raised when the result is collected.
        SchemaError: a required column is missing, or one has a type that cannot hold it.

    >>> frame = pl.read_csv("pay.csv", infer_schema=False)
    >>> frame.pipe(batchcalc.compute)["statut"].to_list()
    ['ok', 'au_dessus_du_seuil', 'ok']
    >>> batchcalc.compute(frame.lazy()).select(pl.col("reduction").sum()).collect().item()
    Decimal('400.40')
    """
    verifie_fork()
    table = depuis_objet(frame)
    source = Source("<frame>", table.lots)
    rules, options = rules or Rules.load(), options or Options()
    threads = processors()

    def whole() -> pl.DataFrame:
        with Calcul([source], rules, options, threads, sommes=False) as calcul:
            result = calcul.passe(lambda: pl.concat(calcul.frames()))
            calcul.bilan.refuse_les_rejets()
            return result

    def streamed(columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        verifie_fork()  # it may be collected elsewhere
        with Calcul([source], rules, options, threads, sommes=False) as calcul:
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


def listed(inputs: Inputs) -> list[str]:
    """What the user named, as a list."""
    return [str(inputs)] if isinstance(inputs, (str, Path)) else [str(item) for item in inputs]


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
