from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from batchcalc.generate import generate
from tests.store.folders import HEADER


@pytest.fixture(scope="session")
def declared(tmp_path_factory) -> list[Path]:
    """A year of declarations, a file a month, some of which correct earlier months."""
    folder = tmp_path_factory.mktemp("dsn")
    generate(60, date(2026, 1, 1), date(2026, 12, 1), "dsn", folder, seed=4)
    return sorted(folder.glob("*.dsn"))


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Writes CSV tables in the current folder: `tables("2026-01.csv", row, ...)`."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, *rows: str) -> str:
        (tmp_path / name).write_text("\n".join([HEADER, *rows]) + "\n")
        return name

    return write
