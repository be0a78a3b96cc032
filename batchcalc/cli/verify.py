"""`batchcalc verify`: a run done again and compared with its record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from batchcalc.cli import output, start


def verify(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The run.json of a run.")],
    inputs: Annotated[
        Path | None, typer.Option(help="Folder where relative paths of the record begin.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Rule tables of your own, if the run used some.")
    ] = None,
) -> None:
    """Hash the inputs of a run, compute it again, and tell what differs from its record.

    Exit codes: 0 all equal, 1 something differs, 2 could not verify.
    """
    with start.compiled_beside():
        with start.imports():
            from batchcalc import verification
            from batchcalc.rules.load import Rules
        with output.progress() as step:
            outcome = verification.verify(
                record, inputs=inputs, rules=Rules.load(rules) if rules else None, progress=step
            )
    output.data(
        f"differs: {one.what}: recorded {one.recorded}, found {one.found}"
        for one in outcome.differences
    )
    output.data(f"note: {note}" for note in outcome.notes)
    output.data([f"compared: {outcome.compared}, of which differ: {len(outcome.differences)}"])
    raise typer.Exit(0 if outcome.equal else 1)
