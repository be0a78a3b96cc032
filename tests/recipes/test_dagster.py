"""The asset of Dagster, materialized month by month in its own environment."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.recipes.conftest import RECIPES, contributions, run_directly, spoil

DRIVER = Path(__file__).with_name("materialize.py")


@pytest.fixture
def materialize(tool, tmp_path):
    shutil.copy(RECIPES / "dagster" / "dagster.yaml", tmp_path)

    def run(*months):
        places = {"DAGSTER_HOME": tmp_path, "PYTHONPATH": RECIPES / "dagster"}
        return json.loads(tool("dagster", "python", DRIVER, *months, **places).stdout)

    return run


def left_by(month, record, *, passed):
    """What a month leaves in Dagster, from its record."""
    totals, rejets = record["store"]["months"][f"{month}-01"], record["counts"]["rejets"]
    metadata = {
        "dagster/partition_row_count": totals["contrats_mois"],
        "rejets": rejets,
        "stale": [],
        "control_totals": totals,
    }
    return {"success": True, "metadata": [metadata], "checks": [passed]}


def test_months_rejects_and_a_month_that_is_not_there(materialize, paie):
    spoil(paie / "2026-03.dsn")
    first, second, third = run_directly(paie, "2026-01", "2026-02", "2026-03")

    done = materialize("2026-01", "2026-02", "2026-03", "2026-04")

    assert third["counts"]["rejets"] > 0
    assert done["months"] == [
        left_by("2026-01", first, passed=True),
        left_by("2026-02", second, passed=True),
        left_by("2026-03", third, passed=False),
        {"success": False, "metadata": [], "checks": []},
    ]
    assert contributions(paie / "store") == contributions(paie / "direct")
    assert done["in_order"], "a backfill would run months side by side"
    assert not done["telemetry"]
