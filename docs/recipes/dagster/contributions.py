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
    result = batchcalc.run(PAIE / f"{context.partition_key}.dsn", out=PAIE / "store")
    counts, totals = result.record["counts"], result.record["control_totals"]
    rejets = dg.AssetCheckResult(
        check_name="rejets",
        passed=counts["rejets"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"rejets": counts["rejets"]},
    )
    return dg.MaterializeResult(
        metadata={
            "dagster/partition_row_count": totals["contrats_mois"],
            "rejets": counts["rejets"],
            "control_totals": dg.JsonMetadataValue(totals),
        },
        check_results=[rejets],
    )


defs = dg.Definitions(assets=[contributions])
