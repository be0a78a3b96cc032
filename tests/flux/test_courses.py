"""A source in no order, cut into sorted runs, in memory and in files that do not stay."""

from __future__ import annotations

import tempfile
from importlib import import_module

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchcalc import schema
from batchcalc.flux import Reserve, fusion
from batchcalc.schema.ordre import descentes, reperes
from tests.flux.streams import (
    FACULTATIVES,
    LIGNES,
    TYPES,
    comparable,
    contrats,
    flux_de,
    frame_de,
    taille_des_lots,
    verifie,
)

MODULE = import_module("batchcalc.flux.courses")
UN = "1" * 14


@pytest.fixture
def dossier(tmp_path, monkeypatch):
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def places(monkeypatch, course, en_memoire):
    monkeypatch.setattr(MODULE, "COURSE", course)
    monkeypatch.setattr(MODULE, "EN_MEMOIRE", en_memoire)


def fichiers(dossier):
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file()]


def en_courses(reserve, frame, lot, source=0):
    return reserve.en_courses(source, flux_de(source, frame).lots(lot))


def lues(flux, taille):
    """The frames of a run, which is in order, and of which every frame has its marks."""
    frames = []
    for frame, marques in flux.lots(taille):
        assert frame.height <= taille
        for niveau, attendu in zip(marques.niveaux, reperes(frame).niveaux, strict=True):
            assert niveau.tolist() == attendu.tolist()
        frames.append(frame)
    course = pl.concat(frames)
    assert descentes(course, reperes(course)) == 0
    assert flux.premier == course["siret"][0]
    return course


def memes_lignes(courses, frame):
    ensemble = comparable(courses)
    ordre = list(TYPES)
    return ensemble.sort(ordre).equals(comparable([frame]).sort(ordre))


# --- runs


@given(
    LIGNES,
    st.sets(st.sampled_from(FACULTATIVES)),
    st.integers(1, 5),
    st.integers(1, 5),
    st.sampled_from([0, 3, 6, 100]),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_runs_hold_every_row_in_order_whether_in_memory_or_not(
    lignes, sans, lot, course, en_memoire, taille
):
    frame = frame_de(lignes, "0.csv", sans)
    with pytest.MonkeyPatch.context() as monkeypatch:
        places(monkeypatch, course, en_memoire)
        with Reserve() as reserve:
            courses = [lues(flux, taille) for flux in en_courses(reserve, frame, lot)]

    assert memes_lignes(courses, frame)
    assert all(un.height >= min(course, frame.height) for un in courses[:-1])


@pytest.mark.parametrize("en_memoire", [0, 40, 10**6])
@pytest.mark.parametrize("course", [7, 25, 10**6])
def test_runs_can_be_merged(monkeypatch, dossier, course, en_memoire):
    places(monkeypatch, course, en_memoire)
    taille_des_lots(monkeypatch, 10, minimal=2)
    frame = frame_de(contrats(UN, 30, (2, 1, 3))[::-1] + contrats("0" * 14, 5), "0.csv")

    with Reserve() as reserve:
        verifie(en_courses(reserve, frame, 6), [frame])


def test_a_run_can_be_read_again(monkeypatch, dossier):
    places(monkeypatch, 10, 15)
    frame = frame_de(contrats(UN, 30)[::-1], "0.csv")

    with Reserve() as reserve:
        flux = en_courses(reserve, frame, 10)

        assert [lues(un, 3).equals(lues(un, 7)) for un in flux] == [True] * 3
        assert len(fichiers(dossier)) == 2


def test_frames_of_different_columns_make_one_run(monkeypatch):
    places(monkeypatch, 100, 100)
    parts = [frame_de(contrats(UN, 3), "0.csv", (nom,)) for nom in FACULTATIVES]

    with Reserve() as reserve:
        [flux] = reserve.en_courses(0, iter([(part, reperes(part)) for part in parts]))

        assert set(lues(flux, 10).columns) == set(TYPES)


@pytest.mark.parametrize("frames", [[], [frame_de([], "0.csv")] * 2])
def test_no_row_makes_no_run(frames, dossier):
    with Reserve() as reserve:
        assert reserve.en_courses(0, iter([(frame, reperes(frame)) for frame in frames])) == []
    assert fichiers(dossier) == []


# --- memory, then files


@pytest.mark.parametrize(
    ("en_memoire", "en_fichiers"), [(0, 4), (9, 4), (10, 3), (25, 2), (30, 1), (39, 1), (40, 0)]
)
def test_runs_go_to_files_once_memory_is_full(monkeypatch, dossier, en_memoire, en_fichiers):
    places(monkeypatch, 10, en_memoire)

    with Reserve() as reserve:
        en_courses(reserve, frame_de(contrats(UN, 40)[::-1], "0.csv"), 10)

        assert len(fichiers(dossier)) == en_fichiers
    assert list(dossier.iterdir()) == []


def test_what_memory_holds_is_shared_by_all_sources(monkeypatch, dossier):
    places(monkeypatch, 10, 30)
    frame = frame_de(contrats(UN, 20), "0.csv")

    with Reserve() as reserve:
        flux = [un for source in (4, 5) for un in en_courses(reserve, frame, 5, source)]

        assert [un.source for un in flux] == [4, 4, 5, 5]
        assert len(fichiers(dossier)) == 1


def test_a_frame_put_away_is_read_as_it_was(dossier):
    frame = frame_de(contrats(UN, 20), "0.csv")

    with Reserve() as reserve:
        deposes = [reserve.depose(frame), reserve.depose(frame[:3])]

        assert deposes[0].collect().equals(frame)
        assert deposes[1].collect().equals(frame[:3])
        assert len(fichiers(dossier)) == 2
    assert list(dossier.iterdir()) == []


# --- files do not stay


def test_nothing_is_left_when_an_error_comes_in_between(monkeypatch, dossier):
    places(monkeypatch, 10, 0)
    reserve = Reserve()

    def tombe():
        with reserve:
            en_courses(reserve, frame_de(contrats(UN, 40)[::-1], "0.csv"), 10)
            assert fichiers(dossier)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        tombe()

    assert list(dossier.iterdir()) == []


def test_nothing_is_left_when_the_source_fails(monkeypatch, dossier):
    places(monkeypatch, 10, 0)
    frame = frame_de(contrats(UN, 40)[::-1], "0.csv")

    def lots():
        yield from flux_de(0, frame).lots(10)
        raise OSError

    def lit():
        with Reserve() as reserve:
            reserve.en_courses(0, lots())

    with pytest.raises(OSError):  # noqa: PT011 - any: it comes through as it is
        lit()

    assert list(dossier.iterdir()) == []


def test_nothing_is_left_when_a_merge_is_not_finished(monkeypatch, dossier):
    places(monkeypatch, 10, 0)
    taille_des_lots(monkeypatch, 2)

    with Reserve() as reserve:
        flux = en_courses(reserve, frame_de(contrats(UN, 20) + contrats("2" * 14, 20), "0"), 10)
        premier = next(fusion(flux))

    assert schema.fusionne(*premier).frame.height
    assert list(dossier.iterdir()) == []


def test_no_folder_is_made_for_runs_in_memory(dossier):
    with Reserve() as reserve:
        en_courses(reserve, frame_de(contrats(UN, 40), "0.csv"), 10)

        assert list(dossier.iterdir()) == []
