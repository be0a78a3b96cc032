"""Streams side by side give, lot by lot, what sorting everything at once gives."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batchcalc.flux import DesordreError, Flux, fusion
from batchcalc.schema.ordre import descentes, reperes
from tests.flux.streams import (
    FACULTATIVES,
    LIGNES,
    contrats,
    flux_de,
    flux_de_tous,
    frame_de,
    par_etablissement,
    refusee,
    taille_des_lots,
    verifie,
)

UN, DEUX, TROIS = ("1" * 14, "2" * 14, "3" * 14)


def cle_de(cle):
    siret, salarie, contrat = cle
    return siret, f"S-{salarie}", contrat


GRANDS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(
                st.sampled_from([UN, UN, UN, DEUX]), st.integers(0, 9), st.sampled_from("12")
            ),
            max_size=25,
        )
        .flatmap(lambda cles: st.sampled_from([cles, sorted(cles)]))
        .map(lambda cles: [(*cle_de(cle), date(2026, 1, 1), 1, None, None) for cle in cles]),
        st.just(()),
    ),
    min_size=1,
    max_size=3,
)
"""Files of one establishment or two, in key order or in none."""

FICHIERS = st.lists(st.tuples(LIGNES, st.sets(st.sampled_from(FACULTATIVES))), max_size=5)
TAILLE = st.integers(1, 7)


def frames_de(fichiers, ordre):
    return [
        frame_de(ordre(lignes), f"{rang}.csv", sans) for rang, (lignes, sans) in enumerate(fichiers)
    ]


def est_trie(frame):
    return descentes(frame, reperes(frame)) == 0


# --- whatever the streams


@given(FICHIERS, TAILLE, TAILLE, st.booleans(), st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_establishments_in_order_are_merged_whatever_the_lots(
    fichiers, lot, minimal, annonce, vides
):
    """Inside an establishment the rows may stand in any order."""
    frames = frames_de(fichiers, par_etablissement)
    with pytest.MonkeyPatch.context() as monkeypatch:
        taille_des_lots(monkeypatch, lot, minimal=minimal)

        verifie(flux_de_tous(frames, annonce=annonce, vides=vides), frames)


@given(FICHIERS, TAILLE, st.integers(0, 4), st.booleans(), st.sampled_from([1, 64]))
@settings(max_examples=80, deadline=None)
def test_streams_in_key_order_are_merged_however_great_the_establishments(
    fichiers, lot, grand, annonce, courses
):
    """Few runs are merged, more of them sorted."""
    frames = frames_de(fichiers, sorted_by_key)
    with pytest.MonkeyPatch.context() as monkeypatch:
        taille_des_lots(monkeypatch, lot, grand=grand, courses=courses)

        verifie(flux_de_tous(frames, annonce=annonce), frames)


@given(GRANDS, TAILLE, st.integers(0, 4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_great_establishments_in_no_order_are_merged_or_refused(fichiers, lot, grand, annonce):
    frames = frames_de(fichiers, par_etablissement)
    with pytest.MonkeyPatch.context() as monkeypatch:
        taille_des_lots(monkeypatch, lot, grand=grand)

        source = refusee(flux_de_tous(frames, annonce=annonce), frames)

    assert source is None or not est_trie(frames[source])


@given(FICHIERS, TAILLE, st.sampled_from([0, 1, 2, 3, 4, 30]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_streams_in_any_order_are_merged_or_refused(fichiers, lot, grand, annonce):
    """A stream whose establishments are out of order is always refused, and no other one is."""
    frames = frames_de(fichiers, list)
    desordonnes = {
        source
        for source, frame in enumerate(frames)
        if frame["siret"].to_list() != sorted(frame["siret"])
    }
    with pytest.MonkeyPatch.context() as monkeypatch:
        taille_des_lots(monkeypatch, lot, grand=grand)

        source = refusee(flux_de_tous(frames, annonce=annonce), frames)

    assert source is not None if desordonnes else source is None or grand < 30
    assert source is None or not est_trie(frames[source])
    assert source in desordonnes or source is None or grand < 30


def sorted_by_key(lignes):
    return sorted(lignes, key=lambda ligne: ligne[:4])


# --- one situation each


@pytest.mark.parametrize("flux", [[], [frame_de([], "0.csv")], [frame_de([], "0.csv")] * 3])
def test_nothing_gives_nothing(flux):
    assert list(fusion(flux_de_tous(flux))) == []
    assert list(fusion(flux_de_tous(flux, vides=2))) == []


def test_one_file_goes_through_as_it_is(monkeypatch):
    taille_des_lots(monkeypatch, 4)
    frame = frame_de(contrats(UN, 5, (1, 2)) + contrats(DEUX, 5, (1, 2)), "0.csv")

    donnes = verifie([flux_de(0, frame)], [frame])

    assert len(donnes) > 1
    assert pl.concat(donnes).equals(frame)


def test_files_that_follow_each_other_are_read_one_after_the_other(monkeypatch):
    """Each one's establishments come after those of the one before: one is open at a time."""
    taille_des_lots(monkeypatch, 4)
    frames = [frame_de(contrats(siret, 6), f"{siret}.csv") for siret in (UN, DEUX, TROIS)]
    ouverts = []

    def note(flux):
        def lots(taille):
            ouverts.append((flux.source, taille))
            yield from flux.lots(taille)
            ouverts.append((flux.source, None))

        return Flux(flux.source, lots, flux.premier)

    verifie([note(flux) for flux in flux_de_tous(frames)], frames)

    assert ouverts == [(0, 4), (0, None), (1, 4), (1, None), (2, 4), (2, None)]


