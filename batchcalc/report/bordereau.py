"""The bordereau: what one establishment declares for one month, from the results of its contracts.

The amounts of CTP 668 and 669 are written positive: the CTP carries the sign. Reductions and
regularisations are summed apart, without netting across contracts.
"""

from __future__ import annotations

import polars as pl

from batchcalc.schema import decimal

_SUMS = {
    "ctp_668": pl.col("reduction_urssaf_cents").clip(lower_bound=0),
    "ctp_669": -pl.col("reduction_urssaf_cents").clip(upper_bound=0),
    "agirc_arrco": pl.col("reduction_agirc_arrco_cents"),
    "france_travail": pl.col("reduction_france_travail_cents"),
    "assiette_ctp_635": pl.col("assiette_complement_maladie_cents"),
    "assiette_ctp_430": pl.col("assiette_complement_allocations_familiales_cents"),
}


def bordereau(physical: pl.LazyFrame) -> pl.LazyFrame:
    """One row per `siret` and `mois`, in that order.

    Args:
        physical: results in integer cents (`bridge.Computed.physical`).

    Returns:
        Counts, then each sum in Decimal euros and (`_euros`) in whole euros, halves away from zero.
    """
    return _sums(physical, "mois")


def bordereau_trimestriel(physical: pl.LazyFrame) -> pl.LazyFrame:
    """The same sums per `siret` and `trimestre` (its first day), for quarterly payers."""
    return _sums(physical.with_columns(trimestre=pl.col("mois").dt.truncate("1q")), "trimestre")


def _sums(physical: pl.LazyFrame, period: str) -> pl.LazyFrame:
    cents = physical.group_by("siret", period).agg(
        pl.len().cast(pl.Int64).alias("contrats"),
        (pl.col("reduction_cents") > 0).sum().cast(pl.Int64).alias("reductions"),
        (pl.col("reduction_cents") < 0).sum().cast(pl.Int64).alias("regularisations"),
        *(expression.sum().alias(name) for name, expression in _SUMS.items()),
    )
    return cents.sort("siret", period).select(
        pl.exclude(list(_SUMS)),
        *(decimal(pl.col(name), 18, 2).alias(name) for name in _SUMS),
        *(_whole_euros(pl.col(name)).alias(f"{name}_euros") for name in _SUMS),
    )


def _whole_euros(cents: pl.Expr) -> pl.Expr:
    return cents.sign() * ((cents.abs() + 50) // 100)


def control_totals(physical: pl.LazyFrame) -> pl.LazyFrame:
    """One row of sums over all results, in integers: cents, and millionths of a euro for S."""
    names = [
        "remuneration_cents",
        "smic_e6",
        "reduction_cents",
        "reduction_urssaf_cents",
        "reduction_agirc_arrco_cents",
        "reduction_france_travail_cents",
        "dont_chomage_cents",
        "reduction_maladie_cents",
        "reduction_allocations_familiales_cents",
    ]
    return physical.select(
        pl.len().cast(pl.Int64).alias("contrats_mois"), *(pl.col(name).sum() for name in names)
    )
