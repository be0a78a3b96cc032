"""What a store refuses, and what a run that was cut short leaves."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc.errors import ConfigError
from batchcalc.store import run as store_run
from tests.store.folders import published, row, stale

MONTHS = [f"2026-{month:02}" for month in range(1, 5)]


@pytest.fixture
def store(tables, tmp_path) -> Path:
    """A store of January and February."""
    for month in MONTHS[:2]:
        name = tables(f"{month}.csv", row("A", month, 1900))
        batchcalc.run(name, out=tmp_path / "s", store=True)
    return tmp_path / "s"


def refused(*arguments, **choices) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        batchcalc.run(*arguments, **choices)
    return caught.value


def test_a_month_before_is_missing(store, tables):
    before = published(store)
    error = refused(tables("4.csv", row("A", "2026-04", 1900)), out=store)

    assert error.code == "mois-manquant"
    assert "2026-03" in error.message
    assert published(store) == before


def test_the_missing_month_may_come_with_the_next(store, tables):
    third, fourth = (tables(f"{m}.csv", row("A", m, 1900)) for m in MONTHS[2:])

    assert batchcalc.run([third, fourth], out=store).contributions.collect().height == 4


def test_another_year_may_begin_anywhere(store, tables):
    assert batchcalc.run(tables("n.csv", row("A", "2024-05", 1900)), out=store)


def test_other_options_or_format(store, tables):
    third = tables("3.csv", row("A", "2026-03", 1900))
    annual = batchcalc.Options("annuelle")

    assert refused(third, out=store, options=annual).code == "depot-autres-options"
    assert refused(third, out=store, format="csv").code == "depot-autres-options"


def test_other_rules_then_all_months_again_with_them(store, tables):
    third = tables("3.csv", row("A", "2026-03", 1900))
    others = replace(batchcalc.Rules.load(), version="2027.1", sha256="0" * 64)

    assert refused(third, out=store, rules=others).code == "depot-autres-regles"
    result = batchcalc.refresh(store, rules=others)
    assert result.record["rules"]["version"] == "2027.1"
    assert batchcalc.run(third, out=store, rules=others).contributions.collect().height == 3


def test_another_version_then_all_months_again_with_it(store, tables, monkeypatch):
    third = tables("3.csv", row("A", "2026-03", 1900))
    monkeypatch.setattr(store_run, "__version__", "9.0.0")

    assert refused(third, out=store).code == "depot-autre-version"
    batchcalc.refresh(store)
    assert batchcalc.run(third, out=store).contributions.collect().height == 3


def test_a_store_replaced_whole_may_be_computed_otherwise(store):
    both = ["2026-01.csv", "2026-02.csv"]

    assert batchcalc.run(both, out=store, options=batchcalc.Options("annuelle"))


@pytest.mark.parametrize("content", ['{"forme": 99}', "{", "[]", '{"forme": 1, "calcul": {}}'])
def test_a_manifest_that_cannot_be_read(store, content):
    (store / "etat" / "etat.json").write_text(content)

    assert refused("2026-02.csv", out=store).code == "depot-illisible"


def test_a_run_that_kept_nothing_is_no_store(tables, declared, tmp_path):
    batchcalc.run(declared[:2], out=tmp_path / "s")

    assert refused(declared[2], out=tmp_path / "s", store=True).code == "pas-un-depot"
    batchcalc.run(declared[2], out=tmp_path / "s")
    assert not (tmp_path / "s" / "etat").exists()


def test_a_store_is_not_written_over(store):
    assert refused("2026-01.csv", out=store, store=False).code == "depot-existant"


def test_what_is_no_store_has_no_stale_month(tmp_path):
    with pytest.raises(ConfigError) as caught:
        batchcalc.refresh(tmp_path)
    assert caught.value.code == "pas-un-depot"


def test_a_table_that_may_correct_or_replace(store, tables):
    mixed = tables("3.csv", row("A", "2026-03", 1900), row("A", "2026-01", -50))

    error = refused(mixed, out=store)
    assert error.code == "correction-ou-remplacement"
    assert "2026-01" in error.message


def test_a_table_that_grows_under_its_name(store, tables):
    """It may as well hold February and a correction of January."""
    tables("2026-01.csv", row("A", "2026-01", -50), row("A", "2026-02", 1900))

    assert refused("2026-01.csv", out=store).code == "correction-ou-remplacement"


def test_the_second_of_two_runs_is_refused_at_once(store):
    taken = os.open(store, os.O_RDONLY)
    fcntl.flock(taken, fcntl.LOCK_EX)
    try:
        assert refused("2026-02.csv", out=store).code == "sortie-occupee"
        with pytest.raises(ConfigError):
            batchcalc.refresh(store)
    finally:
        os.close(taken)


@pytest.mark.parametrize("done", range(9))
def test_a_publication_cut_short_is_made_good(done, store, tables, monkeypatch, tmp_path):
    """Killed after so many files took their names: the record is gone, and nothing is lost."""
    third = tables("3.csv", row("A", "2026-03", 1900), row("A", "2026-03", 10))
    names: list[Path] = []
    replace_file = Path.replace

    def dies(self: Path, target: Path) -> Path:
        if len(names) == done:
            raise SystemExit(9)
        names.append(target)
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(SystemExit):
        batchcalc.run(third, out=store)
    monkeypatch.undo()

    assert not (store / "run.json").exists()
    batchcalc.run(str(tmp_path / third), out=store)
    batchcalc.refresh(store)
    assert stale(store) == []
    whole = [str(tmp_path / name) for name in ("2026-01.csv", "2026-02.csv", third)]
    year = batchcalc.run(whole, out=tmp_path / "year", store=True)
    kept = json.loads((store / "run.json").read_text())
    assert kept["control_totals"] == year.record["control_totals"]
    mine, whole_year = published(store), published(tmp_path / "year")
    del mine["run.json"], whole_year["run.json"]  # paths were given otherwise
    assert mine == whole_year


def test_a_run_that_fails_leaves_the_store_as_it_was(store, tables):
    before = published(store)
    refused(tables("4.csv", row("A", "2026-04", 1900)), out=store)

    assert published(store) == before
    assert not [place for place in store.rglob("*") if ".batchcalc-tmp" in place.name]


def test_a_new_store_that_fails_leaves_no_folder(tables, tmp_path):
    tables("1.csv", row("A", "2026-01", 1900))
    bad = tables("2.csv")
    (tmp_path / "2.csv").write_bytes(b"\x00\x01")

    with pytest.raises(batchcalc.errors.BatchcalcError):
        batchcalc.run(["1.csv", bad], out=tmp_path / "new", store=True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["lignes.parquet", "rejets.parquet"])
@pytest.mark.parametrize("content", [None, b"", b"PAR1 PAR1"])
def test_what_is_kept_of_a_month_and_is_damaged_is_told_then_delivered_again(name, content, store):
    place = store / "etat" / "2026-01-01-table.1" / name
    place.unlink() if content is None else place.write_bytes(content)

    assert refused("2026-02.csv", out=store).code == "depot-abime"
    batchcalc.run("2026-01.csv", out=store)
    assert batchcalc.refresh(store).contributions.collect().height == 2


def test_what_is_kept_of_declarations_is_not_left_out_where_it_is_lost(declared, tmp_path):
    batchcalc.run(declared[0], out=tmp_path)
    (tmp_path / "etat" / "2026-01-01-dsn.1" / "mois.parquet").unlink()

    assert refused(declared[1], out=tmp_path).code == "depot-abime"


@pytest.mark.parametrize("content", [None, b"PAR1"])
def test_contributions_that_are_lost_are_stale(content, store, tables):
    before = published(store)
    place = store / "contributions" / "mois=2026-01-01" / "contributions.parquet"
    place.unlink() if content is None else place.write_bytes(content)
    batchcalc.run(tables("2025.csv", row("A", "2025-12", 1900)), out=store)

    assert stale(store) == ["2026-01-01"]
    batchcalc.refresh(store)
    after = published(store)
    assert {name for name in before if before[name] != after[name]} == {
        "run.json",
        "bordereau.parquet",
        "bordereau_trimestriel.parquet",
    }


@pytest.mark.parametrize("choice", [None, True, False])
def test_a_store_that_lost_its_manifest_is_not_written_over(choice, store):
    (store / "etat" / "etat.json").unlink()
    before = published(store)

    code = refused("2026-02.csv", out=store, store=choice).code
    assert code == ("depot-existant" if choice is False else "depot-illisible")
    assert published(store) == before


def test_after_a_run_was_killed_the_sums_are_those_of_the_months_there(store, tables):
    """It had published a month that the run after it says nothing of."""
    batchcalc.run(tables("last.csv", row("A", "2024-12", 1900)), out=store)
    place = store / "contributions" / "mois=2024-12-01" / "contributions.parquet"
    pl.read_parquet(place).with_columns(remuneration=pl.lit(1, pl.Decimal(18, 2))).write_parquet(
        place
    )
    (store / "run.json").unlink()
    result = batchcalc.run("2026-02.csv", out=store)

    assert stale(store) == []
    assert result.contributions.collect()["remuneration"].unique().to_list() == [Decimal(1900)]


def test_months_that_are_no_longer_there_go_before_the_record_comes(store, tables, monkeypatch):
    tables("2026-02.csv", row("A", "2026-02", 1900, "0.10"), row("A", "2026-02", 10, "0.50"))
    monkeypatch.setattr(shutil, "rmtree", lambda _: sys.exit(9))
    with pytest.raises(SystemExit):
        batchcalc.run("2026-02.csv", out=store)
    assert not (store / "run.json").exists()


def test_contributions_stand_in_one_layout(tables, tmp_path):
    """Whatever a run that was killed before its end left there."""
    january = tables("1.csv", row("A", "2026-01", 1900))
    places = [
        tmp_path / "contributions" / name
        for name in ("contributions.parquet", "mois=2026-01-01/contributions.parquet")
    ]
    for store in (True, False):
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        shutil.rmtree(tmp_path / "etat", ignore_errors=True)
        (tmp_path / "run.json").unlink(missing_ok=True)
        batchcalc.run(january, out=tmp_path, store=store)
        assert [place.is_file() for place in places] == [not store, store]
