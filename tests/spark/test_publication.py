"""What is published is complete and checked; until then what was there stays."""

from __future__ import annotations

from tempfile import mkstemp

import polars as pl
import pytest

import batchcalc
from batchcalc.arrow.paquet import paquet
from batchcalc.errors import ConfigError
from batchcalc.spark import compute, publication, publish
from tests.salissures import empreinte
from tests.spark.marks import WARNINGS

pytestmark = WARNINGS


def published(folder):
    """Checksums of the tables of a folder."""
    tables = (pl.read_parquet(folder / name / "*.parquet") for name in ("contributions", "rejets"))
    return tuple(map(empreinte, tables))


@pytest.fixture
def before(tmp_path):
    """A folder where an earlier computation stands."""
    folder = tmp_path / "out"
    (folder / "contributions").mkdir(parents=True)
    (folder / "contributions" / "earlier").write_text("kept")
    return folder


def stands(folder):
    """Whether the earlier computation is all there is."""
    return [path.name for path in folder.parent.rglob("*")] == ["out", "contributions", "earlier"]


def test_a_folder_is_replaced_as_a_whole(frame, table, attendu, before, tmp_path):
    totals = publish(compute(frame, buckets=3), str(before))
    table.drop("fichier", "ligne").write_parquet(tmp_path / "in.parquet")
    record = batchcalc.run(tmp_path / "in.parquet").record

    assert published(before) == attendu
    assert {path.name for path in before.iterdir()} == {"contributions", "rejets"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "in.parquet"}
    assert totals.pop("rejets") == record["counts"]["rejets"]
    assert {name: str(total) for name, total in totals.items()} == {
        name: str(total) for name, total in record["control_totals"].items()
    }


def test_other_totals_are_not_published(frame, before, monkeypatch):
    written = publication._written

    def short(session, stage):
        found = written(session, stage)
        return found | {"reduction": found["reduction"] + 1}

    monkeypatch.setattr(publication, "_written", short)

    with pytest.raises(ConfigError, match="in reduction") as caught:
        publish(compute(frame.limit(50), buckets=1), str(before))

    assert caught.value.code == "totaux-differents"
    assert stands(before)


def test_a_write_that_breaks_off(frame, before, monkeypatch):
    def broken(self):
        raise OSError("disk full")

    monkeypatch.setattr("batchcalc.spark.calcul.Distributed.rejets", property(broken))

    with pytest.raises(OSError, match="disk full"):
        publish(compute(frame.limit(50), buckets=1), str(before))

    assert stands(before)


class Refusing:
    """A file system that gives no folder a second name."""

    def __init__(self, files):
        self._files = files
        self._renamed = 0

    def rename(self, source, place):
        self._renamed += 1
        return self._renamed != 2 and self._files.rename(source, place)

    def __getattr__(self, name):
        return getattr(self._files, name)


def test_a_place_that_cannot_be_taken(frame, before, monkeypatch):
    files = publication._files

    def refusing(session, folder):
        found, place = files(session, folder)
        return Refusing(found), place

    monkeypatch.setattr(publication, "_files", refusing)

    with pytest.raises(ConfigError) as caught:
        publish(compute(frame.limit(50), buckets=1), str(before))

    assert caught.value.code == "dossier-inutilisable"
    assert stands(before)


def test_everything_is_computed_once(frame, tmp_path, monkeypatch):
    def counted(rules, options, lignes):
        mkstemp(dir=tmp_path, prefix="packet")
        return paquet(rules, options, lignes)

    monkeypatch.setattr("batchcalc.spark.calcul.paquet", counted)
    publish(compute(frame, buckets=1), str(tmp_path / "out"))

    assert len(list(tmp_path.glob("packet*"))) == 1


def test_a_new_folder_without_a_row(frame, tmp_path):
    totals = publish(compute(frame.limit(0), buckets=1), str(tmp_path / "out"))

    assert set(totals.values()) == {0}
    assert pl.read_parquet(tmp_path / "out" / "contributions" / "*.parquet").height == 0
