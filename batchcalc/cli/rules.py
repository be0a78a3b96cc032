"""`batchcalc rules`: the numbers of law, with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from batchcalc.cli.output import as_json, data

app = typer.Typer(help="The parameters of law and where each comes from.", no_args_is_help=True)


@app.command()
def show(
    mois: Annotated[str, typer.Argument(help="Month of employment, YYYY-MM.")],
    rules: Annotated[Path | None, typer.Option(help="Rule tables of your own.")] = None,
    output_format: Annotated[
        Literal["human", "json"], typer.Option(help="Form of the list.")
    ] = "human",
) -> None:
    """Print every parameter in force in a month, with its date, source and status."""
    from dataclasses import asdict

    from batchcalc.cli.months import parse_month
    from batchcalc.rules.load import Rules

    values = Rules.load(rules).valeurs(parse_month(mois))
    if output_format == "json":
        as_json([{**asdict(value), "debut": value.debut.isoformat()} for value in values])
        return
    width = max(len(value.nom) for value in values)
    data(
        f"{v.nom:<{width}}  {v.valeur:>10} {v.unite:<8}  since {v.debut}  [{v.statut}] {v.source}"
        for v in values
    )


@app.command("list")
def list_(
    output_format: Annotated[
        Literal["human", "json", "markdown"], typer.Option(help="Form of the list.")
    ] = "human",
) -> None:
    """Print every rule covered, since when, and on whose authority."""
    from dataclasses import asdict

    from batchcalc.rules.registre import page, regles

    if output_format == "markdown":
        data(page(regles()).splitlines())
    elif output_format == "json":
        as_json([asdict(regle) for regle in regles()])
    else:
        data(
            f"{r.id:<26} {r.depuis} {r.jusque or 'on':<7} [{r.statut:<2}] {r.titre} ({r.article})"
            for r in regles()
        )
