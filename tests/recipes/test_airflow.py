"""The DAG of Airflow, run by `dag.test()` over a database of its own: no server."""

from __future__ import annotations

import json
from pathlib import Path

from tests.recipes.conftest import RECIPES, contributions, run_directly, spoil

DRIVER = Path(__file__).with_name("run_dag.py")


def left_by(month, record):
    """What a month leaves in XCom, from its record."""
    kept = {name: record[name] for name in ("counts", "store")}
    return {"state": "success", "mois": month, **kept}


def test_months_a_retry_and_rejects(tool, tmp_path, paie):
    spoil(paie / "2026-03.dsn")
    first, second, third = run_directly(paie, "2026-01", "2026-02", "2026-03")

    tool(
        "airflow",
        "python",
        DRIVER,
        tmp_path / "left.json",
        "2026-02-16T06:00:00+01:00",
        "2026-03-16T06:00:00+01:00",
        "2026-03-16T06:00:00+01:00",
        "2026-04-16T06:00:00+02:00",
        AIRFLOW_HOME=tmp_path,
        AIRFLOW__CORE__DAGS_FOLDER=RECIPES / "airflow",
        AIRFLOW__CORE__LOAD_EXAMPLES=False,
        PYTHONPATH=RECIPES / "airflow",
    )

    assert third["counts"]["rejets"] > 0
    done = json.loads((tmp_path / "left.json").read_text())
    assert done["runs"] == [
        left_by("2026-01", first),
        left_by("2026-02", second),
        left_by("2026-02", second),
        left_by("2026-03", third),
    ]
    assert done["first_scheduled"] == "2026-02-16T05:00:00+00:00"
    assert contributions(paie / "store") == contributions(paie / "direct")
