"""The project of dbt, built in its own environment: the table in DuckDB is exact."""

from __future__ import annotations

import shutil
from datetime import date

import duckdb
import polars as pl
import pytest

import batchcalc
from batchcalc.generate import generate
from tests.recipes.conftest import RECIPES


@pytest.fixture
def project(tmp_path):
    """A copy: dbt writes beside what it reads."""
    return shutil.copytree(RECIPES / "dbt", tmp_path / "project")


def test_the_table_is_what_compute_gives(tool, paie, project):
    generate(20, date(2026, 1, 1), date(2026, 3, 1), "parquet", paie, 0)
    wanted = batchcalc.compute(pl.read_parquet(paie / "mois-contrat-*.parquet"))

    done = tool("dbt", "dbt", "build", "--project-dir", project, "--profiles-dir", project)

    with duckdb.connect(paie / "paie.duckdb", read_only=True) as base:
        table = pl.DataFrame(base.table("contributions"))
    assert "PASS=2 WARN=0 ERROR=0 SKIP=0" in done.stdout
    assert table.schema == wanted.schema
    assert table.schema["reduction"] == pl.Decimal(18, 2)
    assert table.schema["coefficient"] == pl.Decimal(6, 4)
    assert table.rows() == wanted.rows()
    assert not (project / ".user.yml").exists(), "dbt numbers a user whose usage it sends"
