"""Inputs of a store: the same as on disk, whatever their format."""

from __future__ import annotations

import gzip
import hashlib
import io
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc.errors import InputError
from batchcalc.explain import Wanted, explain
from batchcalc.io.source import resolve

PAY = b"""siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2026-01,2000
00000000000018,A-17,C1,2026-02,9000
00000000000018,A-17,C1,2026-03,2000
"""
DSN = Path(__file__).parents[2] / "sample_dsn" / "2026"


def parquet() -> bytes:
    table = pl.read_csv(PAY, schema_overrides={"siret": pl.String})
    place = io.BytesIO()
    table.write_parquet(place)
    return place.getvalue()


def arrow(kind: str) -> bytes:
    table = pl.read_csv(PAY, schema_overrides={"siret": pl.String})
    place = io.BytesIO()
    table.write_ipc(place) if kind == "file" else table.write_ipc_stream(place)
    return place.getvalue()


FILES = {
    "pay.csv": PAY,
    "pay.csv.gz": gzip.compress(PAY, mtime=0),
    "pay.parquet": parquet(),
    "pay.arrow": arrow("file"),
    "stream.arrow": arrow("stream"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_table_gives_what_it_gives_on_disk(bucket, tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    there = bucket.put(f"2026/{name}", FILES[name])

    result = batchcalc.run(there)

    assert result.contributions.equals(batchcalc.run(tmp_path / name).contributions)
    assert result.record["inputs"] == [
        {
            "path": there,
            "format": resolve([name])[0].format,
            "bytes": len(FILES[name]),
            "sha256": hashlib.sha256(FILES[name]).hexdigest(),
        }
    ]


@pytest.mark.parametrize("named", ["dsn", "dsn/", "dsn/*.dsn", "**/*.dsn"])
def test_declarations_give_what_they_give_on_disk(bucket, named):
    for place in DSN.glob("*.dsn"):
        bucket.put(f"dsn/{place.name}", place.read_bytes())

    result = batchcalc.run(f"{bucket.uri}/{named}")
    local = batchcalc.run(DSN)

    assert result.contributions.equals(local.contributions)
    assert result.record["counts"] == local.record["counts"]
    frame = batchcalc.scan_dsn(f"{bucket.uri}/{named}")
    assert frame.collect().equals(batchcalc.scan_dsn(DSN).collect())


def test_fetched_inputs_do_not_stay(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    batchcalc.run(bucket.put("pay.csv", PAY))
    with pytest.raises(InputError):
        batchcalc.run(bucket.put("bad.csv", b"\0\1"))

    assert not list((tmp_path / "scratch").iterdir())


def named(bucket, *names: str) -> list[str]:
    return [
        e.nom.removeprefix(f"{bucket.uri}/") for e in resolve([f"{bucket.uri}{n}" for n in names])
    ]


def test_what_a_name_tells(bucket):
    keys = ["a/1.csv", "a/2.csv", "a/b/3.csv", "a/b/4.dsn", "a2/5.csv", "top.csv", "a/x[1].csv"]
    for key in [*keys, "a/.hidden.csv", "a/.trash/6.csv", "a/b/", "a/readme.md"]:
        bucket.put(key, b"")

    assert named(bucket, "/a/1.csv") == ["a/1.csv"]
    assert named(bucket, "/a/*.csv") == ["a/1.csv", "a/2.csv", "a/x[1].csv"]
    assert named(bucket, "/a/?.csv") == ["a/1.csv", "a/2.csv"]
    assert named(bucket, "/a/[2-9].csv") == ["a/2.csv"]
    assert named(bucket, "/a/x[1].csv") == ["a/x[1].csv"]
    assert named(bucket, "/a/**/*.csv") == ["a/1.csv", "a/2.csv", "a/b/3.csv", "a/x[1].csv"]
    assert named(bucket, "/*/[345].*") == ["a2/5.csv"]
    assert named(bucket, "/a") == ["a/1.csv", "a/2.csv", "a/b/3.csv", "a/b/4.dsn", "a/x[1].csv"]
    assert named(bucket, "") == sorted(keys)
    assert named(bucket, "/a/1.csv", "/a/*.csv", "/a/1.csv") == ["a/1.csv", "a/2.csv", "a/x[1].csv"]


def test_more_objects_than_one_page_of_a_listing(bucket, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    keys = [f"many/{number}.csv" for number in range(8)]
    for key in keys:
        bucket.put(key, b"")

    assert named(bucket, "/many") == keys


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("/none.csv", "entree-introuvable"),
        ("/none/", "entree-introuvable"),
        ("/here/*.dsn", "motif-sans-fichier"),
        ("/here/note.md", "extension-inconnue"),
        ("/here", "dossier-sans-entree"),
    ],
)
def test_what_is_not_there(bucket, name, code):
    bucket.put("here/note.md", b"")

    with pytest.raises(InputError) as caught:
        batchcalc.run(f"{bucket.uri}{name}")
    assert caught.value.code == code
    assert caught.value.file == f"{bucket.uri}{name}"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.csv.gz", FILES["pay.csv.gz"][:-20], "gzip-abime"),
        ("cut.parquet", FILES["pay.parquet"][:-20], "fichier-abime"),
        ("cut.arrow", FILES["stream.arrow"][:-20], "fichier-abime"),
        ("not.parquet", PAY, "format-inattendu"),
        ("empty.parquet", b"", "fichier-vide"),
        ("empty.csv", b"", "fichier-vide"),
    ],
)
def test_what_cannot_be_read_is_named_as_it_was_given(bucket, name, content, code):
    there = bucket.put(name, content)

    with pytest.raises(InputError) as caught:
        batchcalc.run(there)
    assert (caught.value.code, caught.value.file) == (code, there)


def test_a_row_is_rejected_under_the_name_of_its_object(bucket):
    there = bucket.put("pay.csv", PAY + b"00000000000018,A-17,C1,2026-04,much\n")

    assert batchcalc.run(there).rejets["fichier"].to_list() == [there]


def test_a_row_of_a_store_is_explained(bucket):
    options, rules = batchcalc.Options(), batchcalc.Rules.load()
    wanted = Wanted("C1", date(2026, 3, 1))
    Path("pay.csv").write_bytes(PAY)

    told = explain([bucket.put("pay.csv", PAY)], wanted, options=options, rules=rules)

    assert told == explain(["pay.csv"], wanted, options=options, rules=rules)


@pytest.mark.parametrize("name", ["pay.csv", "pay.parquet"])
def test_a_run_on_a_store_is_verified(bucket, name):
    batchcalc.run(bucket.put(name, FILES[name]), out=f"{bucket.uri}/out")
    outcome = batchcalc.verify(f"{bucket.uri}/out/run.json")
    assert (outcome.equal, outcome.notes) == (True, ())

    bucket.put("out/bordereau.parquet", b"other")
    bucket.put(name, FILES[name].replace(b"9000", b"9001"))
    differ = {one.what for one in batchcalc.verify(f"{bucket.uri}/out/run.json").differences}
    assert "output bordereau.parquet" in differ
    assert (f"input {bucket.uri}/{name}" in differ) == (name == "pay.csv")
