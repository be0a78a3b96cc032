"""Tables people already have: Delta Lake and PostgreSQL, each an extra of its own."""

from batchcalc.etl.delta import write_delta
from batchcalc.etl.postgres import read_postgres, write_postgres

__all__ = ["read_postgres", "write_delta", "write_postgres"]
