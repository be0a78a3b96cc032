"""Outputs in a store: what a local folder would hold, all of it or nothing to be seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc.errors import ConfigError
from batchcalc.io import publication

PAY = """siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2026-01,2000
00000000000018,A-17,C1,2026-02,9000
00000000000018,B-20,C2,2026-02,much
"""
TABLES = ("contributions", "bordereau", "bordereau_trimestriel", "rejets")

CHILD = """
import sys, time
import batchcalc
from batchcalc.io import publication

def stop(*_):
    print("stopped", flush=True)
    time.sleep(600)

def progress(what, done, total):
    if what == sys.argv[2]:
        stop()

if hasattr(publication, sys.argv[2]):
    publication._A_LA_FOIS = 1
    going, calls = getattr(publication, sys.argv[2]), iter(range(int(sys.argv[3])))
    setattr(publication, sys.argv[2], lambda *a: stop() if next(calls, None) is None else going(*a))
batchcalc.run("pay.csv", out=sys.argv[1], progress=progress)
"""


@pytest.fixture(autouse=True)
def pay():
    Path("pay.csv").write_text(PAY)


def local_files(folder: str) -> dict[str, bytes]:
    places = [place for place in Path(folder).rglob("*") if place.is_file()]
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in places}


@pytest.mark.parametrize("format", ["parquet", "csv"])
@pytest.mark.parametrize("folder", ["/2026/paie", "/2026/paie/", ""])
def test_the_objects_are_the_files_of_a_local_run(bucket, format, folder):
    result = batchcalc.run("pay.csv", out=f"{bucket.uri}{folder}", format=format)
    local = batchcalc.run("pay.csv", out="local", format=format)

    prefix = f"{folder.strip('/')}/" if folder else ""
    objects = {key.removeprefix(prefix): bucket.get(key) for key in bucket.listed()}
    files = local_files("local")
    records = [json.loads(found.pop("run.json")) for found in (objects, files)]
    assert objects == files
    for record in records:
        record.pop("timings_seconds")
    assert records[0] == records[1]
    assert not bucket.uploads()
    for name in TABLES:
        table = getattr(result, name)
        assert isinstance(table, pl.LazyFrame)
        assert table.collect().equals(getattr(local, name).collect())


def test_a_second_run_leaves_nothing_of_the_first(bucket):
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out", format="csv")
    record = json.loads(bucket.get("out/run.json"))
    record["outputs"].append({"path": "contributions/mois=2025-12-01/0.parquet"})
    bucket.put("out/run.json", json.dumps(record).encode())
    for key in ("out/contributions/mois=2025-12-01/0.parquet", "out/mine.txt", "mine.txt"):
        bucket.put(key, b"")

    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")

    small = [f"out/{name}.parquet" for name in TABLES[1:]]
    outputs = ["out/contributions/contributions.parquet", "out/run.json", *small]
    assert bucket.listed() == sorted(["mine.txt", "out/mine.txt", *outputs])


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"outputs": 3}', b'{"outputs": [3]}'])
def test_some_other_run_json_is_replaced(bucket, content):
    bucket.put("out/run.json", content)
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")

    assert json.loads(bucket.get("out/run.json"))["counts"]["rejets"] == 1


def test_a_great_file_is_sent_in_parts(bucket, monkeypatch):
    monkeypatch.setattr(publication, "_PART", 5 << 20)
    content = os.urandom((10 << 20) + 1)
    with publication.publie(f"{bucket.uri}/out") as folder:
        Path(folder, "run.json").write_text("{}")
        Path(folder, "etat").mkdir()
        Path(folder, "etat", "great.parquet").write_bytes(content)
        Path(folder, "empty").write_bytes(b"")

    assert bucket.listed() == ["out/empty", "out/etat/great.parquet", "out/run.json"]
    assert bucket.get("out/etat/great.parquet") == content
    assert bucket.parts("out/etat/great.parquet") == 3
    assert bucket.get("out/empty") == b""


def test_no_file_needs_more_parts_than_a_store_takes(tmp_path):
    place = tmp_path / "great"
    with place.open("wb") as file:
        file.truncate(publication._PART * publication._PARTS + 1)
    envoi = publication._Envoi(place, None, "")
    parts = list(publication._parts(envoi))

    assert len(parts) <= publication._PARTS
    assert parts[-1].debut < place.stat().st_size <= parts[-1].debut + parts[-1].taille


# --- what stops half way


def test_a_run_that_fails_publishes_nothing(bucket, monkeypatch):
    scratch = Path("scratch").absolute()
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def stop(what, _done, _total):
        if what == "writing":
            raise RuntimeError

    with pytest.raises(RuntimeError):
        batchcalc.run("pay.csv", out=f"{bucket.uri}/out", progress=stop)
    assert (bucket.listed(), bucket.uploads(), list(scratch.iterdir())) == ([], [], [])


@pytest.mark.parametrize("step", ["_envoie", "_rend_visible"])
def test_a_store_that_fails_takes_nothing_back(bucket, monkeypatch, step):
    before = published(bucket)

    def refused(*_):
        raise ConfigError("The store refuses.", hint="Try again.", code="s3-refuse")

    monkeypatch.setattr(publication, step, refused)
    with pytest.raises(ConfigError):
        batchcalc.run("pay.csv", out=f"{bucket.uri}/out", format="csv")
    assert seen(bucket) == before
    assert not bucket.uploads()


def published(bucket) -> dict[str, bytes]:
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")
    return seen(bucket)


def seen(bucket) -> dict[str, bytes]:
    return {key: bucket.get(key) for key in bucket.listed()}


def killed(bucket, *where: str) -> None:
    """Run in a process of its own, and kill it where it stops."""
    command = [sys.executable, "-c", CHILD, f"{bucket.uri}/out", *where]
    here = {**os.environ, "TMPDIR": str(Path.cwd())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=here) as child:
        try:
            assert child.stdout.readline() == "stopped\n"
        finally:
            child.send_signal(signal.SIGKILL)


UPLOADS = sorted(
    ["out/contributions/contributions.parquet", "out/run.json"]
    + [f"out/{name}.parquet" for name in TABLES[1:]]
)


@pytest.mark.parametrize(
    ("where", "already", "uploads"),
    [
        (["computing"], False, []),
        (["writing"], False, []),
        (["_envoie", "2"], False, UPLOADS),
        (["_rend_visible", "0"], False, UPLOADS),
        (["_rend_visible", "0"], True, UPLOADS),
    ],
    ids=["computing", "writing", "uploading", "uploaded", "uploaded-again"],
)
def test_a_killed_run_leaves_no_visible_object(bucket, where, already, uploads):
    before = published(bucket) if already else {}

    killed(bucket, *where)

    assert bucket.uploads() == uploads  # it was at work
    assert seen(bucket) == before
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")
    assert bucket.listed() == UPLOADS


@pytest.mark.parametrize("completed", ["0", "4"])
def test_no_record_tells_of_a_run_killed_while_it_was_published(bucket, completed):
    """Objects appear one by one: the record is away from before the first until after the last."""
    published(bucket)

    killed(bucket, "_acheve", completed)

    assert "out/run.json" not in bucket.listed()
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")
    assert batchcalc.verify(f"{bucket.uri}/out/run.json").equal


def test_a_folder_that_goes_on_is_not_kept_in_an_object_store(bucket):
    """Declarations of one month, which would make a store on disk, make a run like any other."""
    sample = Path(__file__).parents[2] / "sample_dsn" / "2026" / "2026-01.dsn"
    with pytest.raises(ConfigError) as caught:
        batchcalc.run(sample, out=f"{bucket.uri}/out", store=True)
    result = batchcalc.run(sample, out=f"{bucket.uri}/out")

    assert caught.value.code == "depot-sur-objets"
    assert "store" not in result.record
    assert result.contributions.collect().equals(batchcalc.run(sample).contributions)
