"""`batchcalc explain`: the whole derivation of one contract-month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from batchcalc.cli import output


def explain(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="As for run.")],
    contrat: Annotated[str, typer.Option(help="Contract number.")],
    mois: Annotated[str, typer.Option(help="Month, YYYY-MM.")],
    siret: Annotated[str | None, typer.Option(help="Where the number alone is not enough.")] = None,
    ligne: Annotated[
        int | None, typer.Option(help="Line of the row, where several persons share a number.")
    ] = None,
    regularisation: Annotated[
        Literal["progressive", "annuelle"], typer.Option(help="D.241-9.")
    ] = "progressive",
    convention_smic: Annotated[
        Literal["52/12", "151.67"], typer.Option(help="Hours of a month.")
    ] = "52/12",
    abattement_anticipation: Annotated[
        int, typer.Option(min=0, max=15, help="Percent off the anticipations of annual mode.")
    ] = 0,
    tolerances: Annotated[
        bool, typer.Option(help="Keep the tolerances for contracts that ended in their dates.")
    ] = False,
    rules: Annotated[Path | None, typer.Option(help="Rule tables of your own.")] = None,
    input_format: Annotated[
        Literal["dsn", "csv", "parquet", "arrow"] | None,
        typer.Option(help="Format of standard input."),
    ] = None,
) -> None:
    """Derive one row step by step, with the articles; the person is never named."""
    from batchcalc.cli.months import parse_month
    from batchcalc.explain import Wanted
    from batchcalc.explain import explain as derive
    from batchcalc.options import Options
    from batchcalc.rules.load import Rules

    steps = derive(
        inputs,
        Wanted(contrat, parse_month(mois), siret, ligne),
        options=Options(regularisation, convention_smic, abattement_anticipation, tolerances),
        rules=Rules.load(rules),
        input_format=input_format,
    )
    output.data(steps)
