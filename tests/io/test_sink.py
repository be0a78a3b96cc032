"""Results are published together, or not at all."""

import hashlib
import json
import resource
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from batchcalc.errors import ConfigError
from batchcalc.io import sink
from batchcalc.io.sink import Sortie

FRAME = pl.DataFrame(
    {"contrat": ["1", "=HYPERLINK(1)", "-3", "+4", "@a", "\tb", "a=b", None], "x": range(-4, 4)}
)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def write(folder, *names, frame=FRAME, before=lambda: None, then=lambda: None):
    with Sortie(folder) as sortie:
        before()
        for name in names:
            sortie.ecrit(frame, name)
        sortie.ecrit_record({})
        then()


def test_everything_is_published_on_leaving(tmp_path):
    with Sortie(tmp_path / "out") as sortie:
        said = sortie.ecrit(FRAME, "contributions/contributions.parquet")
        sortie.ecrit(FRAME.lazy(), "bordereau.parquet")
        sortie.ecrit_record({"statut": 0})
        assert all(name.endswith(".batchcalc-tmp") for name in files(tmp_path))
    out = tmp_path / "out"
    assert files(out) == ["bordereau.parquet", "contributions/contributions.parquet", "run.json"]
    assert pl.read_parquet(out / "bordereau.parquet").equals(FRAME)
    assert json.loads((out / "run.json").read_text()) == {"statut": 0}
    written = (out / "contributions/contributions.parquet").read_bytes()
    assert said == {
        "path": "contributions/contributions.parquet",
        "bytes": len(written),
        "sha256": hashlib.sha256(written).hexdigest(),
    }


def test_an_error_publishes_nothing_and_leaves_what_was_there(tmp_path):
    write(tmp_path, "bordereau.parquet")
    before = (tmp_path / "bordereau.parquet").read_bytes()
    with pytest.raises(ZeroDivisionError):
        write(tmp_path, "bordereau.parquet", frame=FRAME.head(1), then=lambda: 1 // 0)
    assert files(tmp_path) == ["bordereau.parquet", "run.json"]
    assert (tmp_path / "bordereau.parquet").read_bytes() == before


def test_what_a_killed_run_left_is_cleared(tmp_path):
    (tmp_path / "contributions").mkdir()
    (tmp_path / "contributions" / ".c.parquet.batchcalc-tmp").write_text("half")
    (tmp_path / "mine.txt").write_text("kept")
    with Sortie(tmp_path):
        pass
    assert files(tmp_path) == ["mine.txt"]


def test_the_same_table_of_another_format_is_replaced(tmp_path):
    with Sortie(tmp_path) as sortie:
        sortie.ecrit(FRAME, "bordereau.csv")
    with Sortie(tmp_path) as sortie:
        sortie.ecrit(FRAME, "bordereau.parquet")
    assert files(tmp_path) == ["bordereau.parquet"]


def test_the_record_comes_last(tmp_path, monkeypatch):
    order = []
    replace = sink.Path.replace
    monkeypatch.setattr(
        sink.Path, "replace", lambda path, to: order.append(to.name) or replace(path, to)
    )
    with Sortie(tmp_path) as sortie:
        sortie.ecrit_record({})
        sortie.ecrit(FRAME, "b.parquet")
    assert order == ["b.parquet", "run.json"]


def test_no_record_stands_beside_half_published_results(tmp_path, monkeypatch):
    with Sortie(tmp_path) as sortie:
        sortie.ecrit_record({})
    monkeypatch.setattr(sink.Path, "replace", _no_room)
    with pytest.raises(ConfigError):
        write(tmp_path, "b.parquet")
    assert files(tmp_path) == []


def _no_room(*_args):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", ["b.csv", "b.parquet"])
def test_disk_full(tmp_path, name):
    (tmp_path / name).write_text("earlier")
    provisional = tmp_path / f".{name}.batchcalc-tmp"
    with pytest.raises(ConfigError) as caught:
        write(tmp_path, name, before=lambda: provisional.symlink_to("/dev/full"))
    assert caught.value.code == "disque-plein"
    assert (tmp_path / name).read_text() == "earlier"
    assert files(tmp_path) == [name]


def test_file_size_limit(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(ConfigError) as caught, Sortie(tmp_path) as sortie:
            sortie.ecrit(FRAME, "b.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "ecriture-impossible"
    assert files(tmp_path) == []


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(ConfigError) as caught, Sortie(tmp_path / "out"):
        pass
    assert caught.value.code == "ecriture-impossible"


def test_two_runs_in_one_folder(tmp_path):
    with Sortie(tmp_path):
        with pytest.raises(ConfigError) as caught, Sortie(tmp_path):
            pass
        assert caught.value.code == "sortie-occupee"
    with Sortie(tmp_path):
        pass


def test_csv_takes_the_formula_out_of_text_and_of_nothing_else(tmp_path):
    with Sortie(tmp_path) as sortie:
        sortie.ecrit(FRAME, "b.csv")
    assert pl.read_csv(tmp_path / "b.csv", infer_schema=False).rows() == [
        ("1", "-4"),
        ("'=HYPERLINK(1)", "-3"),
        ("'-3", "-2"),
        ("'+4", "-1"),
        ("'@a", "0"),
        ("'\tb", "1"),
        ("a=b", "2"),
        (None, "3"),
    ]


def test_csv_decimals_and_dates(tmp_path):
    frame = pl.DataFrame({"d": [date(2026, 1, 1)], "e": [Decimal("-12.50")], "f": [True]})
    with Sortie(tmp_path) as sortie:
        sortie.ecrit(frame, "b.csv")
    assert (tmp_path / "b.csv").read_text() == "d,e,f\n2026-01-01,-12.50,true\n"


@pytest.mark.parametrize("name", ["b.csv", "b.parquet"])
def test_same_table_same_bytes(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sink, "ROW_GROUP", 1000)
    whole = pl.DataFrame({"a": range(5000), "b": [str(i % 7) for i in range(5000)]})
    pieces = pl.concat([whole[:999], whole[999:3001], whole[3001:]], rechunk=False)
    for i, frame in enumerate((whole, pieces, pieces.lazy())):
        with Sortie(tmp_path / str(i)) as sortie:
            sortie.ecrit(frame, name)
    written = [(tmp_path / str(i) / name).read_bytes() for i in range(3)]
    assert written[0] == written[1] == written[2]


def _written_in_vain(folder):
    with Sortie(folder) as sortie:
        sortie.ecrit(pl.DataFrame({"a": [1]}), "contributions/contributions.parquet")
        raise RuntimeError


def test_a_folder_made_for_nothing_is_taken_away(tmp_path):
    with pytest.raises(RuntimeError):
        _written_in_vain(tmp_path / "new" / "out")

    assert not (tmp_path / "new" / "out").exists()


def test_a_folder_that_was_there_stays(tmp_path):
    with pytest.raises(RuntimeError):
        _written_in_vain(tmp_path)

    assert tmp_path.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
