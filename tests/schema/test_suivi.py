"""Columns followed as polars holds them, and the loans given back."""

import gc
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchcalc.schema.arrow import morceaux
from batchcalc.schema.decimals import entiers
from batchcalc.schema.suivi import suivi

TEXTES = st.lists(
    st.sampled_from(["", "a", "10000000000018", "10000000000026", "é", None]), max_size=20
)


def en_morceaux(serie, taille=3):
    parts = [serie[debut : debut + taille] for debut in range(0, len(serie), taille)]
    return pl.concat(parts, rechunk=False) if parts else serie


def suivie(serie):
    return suivi(serie, np.zeros(len(serie), np.bool_))


@given(TEXTES)
def test_a_column_is_followed_through_its_chunks(textes):
    serie = en_morceaux(pl.Series("t", textes, pl.String))

    vue = suivie(serie)

    assert vue.change.tolist() == [i == 0 or t != textes[i - 1] for i, t in enumerate(textes)]
    assert vue.soignee is all(t not in ("", "é", None) for t in textes)


@pytest.mark.parametrize("debut", [0, 1, 5, 8, 9])
def test_a_part_of_a_column(debut):
    textes = ["b", "10000000000026", "10000000000018", None, "a", "a", "10000000000018", "c", "d"]
    serie = pl.Series("t", textes)

    vue = suivie(serie[debut:])

    attendus = textes[debut:]
    assert vue.change.tolist() == [i == 0 or t != attendus[i - 1] for i, t in enumerate(attendus)]


def test_descents_within_what_does_not_change_before():
    serie = pl.Series("t", ["b", "a", "b", "a"])

    vue = suivi(serie, np.array([True, False, False, True]))

    assert vue.descentes == 1
    assert vue.change.tolist() == [True] * 4


DECIMALES = st.lists(st.none() | st.integers(-(10**14) + 1, 10**14 - 1), max_size=20)


@given(DECIMALES, st.integers(0, 5), st.sampled_from([1, 100]))
def test_decimals_are_read_with_their_nulls(centimes, debut, facteur):
    euros = [None if c is None else Decimal(c).scaleb(-2) for c in centimes]
    serie = en_morceaux(pl.Series("d", euros, pl.Decimal(18, 2)))[debut:]

    lus = entiers(serie, 10**14, facteur)

    assert lus.name == "d"
    assert lus.dtype == pl.Int64
    assert lus.to_list() == [None if c is None else c * facteur for c in centimes[debut:]]


def test_decimals_beyond_the_limit_are_not_read():
    serie = pl.Series([Decimal("0.01"), Decimal("1000.00")], dtype=pl.Decimal(38, 2))

    assert entiers(serie, 100_000, 1) is None
    assert entiers(serie, 100_001, 1).to_list() == [1, 100_000]


def test_what_was_lent_is_given_back():
    """Each chunk once, also where the block is left by an error."""
    serie = en_morceaux(pl.Series("t", ["10000000000018"] * 7))
    pretes = []

    for panne in (False, True):
        try:
            with morceaux(serie) as arrays:
                pretes = arrays
                assert [array.length for array in arrays] == [3, 3, 1]
                assert all(array.release for array in arrays)
                if panne:
                    raise ValueError
        except ValueError:
            pass
        assert not any(array.release for array in pretes)
    gc.collect()
    assert serie.to_list() == ["10000000000018"] * 7
