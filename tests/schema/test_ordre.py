"""Where keys change and whether rows are in order: as Python's own sorting has it."""

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batchcalc.schema import CLE
from batchcalc.schema.ordre import (
    cle,
    descentes,
    etablissements_en_desordre,
    mois_doubles,
    reperes,
    suite,
    trie,
)

TYPES = {"siret": pl.String, "salarie": pl.String, "contrat": pl.String, "mois": pl.Date}
MOIS = st.sampled_from([date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)])

# Texts whose order is not that of their length, of a locale or of UTF-16; empty, and beginnings.
TEXTE = st.sampled_from(["", "1", "10", "2", "A", "a", "é", "\ufb00", "\U00010000"])
LIGNE = st.tuples(st.sampled_from("123"), TEXTE, st.sampled_from(["1", "2"]), MOIS)
LIGNES = st.lists(LIGNE, max_size=30)
TRIEES = LIGNES.map(sorted)
PAR_SIRET = LIGNES.map(lambda lignes: sorted(lignes, key=lambda ligne: ligne[0]))
TOUTES = LIGNES | TRIEES | PAR_SIRET


def frame_de(lignes, morceaux=1):
    """A frame with the rank of each row beside its key, in some chunks."""
    frame = pl.DataFrame(lignes, schema=TYPES, orient="row").with_row_index("rang")
    taille = max(1, -(-frame.height // morceaux))
    parts = [frame[debut : debut + taille] for debut in range(0, frame.height, taille)]
    return pl.concat(parts, rechunk=False) if parts else frame


def lignes_de(frame):
    return frame.select(CLE).rows()


def listes(marques):
    return [niveau.tolist() for niveau in marques.niveaux]


def par_python(lignes):
    """The marks of each level, a row at a time."""
    return [
        [i == 0 or ligne[:niveau] != lignes[i - 1][:niveau] for i, ligne in enumerate(lignes)]
        for niveau in (1, 2, 3)
    ]


# --- marks


@given(TOUTES, st.integers(1, 4))
@example([], 1)
def test_reperes_are_where_the_keys_change(lignes, morceaux):
    assert listes(reperes(frame_de(lignes, morceaux))) == par_python(lignes)


def test_a_key_that_is_not_known_is_another_one():
    frame = pl.DataFrame({"siret": [None, None, "1"], "salarie": None, "contrat": ["1", None, "1"]})

    marques = reperes(frame.cast(pl.String))

    assert listes(marques) == [[True, False, True], [True, False, True], [True, True, True]]


def test_marks_can_be_written():
    for niveau in reperes(frame_de([("1", "A", "1", date(2026, 1, 1))] * 2)).niveaux:
        niveau[1] = True


@given(TOUTES, st.data())
def test_the_marks_of_a_part_are_those_of_its_rows(lignes, data):
    lo = data.draw(st.integers(0, len(lignes)))
    hi = data.draw(st.none() | st.integers(lo, len(lignes)))

    part = reperes(frame_de(lignes)).part(lo, hi)

    assert listes(part) == par_python(lignes[lo:hi])


def test_a_part_is_a_copy():
    marques = reperes(frame_de([("1", "A", "1", date(2026, 1, 1))] * 3))

    part = marques.part(1)
    part.contrat[:] = True

    assert marques.contrat.tolist() == [True, False, False]
    assert part.siret.tolist() == [True, False]


@given(TOUTES, st.data())
def test_the_marks_of_what_follows_are_those_of_the_whole(lignes, data):
    if len(lignes) < 2:
        lignes = lignes + [("1", "A", "1", date(2026, 1, 1))] * 2
    coupe = data.draw(st.integers(1, len(lignes) - 1))
    avant, apres = frame_de(lignes[:coupe]), frame_de(lignes[coupe:])
    marques = reperes(apres)

    ensemble = suite((avant, reperes(avant)), (apres, marques))

    assert listes(ensemble) == [niveau[coupe:] for niveau in par_python(lignes)]
    assert listes(marques) == par_python(lignes[coupe:])


# --- months given twice, rows out of order


@given(TOUTES)
def test_a_month_is_given_twice_where_the_row_has_the_key_of_the_row_above(lignes):
    frame = frame_de(lignes)

    doubles = mois_doubles(frame, reperes(frame).contrat)

    assert doubles.tolist() == [i > 0 and lignes[i] == lignes[i - 1] for i in range(len(lignes))]


@given(TOUTES, st.integers(1, 4))
@example([], 1)
def test_descents_are_the_rows_below_the_one_above(lignes, morceaux):
    frame = frame_de(lignes, morceaux)

    combien = descentes(frame, reperes(frame))

    assert combien == sum(a > b for a, b in pairwise(lignes))
    assert (combien == 0) is (lignes == sorted(lignes))


@given(TOUTES, st.integers(0, 3))
def test_descents_of_a_part_are_its_own(lignes, premiere):
    frame = frame_de(lignes)

    combien = descentes(frame[premiere:], reperes(frame).part(premiere))

    assert combien == sum(a > b for a, b in pairwise(lignes[premiere:]))


@given(TOUTES)
def test_establishments_out_of_order_are_counted_apart(lignes):
    frame = frame_de(lignes)

    combien = etablissements_en_desordre(frame)

    assert combien == sum(a[0] > b[0] for a, b in pairwise(lignes))


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        (("2", "A", "1", 1), ("1", "B", "2", 2)),
        (("1", "B", "1", 1), ("1", "A", "2", 2)),
        (("1", "A", "2", 1), ("1", "A", "1", 2)),
        (("1", "A", "1", 2), ("1", "A", "1", 1)),
        (("1", "é", "1", 1), ("1", "z", "1", 1)),
        (("1", "\U00010000", "1", 1), ("1", "\ufb00", "1", 1)),
    ],
)
def test_each_level_of_the_key_counts_once(avant, apres):
    lignes = [(*ligne[:3], date(2026, ligne[3], 1)) for ligne in (avant, apres)]
    frame, inverse = frame_de(lignes), frame_de(lignes[::-1])

    assert descentes(frame, reperes(frame)) == 1
    assert descentes(inverse, reperes(inverse)) == 0


