"""One generated year through five doors: the same totals and the same checksum.

    python -m bench.doors --contrats 200000

The command on DSN files, a store fed month by month, the Python API on an Arrow table, Spark, and
SQL of DuckDB over the result. It says what each took and what came out, and fails where two differ.
Spark needs a Java 17 on the path.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.settings import DATA

KEY = ("siret", "salarie", "contrat", "mois")
MONTHS = "2026-01:2026-12"
SUMMED = ("remuneration", "smic", "reduction", "reduction_urssaf", "reduction_agirc_arrco")


@dataclass(frozen=True)
class Outcome:
    """What came out of one door."""

    door: str
    seconds: float
    rows: int
    totals: dict[str, str]
    checksum: str


class _Digest:
    """A file that is only hashed."""

    def __init__(self) -> None:
        self.sha = hashlib.sha256()

    def write(self, part: bytes) -> int:
        self.sha.update(part)
        return len(part)


def checksum(table: pl.DataFrame) -> str:
    """SHA-256 of all cells as text, in key order: the same whatever the files and their order."""
    digest = _Digest()
    table.sort(KEY).select(pl.all().cast(pl.String)).write_csv(digest, null_value="NULL")
    return digest.sha.hexdigest()


def outcome(door: str, seconds: float, table: pl.DataFrame) -> Outcome:
    totals = {name: str(table[name].sum()) for name in SUMMED}
    return Outcome(door, seconds, table.height, totals, checksum(table))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command(*arguments: object) -> None:
    line = [sys.executable, "-m", "batchcalc", *map(str, arguments)]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def declarations(contrats: int, folder: Path) -> list[Path]:
    if not folder.exists():
        command(
            *("generate", "--contrats", contrats, "--mois", MONTHS),
            *("--format", "dsn", "--out", folder),
        )
    return sorted(folder.glob("*.dsn"))


# --- the doors


def by_command(files: list[Path], work: Path) -> Outcome:
    seconds = timed(lambda: command("run", *files, "--out", work / "once"))
    return outcome("command on DSN", seconds, pl.read_parquet(work / "once/contributions/*"))


def by_store(files: list[Path], work: Path) -> Outcome:
    def months() -> None:
        for file in files:
            command("run", file, "--out", work / "store")

    seconds = timed(months)
    table = pl.read_parquet(work / "store/contributions/**/*.parquet", hive_partitioning=False)
    return outcome("store, twelve runs", seconds, table)


def by_arrow(files: list[Path], work: Path) -> Outcome:
    import pyarrow.parquet

    import batchcalc

    batchcalc.scan_dsn(files).sink_parquet(work / "rows.parquet")
    rows = pyarrow.parquet.read_table(work / "rows.parquet")
    tables: list[pl.DataFrame] = []
    seconds = timed(lambda: tables.append(batchcalc.compute(rows)))
    return outcome("Python, Arrow table", seconds, tables[0])


def by_spark(work: Path, buckets: int) -> Outcome:
    from pyspark.sql import SparkSession

    from batchcalc.spark import compute, publish

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", buckets)
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    try:
        rows = session.read.parquet(str(work / "rows.parquet"))
        seconds = timed(lambda: publish(compute(rows, buckets=buckets), str(work / "spark")))
    finally:
        session.stop()
    table = pl.read_parquet(work / "spark/contributions/*.parquet")
    return outcome(f"Spark local[2], {buckets} buckets", seconds, table)


def by_sql(work: Path) -> Outcome:
    import duckdb

    tables: list[pl.DataFrame] = []
    place = work / "once/contributions/contributions.parquet"

    def query() -> None:
        tables.append(duckdb.sql(f"SELECT * FROM read_parquet('{place}')").pl())

    return outcome("SQL of DuckDB over the result", timed(query), tables[0])


def compared(outcomes: list[Outcome]) -> bool:
    """Print what came out of each door; whether it is all the same."""
    first = outcomes[0]
    print("| door | seconds | rows | Σ R | Σ reduction | checksum |")
    print("|---|---|---|---|---|---|")
    for one in outcomes:
        totals = f"{one.totals['remuneration']} | {one.totals['reduction']}"
        print(f"| {one.door} | {one.seconds:.1f} | {one.rows} | {totals} | {one.checksum[:16]} |")
    return all(
        (o.rows, o.totals, o.checksum) == (first.rows, first.totals, first.checksum)
        for o in outcomes
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contrats", type=int, default=2000)
    parser.add_argument("--buckets", type=int, default=16)
    asked = parser.parse_args()
    files = declarations(asked.contrats, DATA / f"doors-{asked.contrats}")
    work = DATA / "doors-work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    outcomes = [
        by_command(files, work),
        by_store(files, work),
        by_arrow(files, work),
        by_spark(work, asked.buckets),
        by_sql(work),
    ]
    if not compared(outcomes):
        sys.exit("the doors do not agree")


if __name__ == "__main__":
    main()
