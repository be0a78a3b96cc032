"""Frames of other libraries, in and out, by the Arrow stream they give."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import batchcalc
from batchcalc.errors import InputError, SchemaError
from tests.tables import entree, melangee


class Stream:
    """Nothing but an Arrow stream."""

    def __init__(self, frame):
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self._frame.__arrow_c_stream__(requested_schema)


class Broken:
    """A stream that breaks off, with a value in what its maker says."""

    def __arrow_c_stream__(self, requested_schema=None):
        raise pl.exceptions.ComputeError("cannot read secret")


ROWS = pl.DataFrame(
    {
        "siret": ["00000000000018"] * 2,
        "salarie": ["A-17"] * 2,
        "contrat": ["C1"] * 2,
        "mois": [date(2026, 1, 1), date(2026, 2, 1)],
        "remuneration": [Decimal("2000.00"), Decimal("9000.00")],
    }
)


def test_any_stream_gives_what_its_frame_gives():
    table = melangee(entree(600, seed=3))

    assert batchcalc.compute(Stream(table)).equals(batchcalc.compute(table))


def test_text_in_categories_is_read():
    texts = ROWS.with_columns(pl.col("salarie", "contrat").cast(pl.Categorical))

    assert batchcalc.compute(Stream(texts)).equals(batchcalc.compute(ROWS))


def test_faults_of_a_stream_are_those_of_a_frame():
    with pytest.raises(SchemaError, match="mois"):
        batchcalc.compute(Stream(ROWS.drop("mois")))
    with pytest.raises(InputError) as caught:
        batchcalc.compute(Stream(ROWS.with_columns(remuneration=pl.lit("secret"))))

    assert (caught.value.line, "secret" in str(caught.value)) == (1, False)


def test_a_stream_that_breaks_off():
    with pytest.raises(InputError) as caught:
        batchcalc.compute(Broken())

    assert caught.value.code == "flux-illisible"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 3, "pay.csv", {"siret": ["1"]}, [{"siret": "1"}]])
def test_what_is_no_frame(value):
    with pytest.raises(InputError) as caught:
        batchcalc.compute(value)

    assert caught.value.code == "pas-un-tableau"


@pytest.mark.parametrize("out", [None, "out"])
def test_the_result_of_a_run_is_a_stream_of_its_contributions(tmp_path, out):
    ROWS.write_parquet(tmp_path / "in.parquet")
    result = batchcalc.run(tmp_path / "in.parquet", out=out and tmp_path / out)

    assert pl.DataFrame(Stream(result)).equals(batchcalc.compute(ROWS))


# --- with the libraries themselves


def test_pyarrow():
    table = pa.table(ROWS)

    result = batchcalc.compute(table)

    assert result.equals(batchcalc.compute(ROWS))
    assert pa.table(result).num_rows == 2


def test_pandas():
    frame = pd.DataFrame(ROWS.to_dict(as_series=False), index=[7, 3])

    assert batchcalc.compute(frame).equals(batchcalc.compute(ROWS))


def test_duckdb(tmp_path):
    ROWS.write_parquet(tmp_path / "in.parquet")
    relation = duckdb.sql(f"SELECT * FROM '{tmp_path / 'in.parquet'}'")

    contributions = batchcalc.compute(relation)
    result = batchcalc.run(tmp_path / "in.parquet")

    assert contributions.equals(batchcalc.compute(ROWS))
    for name in ("contributions", "result"):
        total = duckdb.sql(f"SELECT sum(reduction) FROM {name}").fetchall()
        assert total == [(contributions["reduction"].sum(),)]
    assert result.record["exit_status"] == 0
