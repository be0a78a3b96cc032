"""Everything the commands print: data on standard output, talk on standard error."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from batchcalc.errors import BatchcalcError


def talk() -> Console:
    """The console for people, on standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def fail(error: BatchcalcError) -> None:
    """What is wrong, where, and what to do."""
    console = talk()
    place = ":".join(str(part) for part in (error.file, error.line) if part is not None)
    where = f"{place}: " if place else ""
    console.print(f"error[{error.code}]: {where}{error.message}", markup=False)
    console.print(f"  hint: {error.hint}", markup=False)


def unexpected(error: BaseException) -> None:
    """A defect of ours: where it is, never what the data held."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "batchcalc" in frame.filename] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    console = talk()
    console.print(f"error[internal]: unexpected {type(error).__name__} at {place}", markup=False)
    console.print("  hint: This is a defect of batchcalc: report it with this line.", markup=False)


def data(lines: Iterable[str]) -> None:
    """Lines of data that were asked for."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


def as_json(value: Any) -> None:
    """One JSON document that was asked for."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def summary(record: Mapping[str, Any], rejets: Iterable[Mapping[str, Any]], out: str) -> None:
    """The end of a run, for people: counts, control totals, the first rejects."""
    console = talk()
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    counts = {name: value for name, value in record["counts"].items() if value}
    for name, value in (counts | record["control_totals"]).items():
        table.add_row(name.replace("_", " "), _grouped(value))
    console.print(table)
    for note in record["notes"]:
        console.print(f"note: {note}", markup=False)
    shown = list(rejets)
    for rejet in shown:
        place = f"{rejet['fichier']}:{rejet['ligne']}"
        console.print(f"rejected[{rejet['code']}] {place}: {rejet['message']}", markup=False)
    if (more := record["counts"]["rejets"] - len(shown)) > 0:
        console.print(f"and {more} more: see the table of rejects")
    seconds = sum(record["timings_seconds"].values())
    console.print(f"written to {out} in {seconds:.2f} s", markup=False)


def _grouped(value: int | str) -> str:
    """Thousands apart: 1 234 567.89."""
    whole, dot, decimals = str(value).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}".replace(",", " ") + dot + decimals


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere; yields `step(what, done, total)`."""
    console = talk()
    if not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total
        )
