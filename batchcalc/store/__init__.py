"""A folder of results that goes on month after month.

The tables are those of a run over everything ever given; contributions stand in a file a month.
What was read is kept beside them, by the month delivered (`prise`, `reprise`), and one manifest
tells of it (`etat`). A run takes new months in, computes their year again from what is kept
(`exercice`), and publishes it up to the last month given (`run`): later months are stale until they
are refreshed.
"""

from batchcalc.store.etat import holds_a_run, is_store
from batchcalc.store.exercice import Maniere, lis
from batchcalc.store.run import refresh_store, run_store

__all__ = ["Maniere", "holds_a_run", "is_store", "lis", "refresh_store", "run_store"]
