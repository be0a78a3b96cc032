"""PostgreSQL: exact rows in, months replaced in one transaction, nothing of the URI shown."""

from __future__ import annotations

import signal
import subprocess
import sys
import traceback
from datetime import date
from decimal import Decimal
from itertools import count

import polars as pl
import pytest
from adbc_driver_postgresql import dbapi

import batchcalc
from batchcalc import etl, schema
from batchcalc.errors import ConfigError
from batchcalc.etl import postgres as module
from tests.postgres import PASSWORD

MONEY = ["0.00", "0.01", "-0.01", "1.01234", "10000.0001", "1.012345", "0.00001", "100000000"]
MONEY += ["-12345678901234567890.123456789", "9999999999999999.99"]

CHILD = """
import sys, time
import batchcalc
from batchcalc.etl import postgres

def lots(contributions):
    yield contributions
    print("stopped", flush=True)
    time.sleep(600)

postgres.lots = lots
batchcalc.etl.write_postgres(batchcalc.run("pay.csv").contributions, *sys.argv[1:])
"""

_numbers = count()


@pytest.fixture
def table():
    return f"contributions_{next(_numbers)}"


def do(uri: str, *statements: str) -> None:
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        connection.commit()


def read(uri: str, table: str) -> pl.DataFrame:
    """The table with the types of a result, sorted by key."""
    rows = etl.read_postgres(f"SELECT * FROM {table}", uri)
    return rows.cast(batchcalc.run("pay.csv").contributions.schema).sort(schema.CLE)


def test_numbers_come_digit_for_digit(postgres):
    values = ", ".join(f"({value}::numeric, '{value}')" for value in MONEY)
    rows = etl.read_postgres(f"SELECT * FROM (VALUES {values}) AS v(number, text)", postgres)

    assert rows.schema == {"number": pl.String, "text": pl.String}
    assert rows["number"].to_list() == rows["text"].to_list() == MONEY


def test_a_table_of_the_input_gives_what_its_file_gives(postgres, table, result):
    do(
        postgres,
        f"CREATE TABLE {table} (siret char(14), salarie text, contrat varchar(20), mois date,"
        " remuneration numeric(12, 2), fnal numeric, heures_supplementaires numeric(6, 2))",
        f"INSERT INTO {table} VALUES"
        " ('00000000000018', 'A-17', 'C1', '2026-01-01', 2000, 0.10, NULL),"
        " ('00000000000018', 'A-17', 'C1', '2026-02-01', 9000, 0.10, 0),"
        " ('00000000000018', 'B-20', 'C2', '2026-02-01', 2000.01, NULL, 0),"
        " ('00000000000018', 'B-20', 'C2', '2026-03-01', -12.34, 0.1, 0)",
    )

    contributions = batchcalc.compute(etl.read_postgres(f"SELECT * FROM {table}", postgres))

    assert contributions.equals(result.contributions)


def test_what_is_read_back_is_the_result(postgres, table, result):
    etl.write_postgres(result.contributions, postgres, table)

    assert read(postgres, table).equals(result.contributions)
    types = etl.read_postgres(
        "SELECT column_name, data_type, numeric_precision::int AS p, numeric_scale::int AS s"
        f" FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position",
        postgres,
    ).rows()
    assert types[0] == ("siret", "text", None, None)
    assert types[3] == ("mois", "date", None, None)
    assert types[4] == ("remuneration", "numeric", 18, 2)
    assert types[8] == ("coefficient", "numeric", 6, 4)
    assert types[16] == ("taux_maladie_reduit", "boolean", None, None)
    assert [name for name, *_ in types] == result.contributions.columns


def test_the_same_result_twice_gives_the_same_table(postgres, table, result):
    for _ in range(2):
        etl.write_postgres(result.contributions, postgres, table)

    assert read(postgres, table).equals(result.contributions)


def test_months_are_replaced_and_the_others_stay(postgres, table, result, others):
    etl.write_postgres(others.contributions, postgres, table)
    etl.write_postgres(result.contributions, postgres, table)

    december = others.contributions.filter(mois=date(2025, 12, 1))
    expected = pl.concat([december, result.contributions]).sort(schema.CLE)
    assert read(postgres, table).equals(expected)


def test_lots_of_a_run_on_disk(postgres, table, monkeypatch):
    monkeypatch.setattr("batchcalc.etl.lots.LOT", 2)
    result = batchcalc.run("pay.csv", out="out")
    etl.write_postgres(result.contributions, postgres, table)

    assert read(postgres, table).equals(result.contributions.collect())


