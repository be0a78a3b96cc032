"""The bordereau: what one establishment declares for one month, from the results of its contracts.

The amounts of CTP 668 and 669 are written positive: the CTP carries the sign. Reductions and
regularisations are summed apart, without netting across contracts.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from batchcalc.schema import decimal

_COUNTS: Final = ("contrats", "reductions", "regularisations")
_SUMS: Final = (
    "ctp_668",
    "ctp_669",
    "agirc_arrco",
    "france_travail",
    "assiette_ctp_635",
    "assiette_ctp_430",
)


def ajoutees(parts: pl.LazyFrame, period: Literal["mois", "trimestre"] = "mois") -> pl.LazyFrame:
    """Sums of lots (`bridge.sommes`) added up by establishment and period, in that order.

    Args:
        parts: sums by `siret` and `mois`.
        period: the month, or the quarter (its first day) for quarterly payers.
    """
    quarters = parts.with_columns(trimestre=pl.col("mois").dt.truncate("1q"))
    sums = quarters.group_by("siret", period).agg(pl.col([*_COUNTS, *_SUMS]).sum())
    return sums.sort("siret", period)


def bordereau(sums: pl.LazyFrame) -> pl.LazyFrame:
    """The table: `siret` as text, each sum in Decimal euros and (`_euros`) in whole euros.

    Whole euros are rounded from the cents, halves away from zero.
    """
    return sums.select(
        pl.col("siret").cast(pl.String).str.zfill(14),
        pl.exclude("siret", *_SUMS),
        *(decimal(pl.col(name), 18, 2).alias(name) for name in _SUMS),
        *(_whole_euros(pl.col(name)).alias(f"{name}_euros") for name in _SUMS),
    )


def _whole_euros(cents: pl.Expr) -> pl.Expr:
    return cents.sign() * ((cents.abs() + 50) // 100)