def test_a_file_given_out_of_turn_waits_for_its_own(monkeypatch):
    taille_des_lots(monkeypatch, 4)
    frames = [frame_de(contrats(siret, 6), f"{siret}.csv") for siret in (TROIS, UN, DEUX)]

    donnes = verifie(flux_de_tous(frames), frames)

    assert [frame["siret"][0] for frame in donnes] == sorted(frame["siret"][0] for frame in donnes)


@pytest.mark.parametrize("lot", [1, 2, 3, 5, 100])
def test_monthly_files_are_read_side_by_side(monkeypatch, lot):
    taille_des_lots(monkeypatch, lot, minimal=1)
    frames = [
        frame_de(contrats(UN, 7, (mois,)) + contrats(DEUX, 3, (mois,)), f"{mois}.csv")
        for mois in range(1, 13)
    ]

    donnes = verifie(flux_de_tous(frames), frames)

    assert len(donnes) > 1 or lot == 100


@pytest.mark.parametrize(("minimal", "taille"), [(1, 4), (4, 4), (9, 9), (100, 12)])
def test_a_share_of_the_lot_is_read_of_each_of_many_files(monkeypatch, minimal, taille):
    """Its share of the rows of twelve lots, within the least and a lot."""
    taille_des_lots(monkeypatch, 12, minimal=minimal)
    lues = []

    def flux(source):
        frame = frame_de(contrats(UN, 5, (source % 12 + 1,)), f"{source}.csv")
        lots = flux_de(source, frame).lots
        return Flux(source, lambda taille: lues.append(taille) or lots(taille), UN)

    list(fusion([flux(source) for source in range(36)]))

    assert lues == [taille] * 36


@pytest.mark.parametrize("lot", [1, 2, 7])
def test_files_that_overlap(monkeypatch, lot):
    taille_des_lots(monkeypatch, lot)
    frames = [
        frame_de(contrats(UN, 4, (1, 2)) + contrats(DEUX, 4, (1,)), "0.csv"),
        frame_de(contrats(DEUX, 4, (2,), premier=2) + contrats(TROIS, 1, (1,)), "1.csv"),
        frame_de(contrats(UN, 1, (3,), premier=3) + contrats(TROIS, 2, (2,)), "2.csv"),
    ]

    verifie(flux_de_tous(frames), frames)


@pytest.mark.parametrize("grand", [0, 5, 1_000])
@pytest.mark.parametrize("lot", [1, 3])
def test_a_contract_over_many_lots_is_in_one_frame(monkeypatch, lot, grand):
    """Forty rows of one contract: twelve months, corrected again and again."""
    taille_des_lots(monkeypatch, lot, grand=grand)
    lignes = sorted_by_key(contrats(UN, 1, range(1, 13)) * 3 + contrats(UN, 1, (1, 2, 3, 4)))
    frame = frame_de(lignes + contrats(UN, 2, premier=1), "0.csv")

    donnes = verifie([flux_de(0, frame)], [frame])

    assert donnes[0].height >= 40


# --- great establishments


@pytest.mark.parametrize("fichiers", [1, 3])
def test_the_contracts_of_a_great_establishment_do_not_wait_for_its_end(monkeypatch, fichiers):
    taille_des_lots(monkeypatch, 10, minimal=5, grand=20)
    frames = [frame_de(contrats(UN, 200, (m,)), f"{m}.csv") for m in range(1, fichiers + 1)]

    donnes = verifie(flux_de_tous(frames), frames)

    assert len(donnes) > 5
    assert max(frame.height for frame in donnes) < 40 * fichiers


