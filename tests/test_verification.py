"""A run done again from its record: what is compared, and what each difference is called."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc.errors import ConfigError, InputError

SAMPLE = Path(__file__).parents[1] / "sample_dsn"
HEADER = "siret,salarie,contrat,mois,remuneration\n"
ROW = "00000000000000,DURAND-1,1,2024-07,1900\n"
RULES = (
    '[majoration.interim]\nunite = "fraction"\nvaleurs = [{ debut = 2018-01-01,'
    ' valeur = "12/10", source = "test", statut = "I" }]\n'
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with inputs of every kind, as the current one."""
    shutil.copytree(SAMPLE / "2026", tmp_path / "in" / "dsn")
    (tmp_path / "in" / "a.csv").write_text(HEADER + ROW + ROW.replace("1900", "19OO"))
    pl.read_csv(HEADER.encode() + ROW.encode(), infer_schema=False).write_parquet(
        tmp_path / "in" / "[b].parquet"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(path, **values):
    """The record with some of its values changed."""
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | values))


def whats(outcome):
    return [one.what for one in outcome.differences]


@pytest.mark.parametrize("format", ["parquet", "csv"])
@pytest.mark.parametrize(
    "options",
    [
        batchcalc.Options(),
        batchcalc.Options("annuelle", "151.67", 10, tolerances=True),
    ],
    ids=["default", "others"],
)
def test_a_run_that_can_be_had_again(here, format, options):
    result = batchcalc.run("in", out="out", options=options, format=format)
    outcome = batchcalc.verify("out/run.json")

    assert outcome.equal
    assert (outcome.differences, outcome.notes) == ((), ())
    inputs, outputs = len(result.record["inputs"]), len(result.record["outputs"])
    totals = len(result.record["control_totals"])
    assert outcome.compared == inputs + 2 + totals + 2 * outputs
    assert result.record["counts"]["rejets"]  # whose files are named as they were


def test_relative_paths_begin_where_one_says(here, monkeypatch):
    batchcalc.run("in", out="out")
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")

    with pytest.raises(InputError) as caught:
        batchcalc.verify("../out/run.json")
    assert caught.value.code == "entree-introuvable"
    assert batchcalc.verify("../out/run.json", inputs="..").equal


def test_archives_in_another_folder(here, monkeypatch):
    shutil.make_archive("zip/mois", "zip", "in/dsn")
    batchcalc.run("zip", out="out")
    monkeypatch.chdir("out")

    assert batchcalc.verify("run.json", inputs=here).equal


def test_a_changed_input_is_told_with_what_comes_of_it(here):
    batchcalc.run("in/a.csv", out="out")
    (here / "in" / "a.csv").write_text(HEADER + ROW.replace("1900", "1950"))
    outcome = batchcalc.verify("out/run.json")

    assert not outcome.equal
    assert whats(outcome)[0] == "input in/a.csv"
    assert "control total remuneration" in whats(outcome)
    assert "computed again, contributions/contributions.parquet" in whats(outcome)
    [pay] = [d for d in outcome.differences if d.what == "control total remuneration"]
    assert (Decimal(pay.recorded), Decimal(pay.found)) == (1900, 1950)
    assert "DURAND" not in str(outcome)


def test_a_changed_input_that_is_no_table_any_more(here):
    batchcalc.run("in/a.csv", out="out")
    (here / "in" / "a.csv").write_text("secret\n")
    outcome = batchcalc.verify("out/run.json")

    assert whats(outcome) == ["input in/a.csv"]
    assert "could not be computed again" in outcome.notes[0]
    assert "secret" not in str(outcome)


def test_a_changed_output(here):
    batchcalc.run("in/a.csv", out="out")
    (here / "out" / "bordereau.parquet").write_bytes(b"other")

    assert whats(batchcalc.verify("out/run.json")) == ["output bordereau.parquet"]


def test_a_record_alone_is_verified_all_the_same(here):
    batchcalc.run("in/a.csv", out="out")
    shutil.copy("out/run.json", "kept.json")
    outcome = batchcalc.verify("kept.json")

    assert outcome.equal
    assert [note.partition(" ")[0] for note in outcome.notes] == [
        "contributions/contributions.parquet",
        "bordereau.parquet",
        "bordereau_trimestriel.parquet",
        "rejets.parquet",
    ]


