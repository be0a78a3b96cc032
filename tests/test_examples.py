"""The examples of the docstrings and of the pages, run as they stand."""

from __future__ import annotations

import doctest
import re
import shutil
from importlib import import_module
from pathlib import Path

import duckdb
import pandas
import polars as pl
import pyarrow
import pytest

import batchcalc

ROOT = Path(__file__).parents[1]
PAY = """siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2026-01,2000
00000000000018,A-17,C1,2026-02,9000
00000000000018,A-17,C1,2026-03,2000
"""
HOMES = (
    "batchcalc.frame",
    "batchcalc.pipeline",
    "batchcalc.rules.load",
    "batchcalc.scan",
    "batchcalc.schema",
    "batchcalc.verification",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with the files the examples name."""
    (tmp_path / "pay.csv").write_text(PAY)
    shutil.copytree(ROOT / "sample_dsn" / "2026", tmp_path / "dsn")
    monkeypatch.chdir(tmp_path)


def failures(examples):
    runner = doctest.DocTestRunner()
    said: list[str] = []
    for example in examples:
        runner.run(example, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("name", HOMES)
def test_docstrings(name):
    names = {"batchcalc": batchcalc, "pl": pl}
    found = doctest.DocTestFinder().find(import_module(name), extraglobs=names)
    examples = [test for test in found if test.examples]

    assert examples
    assert not failures(examples)


@pytest.mark.parametrize("name", ["python.md", "store.md"])
def test_a_page(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```pycon\n(.*?)```", page, re.DOTALL)
    whole = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, None, None)

    assert whole.examples
    assert not failures([whole])


def test_the_page_with_other_libraries():
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    frame = pl.read_csv("pay.csv", infer_schema=False)
    duckdb.sql("CREATE TABLE pay AS SELECT * FROM read_csv('pay.csv', all_varchar = true)")
    [block] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names = {
        "batchcalc": batchcalc,
        "duckdb": duckdb,
        "pandas_frame": pandas.DataFrame(frame.to_dict(as_series=False)),
        "pyarrow_table": pyarrow.table(frame),
    }
    exec(block, names)

    assert names["result"].equals(batchcalc.compute(frame))


@pytest.mark.parametrize(
    "name", ["Options", "Rules", "compute", "refresh", "run", "scan_dsn", "verify"]
)
def test_every_name_of_the_face_is_documented(name):
    assert getattr(batchcalc, name).__doc__
    assert name in (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
