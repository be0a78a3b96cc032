"""`batchcalc generate`: invented payrolls to try and to measure with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from batchcalc.cli.output import talk


def generate(
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    contrats: Annotated[int, typer.Option(min=1, help="How many contracts.")] = 1000,
    mois: Annotated[str, typer.Option(help="Months, first:last.")] = "2026-01:2026-12",
    format: Annotated[Literal["dsn", "csv", "parquet"], typer.Option(help="Format.")] = "dsn",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
) -> None:
    """Write an invented payroll: valid DSN with declared reductions, or the input table."""
    from batchcalc.cli.months import parse_range
    from batchcalc.generate import generate as write

    debut, fin = parse_range(mois)
    written = write(contrats, debut, fin, format, out, seed)
    talk().print(
        f"{len(written['fichiers'])} files, {written['contrats']} contracts,"
        f" {written['mois_contrat']} contract-months, {written['octets']} bytes in {out}",
        markup=False,
    )
