"""The reductions of every contract-month of the source."""

from typing import Any

import batchcalc


def model(dbt: Any, _session: Any) -> Any:
    """A relation of DuckDB in, a frame out; dbt-duckdb makes it a table."""
    return batchcalc.compute(dbt.source("paie", "mois_contrat"))
