"""Results written beside their place, compared with what was computed, and only then published."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from batchcalc.bridge.results import RESULT, TOTAUX
from batchcalc.errors import ConfigError
from batchcalc.spark.calcul import Distributed

_SUMS = tuple(RESULT[name] for name in TOTAUX)


def publish(computed: Distributed, folder: str) -> dict[str, Any]:
    """Write `contributions` and `rejets` as Parquet beside `folder`, compare, take its place.

    What was there stays until everything is written and its totals, read back, are those of the
    computation. Object stores cannot rename a folder at once: give a new one each time.

    Args:
        computed: what `compute` gave; it is computed once, and kept on the workers' disks
            meanwhile.
        folder: path or address of the folder, as Spark takes it.

    Returns:
        The control totals, named as in `run.json`, and the number of `rejets`.

    Raises:
        ConfigError: `totaux-differents`, `dossier-inutilisable`; the folder is as it was.
    """
    session = computed.rows.sparkSession
    files, place = _files(session, folder)
    stage = place.suffix(f".{uuid4().hex}")
    kept = Distributed(computed.rows.persist(StorageLevel.DISK_ONLY))
    try:
        kept.contributions.write.parquet(f"{stage}/contributions")
        kept.rejets.write.parquet(f"{stage}/rejets")
        totals = _sums(kept.totaux, f.sum("contrats_mois"), f.sum("rejets"))
        _compare(totals, _written(session, f"{stage}"))
        _rename(files, stage, place)
    finally:
        kept.rows.unpersist()
        files.delete(stage, True)
    return totals


def _written(session: SparkSession, stage: str) -> dict[str, Any]:
    """The totals of what was written, read back."""
    rejets = session.read.parquet(f"{stage}/rejets").count()
    contributions = session.read.parquet(f"{stage}/contributions")
    return _sums(contributions, f.count("*"), f.lit(rejets))


def _sums(table: DataFrame, contrats_mois: Any, rejets: Any) -> dict[str, Any]:
    counts = contrats_mois.alias("contrats_mois"), rejets.alias("rejets")
    row = table.agg(*counts, *(f.sum(name).alias(name) for name in _SUMS)).first()
    return {name: value or 0 for name, value in row.asDict().items()}


def _compare(totals: dict[str, Any], written: dict[str, Any]) -> None:
    differing = [name for name, total in totals.items() if written[name] != total]
    if differing:
        raise ConfigError(
            f"What was written differs from what was computed in {', '.join(differing)}.",
            hint="Nothing was published: look at the storage, then start again.",
            code="totaux-differents",
        )


# --- Folders, by the file systems Spark knows


def _files(session: SparkSession, folder: str) -> tuple[Any, Any]:
    """The file system of a folder, and its path there."""
    context = session.sparkContext
    place = context._jvm.org.apache.hadoop.fs.Path(folder)
    return place.getFileSystem(context._jsc.hadoopConfiguration()), place


def _rename(files: Any, stage: Any, place: Any) -> None:
    """Put a folder in the place of another, which is kept until that is done."""
    before, there = stage.suffix(".before"), files.exists(place)
    if there and not files.rename(place, before):
        raise _unusable(place)
    if not files.rename(stage, place):
        if there:
            files.rename(before, place)
        raise _unusable(place)
    files.delete(before, True)


def _unusable(place: Any) -> ConfigError:
    return ConfigError(
        f"The folder {place} cannot be renamed.",
        hint="Check that it can be written, and that nobody else publishes there.",
        code="dossier-inutilisable",
    )
