"""One run of batchcalc a month: on the 16th, for the month before."""

import logging
import os
from pathlib import Path
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from pendulum import DateTime, datetime, duration

import batchcalc

PAIE = Path(os.environ["PAIE"])  # holds 2026-01.dsn, 2026-02.dsn... and the store
EN_ORDRE = {"depends_on_past": True, "retries": 3, "retry_delay": duration(hours=1)}


@dag(
    schedule=CronTriggerTimetable("0 6 16 * *", timezone="Europe/Paris"),
    start_date=datetime(2026, 2, 1, tz="Europe/Paris"),  # January is the first month
    catchup=True,
    max_active_runs=1,
    default_args=EN_ORDRE,
)
def contributions() -> None:
    """The reductions of every contract, a month a run."""

    @task
    def calcule(data_interval_end: DateTime) -> dict[str, Any]:
        """Run the month before the day of the run; what it counted goes to XCom."""
        mois = data_interval_end.subtract(months=1).format("YYYY-MM")
        record = batchcalc.run(PAIE / f"{mois}.dsn", out=PAIE / "store").record
        if record["exit_status"]:
            logging.getLogger(__name__).warning("%s: %s", mois, record["counts"])
        return {"mois": mois, **{nom: record[nom] for nom in ("counts", "store")}}

    calcule()


contributions()
