"""Parquet, Arrow files and Arrow streams."""

import dataclasses
from datetime import date

import polars as pl
import pytest

from batchcalc.errors import InputError, SchemaError
from batchcalc.io.source import Entree
from batchcalc.io.tabular import depuis_objet, ouvre
from batchcalc.schema import normalise

FRAME = pl.DataFrame(
    {
        "siret": ["00000000000001"] * 3,
        "salarie": ["S-1", "S-2", "S-3"],
        "contrat": "00001",
        "mois": date(2026, 1, 1),
        "remuneration": pl.Series(["1801.80", "0", "-1"], dtype=pl.Decimal(18, 2)),
        "service": "paie",
        "ligne": 7,
    }
)

WRITERS = {
    "input.parquet": ("parquet", pl.DataFrame.write_parquet),
    "input.arrow": ("arrow", pl.DataFrame.write_ipc),
    "input.feather": ("arrow", pl.DataFrame.write_ipc),
    "input.ipc": ("arrow", pl.DataFrame.write_ipc_stream),
}


class Stream:
    """A frame of another library: all it has is the Arrow protocol."""

    def __arrow_c_stream__(self, requested_schema=None):
        return FRAME.__arrow_c_stream__(requested_schema)


@pytest.fixture(params=WRITERS)
def entree(request, tmp_path):
    format, write = WRITERS[request.param]
    path = tmp_path / request.param
    write(FRAME, path)
    return Entree(str(path), format)


def test_files(entree, lus):
    table = ouvre(entree)
    frame, rejects = lus(table)
    given = normalise(FRAME).physique
    assert rejects.is_empty()
    assert set(frame.columns) == {*given.columns}
    assert frame.select(given.columns[:5]).equals(given.select(given.columns[:5]))
    assert frame["ligne"].to_list() == [1, 2, 3]
    assert frame["fichier"].unique().to_list() == [entree.nom]
    assert table.ignorees == ("service",)


def test_batches_give_the_same_rows(entree, lus):
    table = ouvre(entree)
    assert lus(table, 2)[0].equals(lus(table)[0])


@pytest.mark.parametrize("keep", [0, 3, 20, 200, -8, -3])
def test_cut_files(entree, keep):
    entree.chemin.write_bytes(entree.chemin.read_bytes()[:keep])
    with pytest.raises(InputError) as caught:
        list(ouvre(entree).lots(10))
    assert caught.value.file == entree.nom


def test_what_the_reader_says_is_not_passed_on(entree, monkeypatch):
    def fail(*_args, **_kwargs):
        raise pl.exceptions.ComputeError("1850175012345")

    monkeypatch.setattr(pl.LazyFrame, "collect", fail)
    with pytest.raises(InputError) as caught:
        list(ouvre(entree).lots(10))
    assert "1850175012345" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("content", [b"<html>", b"siret;salarie\n", b"\0" * 64])
def test_other_things(entree, content):
    entree.chemin.write_bytes(content)
    with pytest.raises(InputError) as caught:
        ouvre(entree)
    assert caught.value.code == "format-inattendu"


def test_missing_file(entree):
    entree.chemin.unlink()
    with pytest.raises(InputError) as caught:
        ouvre(entree)
    assert caught.value.code == "fichier-illisible"


@pytest.mark.parametrize("frame", [Stream(), FRAME, FRAME.lazy()])
def test_objects(frame, lus):
    rows, _ = lus(depuis_objet(frame))
    assert rows["ligne"].to_list() == [1, 2, 3]
    assert rows["fichier"].unique().to_list() == ["<frame>"]


def test_object_without_a_required_column():
    with pytest.raises(SchemaError) as caught:
        depuis_objet(FRAME.drop("mois"))
    assert caught.value.code == "colonne-manquante"
    assert "mois" in str(caught.value)


def test_object_with_two_columns_of_one_name():
    class Twice:
        def __arrow_c_stream__(self, requested_schema=None):
            raise pl.exceptions.DuplicateError

    with pytest.raises(SchemaError) as caught:
        depuis_objet(Twice())
    assert caught.value.code == "colonne-en-double"


def test_panic_of_the_reader_is_an_input_error(entree, monkeypatch):
    def panic(*_args, **_kwargs):
        raise pl.exceptions.PanicException("1850175012345")

    monkeypatch.setattr(pl.LazyFrame, "collect", panic)
    with pytest.raises(InputError) as caught:
        list(ouvre(entree).lots(10))
    assert "1850175012345" not in str(caught.value)


def test_a_file_that_changes_while_it_is_read(tmp_path):
    header = "siret,salarie,contrat,mois,remuneration\n"
    path = tmp_path / "input.csv"
    path.write_text(header + "1,2,3,4,5\n" * 3)
    table = ouvre(Entree(str(path), "csv"))
    path.write_text(header + "1,2,3,4,5\n" * 2)
    with pytest.raises(InputError) as caught:
        list(table.lots(10))
    assert caught.value.code == "csv-incoherent"


def test_rows_that_went_missing_while_they_were_read_stop_the_run(entree):
    table = ouvre(entree)
    short = dataclasses.replace(table, lignes=table.lignes + 1)
    with pytest.raises(InputError) as caught:
        list(short.lots(2))
    assert caught.value.code == "fichier-change"
