"""`batchcalc run`: monthly files in, exact contributions out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from batchcalc.cli import output, start

SHOWN_REJECTS = 5

_OF_STALE = {"out", "rules", "stale", "threads", "output_format"}


def run(
    context: typer.Context,
    out: Annotated[str, typer.Option(help="Folder for the results, or s3://bucket/folder.")],
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="INPUT...", help="Files, folders, globs, s3://bucket/..., or -."),
    ] = None,
    regularisation: Annotated[
        Literal["progressive", "annuelle"], typer.Option(help="D.241-9.")
    ] = "progressive",
    convention_smic: Annotated[
        Literal["52/12", "151.67"], typer.Option(help="Hours of a month.")
    ] = "52/12",
    format: Annotated[Literal["parquet", "csv"], typer.Option(help="Format of the tables.")] = (
        "parquet"
    ),
    rules: Annotated[Path | None, typer.Option(help="Rule tables of your own.")] = None,
    input_format: Annotated[
        Literal["dsn", "csv", "parquet", "arrow"] | None,
        typer.Option(help="Format of standard input."),
    ] = None,
    abattement_anticipation: Annotated[
        int, typer.Option(min=0, max=15, help="Percent off the anticipations of annual mode.")
    ] = 0,
    tolerances: Annotated[
        bool, typer.Option(help="Keep the tolerances for contracts that ended in their dates.")
    ] = False,
    store: Annotated[
        bool | None,
        typer.Option(help="Keep the folder going month after month. Default: if it is one."),
    ] = None,
    stale: Annotated[
        bool, typer.Option(help="No INPUT: bring the stale months of the store up to date.")
    ] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Default: every processor.")] = None,
    output_format: Annotated[
        Literal["human", "json"], typer.Option(help="Form of the summary.")
    ] = "human",
) -> None:
    """Compute the reductions of every contract and month, split, cut and summed.

    Exit codes: 0 clean, 1 ran with rejects, 2 could not run.
    """
    start.limit_threads(threads)
    with start.compiled_beside(threads):
        with start.imports():
            from batchcalc import pipeline
            from batchcalc.options import Options
            from batchcalc.rules.load import Rules
        with output.progress() as step:
            if stale:
                _refuse_choices(context)
                result = pipeline.refresh(out, rules=Rules.load(rules), threads=threads)
            else:
                result = pipeline.run(
                    inputs or [],
                    out=out,
                    options=Options(
                        regularisation, convention_smic, abattement_anticipation, tolerances
                    ),
                    rules=Rules.load(rules),
                    format=format,
                    input_format=input_format,
                    store=store,
                    threads=threads,
                    progress=step,
                )
    if output_format == "json":
        output.as_json(result.record)
    else:
        rejets = result.rejets.lazy().head(SHOWN_REJECTS).collect().to_dicts()
        output.summary(result.record, rejets, out)
    raise typer.Exit(result.record["exit_status"])


def _refuse_choices(context: typer.Context) -> None:
    """Refuse what `--stale` would leave out of account."""
    from batchcalc.errors import ConfigError

    given = [name for name in context.params if name not in _OF_STALE and _is_given(context, name)]
    if given:
        raise ConfigError(
            f"--stale takes no {', '.join(given)}: it computes again what the store holds.",
            hint="Leave that out: the store knows its inputs, its options and its format.",
            code="option-inconnue",
        )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
