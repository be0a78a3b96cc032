"""DSN files as a lazy frame of the input table."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc import scan, schema
from batchcalc.errors import InputError

SAMPLE = Path(__file__).parents[1] / "sample_dsn"


@pytest.fixture
def readings(monkeypatch):
    """How often files were read."""
    done = []
    lis = scan.lis_declarations
    monkeypatch.setattr(scan, "lis_declarations", lambda *a, **k: done.append(1) or lis(*a, **k))
    return done


@pytest.mark.parametrize("folder", ["2019", "2024", "2025", "2026", "situations"])
def test_computed_it_gives_what_a_run_gives(folder):
    lazy = batchcalc.scan_dsn(SAMPLE / folder)

    result = batchcalc.run(SAMPLE / folder).contributions
    assert lazy.pipe(batchcalc.compute).collect().equals(result)
    assert lazy.collect().pipe(batchcalc.compute).equals(result)


def test_columns_and_types_are_those_of_the_input_table():
    lazy = batchcalc.scan_dsn(SAMPLE / "2026")

    assert lazy.collect_schema() == schema.SCHEMA
    assert lazy.collect().schema == schema.SCHEMA


def test_nothing_is_read_before_it_is_collected(readings):
    lazy = batchcalc.scan_dsn(str(SAMPLE / "2026/*.dsn")).select("siret", "remuneration").head(3)
    lazy.collect_schema()
    assert not readings

    lazy.collect()
    assert len(readings) == 1


def test_only_what_is_asked_becomes_a_table(monkeypatch):
    monkeypatch.setattr(scan, "LOT", 10)
    made = []
    publique = schema.publique
    monkeypatch.setattr(
        schema,
        "publique",
        lambda frame, noms: made.append((frame.height, list(noms))) or publique(frame, noms),
    )
    lazy = batchcalc.scan_dsn(SAMPLE / "2026")

    assert lazy.select("mois", "fnal").head(15).collect().shape == (15, 2)
    assert [height for height, _ in made] == [10, 10]
    assert {frozenset(noms) for _, noms in made} == {frozenset(("mois", "fnal"))}


def test_rows_and_columns_are_those_of_the_whole():
    lazy = batchcalc.scan_dsn(SAMPLE / "situations")
    whole = lazy.collect()
    late = pl.col("mois") > pl.date(2025, 6, 1)

    assert lazy.head(7).collect().equals(whole.head(7))
    assert lazy.filter(late).collect().equals(whole.filter(late))
    assert lazy.select(pl.len()).collect().item() == whole.height


def test_declarations_that_cannot_be_used_are_an_error_on_collect():
    lazy = batchcalc.scan_dsn(SAMPLE / "bad")

    with pytest.raises(InputError, match=r"batchcalc\.run") as caught:
        lazy.collect()
    assert caught.value.file


def test_what_is_no_dsn_is_refused_at_once(tmp_path):
    with pytest.raises(InputError) as missing:
        batchcalc.scan_dsn(tmp_path / "none.dsn")
    shutil.copytree(SAMPLE / "2024", tmp_path / "both")
    (tmp_path / "both" / "pay.csv").write_text("")
    with pytest.raises(InputError) as table:
        batchcalc.scan_dsn(tmp_path / "both")

    assert (missing.value.code, table.value.code) == ("entree-introuvable", "pas-une-dsn")


def test_a_file_that_is_no_dsn_inside(tmp_path):
    (tmp_path / "a.dsn").write_bytes(b"\x00\x01" * 99)

    with pytest.raises(InputError):
        batchcalc.scan_dsn(tmp_path / "a.dsn").collect()
