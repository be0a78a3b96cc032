"""A payroll of three months, and each tool in the environment `make recipes` gives it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import batchcalc
from batchcalc.generate import generate

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "recipes"
MONTHS = ("2026-01", "2026-02", "2026-03")

Tool = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def paie(tmp_path: Path) -> Path:
    """The folder of the recipes: `2026-01.dsn` and the two months after; no store yet."""
    folder = tmp_path / "paie"
    generate(20, date(2026, 1, 1), date(2026, 3, 1), "dsn", folder, 0)
    assert sorted(path.name for path in folder.iterdir()) == [f"{mois}.dsn" for mois in MONTHS]
    return folder


@pytest.fixture
def tool(tmp_path: Path, paie: Path) -> Tool:
    """`tool("dbt", "dbt", "build")`: a program of an environment, which knows `PAIE` alone."""

    def run(environment: str, program: str, *arguments: object, **variables: object):
        path = ROOT / ".venv-recipes" / environment / "bin" / program
        assert path.exists(), f"{environment} is not installed: make recipes"
        given = {"HOME": tmp_path, "PAIE": paie, "PATH": os.environ["PATH"], **variables}
        done = subprocess.run(
            [path, *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={name: str(value) for name, value in given.items()},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


def spoil(month: Path) -> None:
    """Make one amount that is pay (base 03) unreadable."""
    text = month.read_text("latin-1")
    spoilt, count = re.subn(r"(?s)(G00\.78\.001,'03'.*?G00\.78\.004,')", r"\1x", text, count=1)
    assert count == 1
    month.write_text(spoilt, "latin-1")


def run_directly(paie: Path, *months: str) -> list[dict[str, object]]:
    """The records of the same months, run one after the other by Python into `paie/direct`."""
    return run_into(paie, "direct", *months)


def run_into(paie: Path, store: str, *months: str) -> list[dict[str, object]]:
    """The same into any store."""
    runs = [batchcalc.run(paie / f"{mois}.dsn", out=paie / store) for mois in months]
    return [dict(run.record) for run in runs]


def contributions(store: Path) -> dict[str, bytes]:
    """Every file of the contributions of a store, by its path in it."""
    files = sorted((store / "contributions").rglob("*.parquet"))
    assert files
    return {str(path.relative_to(store)): path.read_bytes() for path in files}
