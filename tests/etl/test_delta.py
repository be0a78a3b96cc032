"""A Delta Lake table: months replaced in one commit, which tells where they come from."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import date

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

import batchcalc
from batchcalc import etl, schema
from batchcalc.errors import ConfigError, SchemaError
from batchcalc.etl import delta

CHILD = """
import sys, time
import batchcalc
from batchcalc.etl import delta

def lots(contributions):
    yield contributions
    print("stopped", flush=True)
    time.sleep(600)

delta.lots = lots
batchcalc.etl.write_delta(batchcalc.run("pay.csv"), sys.argv[1])
"""


def read(table: str) -> pl.DataFrame:
    return pl.scan_delta(table).sort(schema.CLE).collect()


def version(table: str) -> int:
    return DeltaTable(table).version()


def test_what_is_read_back_is_the_result(result):
    etl.write_delta(result, "table")

    assert read("table").equals(result.contributions)
    assert read("table").schema == result.contributions.schema
    assert DeltaTable("table").metadata().partition_columns == ["mois"]


def test_the_same_result_twice_gives_the_same_table(result):
    etl.write_delta(result, "table")
    etl.write_delta(result, "table")

    assert version("table") == 1
    assert read("table").equals(result.contributions)


def test_months_are_replaced_and_the_others_stay(result, others):
    etl.write_delta(others, "table")
    etl.write_delta(result, "table")

    december = others.contributions.filter(mois=date(2025, 12, 1))
    assert december.height == 1
    assert version("table") == 1
    assert read("table").equals(pl.concat([december, result.contributions]).sort(schema.CLE))


def test_lots_of_a_run_on_disk(monkeypatch):
    monkeypatch.setattr("batchcalc.etl.lots.LOT", 2)
    result = batchcalc.run("pay.csv", out="out")
    etl.write_delta(result, "table")

    assert read("table").equals(result.contributions.collect())


def test_the_history_tells_where_the_months_come_from(result):
    etl.write_delta(result, "table")

    [told] = DeltaTable("table").history()
    record = result.record
    assert told["batchcalc.version"] == batchcalc.__version__
    assert told["batchcalc.rules_version"] == record["rules"]["version"]
    assert told["batchcalc.rules_sha256"] == record["rules"]["sha256"]
    assert json.loads(told["batchcalc.inputs"]) == [
        {"path": "pay.csv", "sha256": record["inputs"][0]["sha256"]}
    ]
    assert json.loads(told["batchcalc.options"]) == record["options"]
    assert json.loads(told["batchcalc.control_totals"]) == record["control_totals"]


def test_a_result_without_rows_changes_nothing(result):
    empty = batchcalc.Result(
        result.contributions.clear(), result.bordereau, result.bordereau, result.rejets, {}
    )
    etl.write_delta(empty, "none")
    assert not DeltaTable.is_deltatable("none")

    etl.write_delta(result, "table")
    etl.write_delta(empty, "table")
    assert version("table") == 0


def test_a_failure_half_way_leaves_the_version_before(result, others, monkeypatch):
    etl.write_delta(others, "table")

    def broken(contributions):
        yield contributions
        raise ValueError("SECRET")

    monkeypatch.setattr(delta, "lots", broken)
    with pytest.raises(ConfigError) as caught:
        etl.write_delta(result, "table")
    assert caught.value.code == "delta-refus"
    assert "SECRET" not in str(caught.value)
    assert version("table") == 0
    assert read("table").equals(others.contributions)


def test_a_kill_half_way_leaves_the_version_before(result, others):
    etl.write_delta(others, "table")
    command = [sys.executable, "-c", CHILD, "table"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "stopped\n"
        finally:
            child.send_signal(signal.SIGKILL)

    assert version("table") == 0
    assert read("table").equals(others.contributions)
    etl.write_delta(result, "table")
    assert read("table").filter(pl.col("mois") >= date(2026, 1, 1)).equals(result.contributions)


def test_one_of_two_writers_of_the_same_months_has_to_begin_again(result, others, monkeypatch):
    etl.write_delta(others, "table")

    def overtaken(mois):
        monkeypatch.setattr(delta, "_predicat", predicat)
        etl.write_delta(others, "table")
        return predicat(mois)

    predicat = delta._predicat
    monkeypatch.setattr(delta, "_predicat", overtaken)
    with pytest.raises(ConfigError) as caught:
        etl.write_delta(result, "table")
    assert caught.value.code == "delta-occupee"
    assert read("table").equals(others.contributions)


def test_a_table_of_something_else(result):
    write_deltalake("table", pl.DataFrame({"mois": [date(2026, 1, 1)], "total": [1]}))

    with pytest.raises(SchemaError) as caught:
        etl.write_delta(result, "table")
    assert caught.value.code == "delta-colonnes"
    assert version("table") == 0


def test_a_place_that_cannot_be_written(result):
    with pytest.raises(ConfigError) as caught:
        etl.write_delta(result, "pay.csv")
    assert caught.value.code == "delta-refus"


def test_a_table_in_a_store(bucket, result, others, monkeypatch):
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    table = f"{bucket.uri}/table"
    etl.write_delta(others, table)
    etl.write_delta(result, table)

    assert read(table).height == result.contributions.height + 1


def test_without_deltalake(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "deltalake.exceptions", None)

    with pytest.raises(ConfigError) as caught:
        etl.write_delta(result, "table")
    assert caught.value.code == "delta-absent"
    assert caught.value.hint == "pip install batchcalc-paie[delta]"