# --- order


@given(TOUTES, st.integers(1, 4), st.booleans())
@settings(max_examples=200)
@example([], 1, False)
def test_sorted_as_python_sorts(lignes, morceaux, donnees):
    frame = frame_de(lignes, morceaux)

    rendu, marques = trie(frame, reperes(frame) if donnees else None)

    assert lignes_de(rendu) == sorted(lignes)
    assert listes(marques) == par_python(sorted(lignes))
    assert [lignes[rang] for rang in rendu["rang"]] == lignes_de(rendu)
    assert sorted(rendu["rang"]) == list(range(len(lignes)))
    assert rendu.columns == frame.columns


@given(TRIEES)
def test_a_frame_in_order_is_given_back_as_it_is(lignes):
    frame = frame_de(lignes)
    marques = reperes(frame)

    rendu = trie(frame, marques)

    assert rendu[0] is frame
    assert rendu[1] is marques


@pytest.mark.parametrize("mois", [1, 12, 300])
def test_files_of_a_month_each_one_after_the_other(mois):
    """Few descents, which a stable sort follows, or as many as there are rows."""
    lignes = [
        ("1", f"{salarie:04d}", "1", date(2000 + m // 12, m % 12 + 1, 1))
        for m in range(mois)
        for salarie in range(600 // mois)
    ]

    rendu, marques = trie(frame_de(lignes))

    assert lignes_de(rendu) == sorted(lignes)
    assert listes(marques) == par_python(sorted(lignes))


# --- keys


@given(LIGNES.filter(bool), st.data())
def test_the_key_of_a_row_is_its_contract(lignes, data):
    rang = data.draw(st.integers(-len(lignes), len(lignes) - 1))

    assert cle(frame_de(lignes), rang) == lignes[rang][:3]