def test_an_establishment_waits_for_its_end_as_long_as_it_is_not_great(monkeypatch):
    taille_des_lots(monkeypatch, 10, grand=1_000)
    frame = frame_de(contrats(UN, 200) + contrats(DEUX, 1), "0.csv")

    donnes = verifie([flux_de(0, frame)], [frame])

    assert [len(set(frame["siret"])) for frame in donnes] == [1, 1]
    assert donnes[0].height == 200


def test_a_great_establishment_in_no_order_is_kept_whole(monkeypatch):
    """Its disorder is seen before anything of it is given."""
    taille_des_lots(monkeypatch, 10, grand=20)
    frame = frame_de(contrats(UN, 100)[::-1] + contrats(DEUX, 1), "0.csv")

    donnes = verifie([flux_de(0, frame)], [frame])

    assert donnes[0].height == 100


def test_disorder_after_contracts_of_a_great_establishment_were_given_is_refused(monkeypatch):
    taille_des_lots(monkeypatch, 10, grand=20)
    lignes = contrats(UN, 100)
    frames = [frame_de(contrats(DEUX, 1), "0.csv"), frame_de(lignes + lignes[50:51], "1.csv")]

    with pytest.raises(DesordreError) as refuse:
        list(fusion(flux_de_tous(frames)))

    assert refuse.value.source == 1


@pytest.mark.parametrize("lot", [1, 2, 5, 50])
def test_a_great_establishment_beside_a_small_file_in_no_order(monkeypatch, lot):
    """The small one, read to its end, is cut at the contract where the great one stands."""
    taille_des_lots(monkeypatch, lot, minimal=1, grand=4)
    frames = [
        frame_de(contrats(UN, 30, (1,)), "0.csv"),
        frame_de(contrats(UN, 30, (2,))[::-7], "1.csv"),
    ]

    verifie(flux_de_tous(frames), frames)


# --- disorder


@pytest.mark.parametrize("lot", [1, 2, 3, 100])
def test_an_establishment_that_comes_back_is_refused(monkeypatch, lot):
    taille_des_lots(monkeypatch, lot)
    frame = frame_de(contrats(DEUX, 2) + contrats(UN, 1) + contrats(TROIS, 1), "0.csv")

    with pytest.raises(DesordreError) as refuse:
        list(fusion([flux_de(7, frame)]))

    assert refuse.value.source == 7


@pytest.mark.parametrize("lot", [1, 2, 3, 100])
def test_what_was_given_before_disorder_is_seen_was_in_order(monkeypatch, lot):
    taille_des_lots(monkeypatch, lot)
    lignes = contrats(UN, 4) + contrats(DEUX, 4) + contrats(TROIS, 1) + contrats(UN, 1)
    frame = frame_de(lignes, "0.csv")
    donnes = []

    with pytest.raises(DesordreError):
        donnes.extend(suite for suite, _ in fusion([flux_de(0, frame)]))

    assert all(avant["siret"][-1] < apres["siret"][0] for avant, apres in pairwise(donnes))


def test_contracts_in_no_order_are_no_disorder(monkeypatch):
    taille_des_lots(monkeypatch, 3)
    frame = frame_de(contrats(UN, 9)[::-1] + contrats(DEUX, 9)[::-1], "0.csv")

    verifie([flux_de(0, frame)], [frame])


# --- columns


@given(st.permutations(range(4)), TAILLE)
@example([0, 1, 2, 3], 1)
@settings(deadline=None)
def test_streams_with_different_columns(ordre, lot):
    sans = [(), ("fnal_e4",), ("ppv_cents",), FACULTATIVES]
    frames = [
        frame_de([(*ligne[:5], 10, 7) for ligne in contrats(UN, 3, (m + 1,))], f"{m}", sans[m])
        for m in ordre
    ]
    with pytest.MonkeyPatch.context() as monkeypatch:
        taille_des_lots(monkeypatch, lot)

        verifie(flux_de_tous(frames), frames)


def test_frames_of_one_stream_with_different_columns(monkeypatch):
    """A CSV read in batches: a column empty in one of them is left out of none, but may be."""
    taille_des_lots(monkeypatch, 2)
    parts = [frame_de(contrats(UN, 3, (1,)), "0.csv", ("ppv_cents",))]
    parts.append(frame_de(contrats(UN, 3, (1,), premier=3), "0.csv", ("fnal_e4",)))

    def lots(_taille):
        return iter([(part, reperes(part)) for part in parts])

    verifie([Flux(0, lots, UN)], parts)
