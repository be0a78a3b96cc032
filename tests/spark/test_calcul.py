"""Spark gives what one machine gives, whatever happens on the way."""

from __future__ import annotations

import os
import sys
from dataclasses import fields

import polars as pl
import pyarrow as pa
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import functions as f
from pyspark.sql.pandas.group_ops import PandasGroupedOpsMixin

from batchcalc.arrow.paquet import SORTIE, paquet
from batchcalc.errors import ConfigError, SchemaError
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.spark import compute
from batchcalc.spark.calcul import VALIDATE
from tests.salissures import SECRET, empreinte
from tests.spark.marks import WARNINGS

pytestmark = WARNINGS

BY_NAME = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"
BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"


def empreintes(computed):
    """The checksums of its contributions and of its rejects, from one pass."""
    rows = computed.rows.persist()
    tables = (computed.contributions, computed.rejets)
    found = tuple(empreinte(pl.DataFrame(table.toArrow())) for table in tables)
    rows.unpersist()
    return found


@pytest.fixture
def conf(spark):
    """Settings of the session, put back afterwards."""
    given = []

    def put(name, value):
        given.append(name)
        spark.conf.set(name, value)

    yield put
    for name in given:
        spark.conf.unset(name)


def changed(rules, parametres):
    """The rules, with another way to give parameters; workers get it by value."""

    class Changed(Rules):
        pass

    Changed.parametres = parametres
    return Changed(**{field.name: getattr(rules, field.name) for field in fields(rules)})


@pytest.mark.parametrize("buckets", [1, 7, 64])
def test_the_same_checksum_for_any_number_of_buckets(frame, attendu, buckets):
    assert empreintes(compute(frame, buckets=buckets)) == attendu


def test_batches_that_cut_contracts(frame, attendu, conf):
    conf(BATCH, 3)

    assert empreintes(compute(frame, buckets=2)) == attendu


def test_a_contract_written_with_blanks_around(frame, attendu):
    """Its rows meet in one bucket: blanks are no part of a key."""
    padded = f.concat(f.lit("\u3000"), f.col("contrat"), f.lit(" "))
    given = frame.withColumn(
        "contrat", f.when(f.col("ligne") % 2 == 0, padded).otherwise(f.col("contrat"))
    )

    assert empreintes(compute(given, buckets=64)) == attendu


def test_columns_in_another_order_matched_by_position(frame, attendu, conf):
    conf(BY_NAME, "false")
    backwards = frame.select(*reversed(frame.columns))

    assert empreintes(compute(backwards, buckets=2)) == attendu


def test_schemas_are_validated(spark, frame):
    spark.conf.set(VALIDATE, "false")
    compute(frame, buckets=1)

    assert spark.conf.get(VALIDATE) == "true"


def test_a_packet_has_its_columns_in_the_order_declared(table, rules):
    """By name or by position, they are the same."""
    assert paquet(rules, Options(), pa.table(table)).schema == SORTIE


def test_pandas_where_there_is_no_arrow(frame, attendu, monkeypatch):
    """As on Spark 3.5."""
    monkeypatch.delattr(PandasGroupedOpsMixin, "applyInArrow")

    assert empreintes(compute(frame, buckets=3)) == attendu


def test_pandas_makes_no_floats_of_integers_with_nulls(frame, monkeypatch):
    number = 9_007_199_254_740_993  # no float
    given = frame.withColumn("ligne", f.when(f.col("ligne") % 2 == 0, f.lit(number)))
    given = given.withColumn("ppv", f.when(f.col("ligne").isNull(), f.lit(3)))
    by_arrow = empreintes(compute(given, buckets=2))
    monkeypatch.delattr(PandasGroupedOpsMixin, "applyInArrow")
    by_pandas = compute(given, buckets=2)

    assert empreintes(by_pandas) == by_arrow
    numbers = {row.ligne for row in by_pandas.rejets.select("ligne").distinct().collect()}
    assert numbers == {number, None}


def test_a_worker_that_dies_once(frame, rules, attendu, tmp_path):
    died = tmp_path / "died"

    def parametres(self, *args, **named):
        if not died.exists():
            died.touch()
            os._exit(1)
        return Rules.parametres(self, *args, **named)

    assert empreintes(compute(frame, buckets=3, rules=changed(rules, parametres))) == attendu
    assert died.exists()


def test_no_value_in_the_logs(frame, rules, journal):
    """Neither of rows set apart by the tests above, nor in what an error of a worker says."""

    def parametres(self, *args, **named):
        raise ValueError(SECRET)

    with pytest.raises(PySparkException, match="A packet of contracts failed: ValueError") as said:
        compute(frame, buckets=1, rules=changed(rules, parametres)).rows.collect()

    told = journal.read_text()
    assert "A packet of contracts failed: ValueError" in told
    assert SECRET not in told
    assert SECRET not in str(said.value)


def test_no_polars_on_workers(frame, attendu, monkeypatch):
    def watched(rules, options, lignes):
        made = paquet(rules, options, lignes)
        assert "numba" in sys.modules
        assert "polars" not in sys.modules
        return made

    monkeypatch.setattr("batchcalc.spark.calcul.paquet", watched)

    assert empreintes(compute(frame, buckets=3)) == attendu


def test_no_row(frame):
    computed = compute(frame.limit(0), buckets=3)

    assert (computed.contributions.count(), computed.rejets.count()) == (0, 0)


@pytest.mark.parametrize(
    ("nom", "given", "right"),
    [
        ("remuneration", "double", "decimal(18,2)"),
        ("quotite_contrat", "float", "decimal(18,6)"),
        ("mois", "timestamp", "date"),
        ("siret", "bigint", "string"),
        ("profil", "binary", "string"),
    ],
)
def test_types_that_cannot_hold_the_values(frame, nom, given, right):
    changed_frame = frame.withColumn(nom, f.lit(None).cast(given))

    with pytest.raises(SchemaError) as caught:
        compute(changed_frame, buckets=1)

    assert caught.value.code == "type-de-colonne"
    assert f'frame.withColumn("{nom}", frame["{nom}"].cast("{right}"))' in str(caught.value)


def test_a_required_column_that_is_missing(frame):
    with pytest.raises(SchemaError, match="no column mois, remuneration"):
        compute(frame.drop("mois", "remuneration"), buckets=1)


def test_no_bucket(frame):
    with pytest.raises(ConfigError, match="no bucket"):
        compute(frame, buckets=0)
