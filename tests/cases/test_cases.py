"""Every figure of tests/cases, exact to the cent, through every engine. See README.md."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import batchcalc
from batchcalc import reference
from batchcalc.options import Options

Rows = list[dict[str, Any]]
Engine = Callable[[Rows, Options], Rows]

HERE = Path(__file__).parent


def through_the_reference(rows: Rows, options: Options) -> Rows:
    return list(reference.compute(rows, options=options))


def through_the_kernels(rows: Rows, options: Options) -> Rows:
    return batchcalc.compute(pl.DataFrame(rows), options=options).to_dicts()


ENGINES: dict[str, Engine] = {
    "reference": through_the_reference,
    "kernels": through_the_kernels,
}


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def options_of(theme: str) -> Options:
    return Options(regularisation="annuelle" if theme == "annuelle" else "progressive")


def expected_figures() -> list[Any]:
    """One parameter for each line of each `*.expected.csv`: theme, key, figures."""
    figures = []
    for path in sorted(HERE.glob("*.expected.csv")):
        theme = path.name.removesuffix(".expected.csv")
        for line in read(path.name):
            key = (line.pop("salarie"), line.pop("mois"))
            line.pop("source")
            cells = {column: Decimal(cell) for column, cell in line.items() if cell}
            figures.append(pytest.param(theme, key, cells, id=f"{theme}-{key[0]}-{key[1]}"))
    return figures


@pytest.fixture(scope="module", params=ENGINES)
def results(request: pytest.FixtureRequest) -> dict[str, Rows]:
    """The result rows of each theme, through one engine."""
    engine = ENGINES[request.param]
    themes = [path.name.removesuffix(".input.csv") for path in sorted(HERE.glob("*.input.csv"))]
    return {theme: engine(read(f"{theme}.input.csv"), options_of(theme)) for theme in themes}


@pytest.mark.parametrize(("theme", "key", "figures"), expected_figures())
def test_published_figure(results, theme, key, figures):
    [row] = [row for row in results[theme] if (row["salarie"], f"{row['mois']:%Y-%m}") == key]

    assert {column: row[column] for column in figures} == figures


@pytest.mark.parametrize("line", read("transitions.totals.csv"), ids=lambda line: line["salarie"])
def test_published_total_of_the_year(results, line):
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in results["transitions"]:
        totals[row["salarie"]] += row["reduction"]

    assert totals[line["salarie"]] == Decimal(line["reduction_annee"])


def test_every_input_file_has_its_figures():
    inputs = {path.name.split(".")[0] for path in HERE.glob("*.input.csv")}
    figures = {path.name.split(".")[0] for path in HERE.glob("*.*.csv")}

    assert (
        inputs
        == figures
        == {
            "annuelle",
            "bandeaux",
            "progressive",
            "regimes",
            "terme_smic",
            "transitions",
            "une_periode",
        }
    )
