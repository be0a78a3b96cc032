"""A month of payroll is a partition: one run of batchcalc each, all into one store."""

import os
from pathlib import Path

import dagster as dg

import batchcalc

PAIE = Path(os.environ["PAIE"])  # holds 2026-01.dsn, 2026-02.dsn... and the store
MOIS = dg.MonthlyPartitionsDefinition(start_date="2026-01", fmt="%Y-%m")
AVANT = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)


@dg.asset(
    partitions_def=MOIS,
    deps=[dg.AssetDep("contributions", partition_mapping=AVANT)],  # a backfill goes in order
    check_specs=[dg.AssetCheckSpec("rejets", asset="contributions")],
)
def contributions(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The reductions of every contract of the month."""
    mois = context.partition_key
    record = batchcalc.run(PAIE / f"{mois}.dsn", out=PAIE / "store").record
    totals, nombre = record["store"]["months"][f"{mois}-01"], record["counts"]["rejets"]
    rejets = dg.AssetCheckResult(
        check_name="rejets",
        passed=nombre == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"rejets": nombre},
    )
    return dg.MaterializeResult(
        metadata={
            "dagster/partition_row_count": totals["contrats_mois"],
            "rejets": nombre,
            "stale": record["store"]["stale"],
            "control_totals": dg.JsonMetadataValue(totals),
        },
        check_results=[rejets],
    )


defs = dg.Definitions(assets=[contributions])
