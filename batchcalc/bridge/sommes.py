"""Sums of a lot of results by establishment and month: what the bordereau is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.kernels import totals
from batchcalc.schema.calendrier import premiers_jours
from batchcalc.schema.suivi import Bools

SOMMES: Final = {
    "contrats": totals.CONTRACTS,
    "reductions": totals.REDUCTIONS,
    "regularisations": totals.REGULARISATIONS,
    "ctp_668": totals.CTP_668,
    "ctp_669": totals.CTP_669,
    "agirc_arrco": totals.AGIRC_ARRCO,
    "france_travail": totals.FRANCE_TRAVAIL,
    "assiette_ctp_635": totals.CTP_635,
    "assiette_ctp_430": totals.CTP_430,
}
"""Counts and sums in cents, and the column of the kernel that gives each."""

SCHEMA_SOMMES: Final = pl.Schema(
    {"siret": pl.Int64(), "mois": pl.Date(), **dict.fromkeys(SOMMES, pl.Int64())}
)
"""Columns and types of the sums."""

_SUMMED: Final = (
    "reduction_cents",
    "reduction_urssaf_cents",
    "reduction_agirc_arrco_cents",
    "reduction_france_travail_cents",
    "assiette_complement_maladie_cents",
    "assiette_complement_allocations_familiales_cents",
)


def sommes(
    sirets: pl.Series, starts: Bools, mois: NDArray[np.int32], results: Mapping[str, Any]
) -> pl.DataFrame:
    """One row per `siret` and `mois`, in that order: counts, and cents.

    `siret` is given as a number: as text it would keep the texts of the whole lot in memory.

    Args:
        sirets: of each row, in order.
        starts: where an establishment begins.
        mois: number of the month of each row.
        results: arrays of `block.COLUMNS`.
    """
    first, last = (int(mois.min()), int(mois.max())) if mois.size else (0, -1)
    row, month = np.empty(mois.size, np.int64), np.empty(mois.size, np.int32)
    sums = np.empty((mois.size, totals.N_SUMS), np.int64)
    summed = [results[name] for name in _SUMMED]
    cells = np.zeros((last - first + 1, totals.N_SUMS), np.int64)
    arguments = (starts.view(np.uint8), mois, first, *summed, cells, row, month, sums)
    filled = totals.monthly_sums(*arguments)
    return pl.DataFrame(
        {
            "siret": sirets.gather(row[:filled]).cast(pl.Int64),
            "mois": pl.Series(premiers_jours(month[:filled])).cast(pl.Date),
            **{name: sums[:filled, column].copy() for name, column in SOMMES.items()},
        }
    )
