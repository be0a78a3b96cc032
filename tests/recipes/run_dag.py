"""In the environment of Airflow: run the DAG for the dates given, write what each left as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import contributions as recipe  # type: ignore[import-not-found]
from airflow.models.dag import DagModel
from airflow.models.xcom import XComModel
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from pendulum import parse


def ran(date: str) -> dict[str, object]:
    run = recipe.contributions().test(logical_date=parse(date))
    with create_session() as session:
        left = XComModel.get_many(run_id=run.run_id, task_ids="calcule", key="return_value")
        [given] = session.scalars(left)
        return {"state": run.state, **XComModel.deserialize_value(given)}


def first_scheduled() -> str:
    """The logical date the scheduler gives the first run; before the start date it does nothing."""
    with create_session() as session:
        return session.get(DagModel, "contributions").next_dagrun.isoformat()


initdb()
runs = [ran(date) for date in sys.argv[2:]]
left = {"first_scheduled": first_scheduled(), "runs": runs}
Path(sys.argv[1]).write_text(json.dumps(left), encoding="utf-8")