def test_a_record_that_was_touched(here):
    result = batchcalc.run("in/a.csv", out="out")
    totals = result.record["control_totals"]
    changed(here / "out" / "run.json", control_totals=totals | {"reduction": "0.01"})
    [difference] = batchcalc.verify("out/run.json").differences

    assert difference.what == "control total reduction"
    assert (difference.recorded, difference.found) == ("0.01", totals["reduction"])


@pytest.mark.parametrize("name", ["inputs", "control_totals", "outputs"])
def test_a_record_that_was_emptied_is_not_taken_for_equal(here, name):
    result = batchcalc.run("in/a.csv", out="out")
    changed(here / "out" / "run.json", **{name: type(result.record[name])()})

    assert not batchcalc.verify("out/run.json").equal


def test_other_versions_are_notes(here):
    result = batchcalc.run("in/a.csv", out="out")
    versions = result.record["versions"] | {"polars": "0.1"}
    changed(here / "out" / "run.json", versions=versions, batchcalc="0.0")
    outcome = batchcalc.verify("out/run.json")

    assert outcome.equal
    assert outcome.notes == (
        f"batchcalc was 0.0 and is {batchcalc.__version__}",
        f"polars was 0.1 and is {pl.__version__}",
    )


def test_rules_of_another_edition_differ(here):
    batchcalc.run("in/a.csv", out="out")
    rules = {"version": "2024.01", "sha256": "0" * 64, "path": None}
    changed(here / "out" / "run.json", rules=rules)

    assert whats(batchcalc.verify("out/run.json")) == ["rules version", "rules sha256"]


def test_rules_of_ones_own_are_given_again(here):
    (here / "mine.toml").write_text(RULES)
    mine = batchcalc.Rules.load("mine.toml")
    result = batchcalc.run("in/a.csv", out="out", rules=mine)

    assert result.record["rules"]["path"] == "mine.toml"
    with pytest.raises(ConfigError) as caught:
        batchcalc.verify("out/run.json")
    assert caught.value.code == "regles-a-redonner"
    assert batchcalc.verify("out/run.json", rules=mine).equal

    (here / "mine.toml").write_text(RULES.replace("12/10", "13/10"))
    other = batchcalc.Rules.load("mine.toml")
    assert whats(batchcalc.verify("out/run.json", rules=other)) == ["rules sha256"]


def test_progress_tells_what_is_hashed_then_what_is_read(here):
    batchcalc.run("in/a.csv", out="out")
    steps = []
    batchcalc.verify("out/run.json", progress=lambda *step: steps.append(step))

    assert steps == [
        ("hashing in/a.csv", 0, 1),
        ("reading in/a.csv", 0, 1),
        ("computing", 0, 1),
        ("writing", 0, 1),
    ]


def test_standard_input_cannot_be_read_again(here):
    batchcalc.run("in/a.csv", out="out")
    inputs = [{"path": "-", "format": "csv"}]
    changed(here / "out" / "run.json", inputs=inputs)

    with pytest.raises(InputError) as caught:
        batchcalc.verify("out/run.json")
    assert caught.value.code == "entree-perdue"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"3",
        b"{}",
        b'{"inputs": 3}',
        b"[" * 100_000,
    ],
    ids=lambda text: str(text[:8]),
)
def test_what_is_no_record(tmp_path, text):
    (tmp_path / "run.json").write_bytes(text)

    with pytest.raises(InputError) as caught:
        batchcalc.verify(tmp_path / "run.json")
    assert caught.value.code == "releve-illisible"


@pytest.mark.parametrize(
    "values",
    [
        {"inputs": [{"path": "a.csv"}]},
        {"inputs": [3]},
        {"options": {"regularisation": "other"}},
        {"options": {"other": 1}},
        {"options": None},
        {"format": "xlsx"},
        {"format": []},
        {"control_totals": []},
        {"outputs": [{"path": "a"}]},
        {"rules": {"version": "1"}},
        {"versions": "1"},
    ],
    ids=str,
)
def test_a_record_of_another_shape(here, values):
    batchcalc.run("in/a.csv", out="out")
    changed(here / "out" / "run.json", **values)

    with pytest.raises(InputError) as caught:
        batchcalc.verify("out/run.json")
    assert caught.value.code == "releve-illisible"


def test_a_record_that_is_not_there(tmp_path):
    with pytest.raises(InputError) as caught:
        batchcalc.verify(tmp_path / "run.json")
    assert caught.value.code == "releve-illisible"