def test_no_rows_change_nothing(postgres, table, result):
    etl.write_postgres(result.contributions, postgres, table)
    etl.write_postgres(result.contributions.clear(), postgres, table)

    assert read(postgres, table).equals(result.contributions)


def test_a_table_of_ones_own(postgres, result):
    """In a schema, with a name to quote, other columns, and wider types."""
    columns = ", ".join(
        f"{name} {'numeric' if isinstance(kind, pl.Decimal) else module._type(kind)}"
        for name, kind in reversed(result.contributions.schema.items())
    )
    quoted = """paie."l'""été\""""
    do(
        postgres,
        "CREATE SCHEMA paie",
        f"CREATE TABLE {quoted} (id serial, seen timestamp DEFAULT now(), {columns})",
    )
    for _ in range(2):
        etl.write_postgres(result.contributions, postgres, """paie.l'"été""")

    rows = etl.read_postgres(f"SELECT * FROM {quoted}", postgres).drop("id", "seen")
    rows = rows.select(result.contributions.columns).cast(result.contributions.schema)
    assert rows.sort(schema.CLE).equals(result.contributions)


# --- failures


def refused(call, *arguments: object) -> ConfigError:
    """The error; all of what Python would print of it shows no password."""
    with pytest.raises(ConfigError) as caught:
        call(*arguments)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    assert caught.value.code == "postgres-refus"
    return caught.value


@pytest.mark.parametrize("condition", ["remuneration > 0", "mois < '2026-03-01'"])
def test_a_failure_half_way_leaves_the_table_as_it_was(
    postgres, table, result, others, monkeypatch, condition
):
    etl.write_postgres(others.contributions, postgres, table)
    do(postgres, f"ALTER TABLE {table} ADD CHECK ({condition})")
    monkeypatch.setattr("batchcalc.etl.lots.LOT", 1)

    error = refused(etl.write_postgres, result.contributions, postgres, table)
    assert "-12.34" not in str(error)
    assert read(postgres, table).equals(others.contributions)


def test_a_kill_half_way_leaves_the_table_as_it_was(postgres, table, result, others):
    etl.write_postgres(others.contributions, postgres, table)
    command = [sys.executable, "-c", CHILD, postgres, table]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "stopped\n"
        finally:
            child.send_signal(signal.SIGKILL)

    assert read(postgres, table).equals(others.contributions)
    etl.write_postgres(result.contributions, postgres, table)
    assert read(postgres, table).height == result.contributions.height + 1


def test_two_writers_one_after_the_other(postgres, table, result, others, monkeypatch):
    """The second waits for the first: here until its own patience ends."""
    etl.write_postgres(others.contributions, postgres, table)
    hasty = f"{postgres}?options=-c%20lock_timeout%3D100ms"

    def meanwhile(contributions):
        monkeypatch.setattr(module, "lots", lots)
        error = refused(etl.write_postgres, others.contributions, hasty, table)
        assert "55P03" in str(error)  # lock_not_available
        assert read(postgres, table).equals(others.contributions)  # readers do not wait
        yield from lots(contributions)

    lots = module.lots
    monkeypatch.setattr(module, "lots", meanwhile)
    etl.write_postgres(result.contributions, postgres, table)
    assert read(postgres, table).height == result.contributions.height + 1


def test_a_table_of_something_else(postgres, table, result):
    do(postgres, f"CREATE TABLE {table} (mois date)")

    refused(etl.write_postgres, result.contributions, postgres, table)


def test_what_the_server_refuses(postgres, result):
    refused(etl.read_postgres, "SELECT 1/0 AS remuneration", postgres)
    refused(etl.read_postgres, "SELECT nothing", postgres)
    wrong = postgres.replace(PASSWORD, f"{PASSWORD}-not")
    refused(etl.read_postgres, "SELECT 1", wrong)
    refused(etl.write_postgres, result.contributions, wrong)
    refused(etl.read_postgres, "SELECT 1", f"postgresql://paie:{PASSWORD}@127.0.0.1:9/postgres")
    refused(etl.read_postgres, "SELECT 1", f"nonsense {PASSWORD}")


def test_a_password_from_the_environment(postgres, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    rows = etl.read_postgres("SELECT 1.50 AS pay", postgres.replace(f":{PASSWORD}", ""))

    assert Decimal(rows.item()) == Decimal("1.50")


def test_without_the_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)

    with pytest.raises(ConfigError) as caught:
        etl.read_postgres("SELECT 1", "postgresql://")
    assert caught.value.code == "postgres-absent"
    assert caught.value.hint == "pip install batchcalc-paie[postgres]"
