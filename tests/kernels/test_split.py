from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.split import split
from hypothesis import example, given
from hypothesis import strategies as st

# imputation, URSSAF part, unemployment part inside it: several years, in millionths
KEYS = (
    (281_400, 281_400, 0),
    (280_900, 220_800, 0),
    (321_400, 261_300, 40_500),
    (319_400, 259_300, 40_500),
    (323_300, 263_200, 40_000),
    (398_100, 338_000, 40_000),
    (384_763, 338_000, 40_000),
    (40_000, 40_000, 40_000),
)
LARGEST = 12 * 10**10


def columns(key):
    base, urssaf, chomage = key
    return {
        k.SPLIT_BASE: base,
        k.SPLIT_URSSAF: urssaf,
        k.SPLIT_AGIRC_ARRCO: base - urssaf,
        k.SPLIT_CHOMAGE: chomage,
    }


def factors_of(table):
    factors = np.zeros((len(table), k.N_FACTORS))
    factors[:, k.SPLIT_INVERSE] = 1 / table[:, k.SPLIT_BASE]
    return factors


def all_parts(table, reductions, par=None):
    """URSSAF, AGIRC-ARRCO, unemployment, France Travail: a list of each."""
    n = len(reductions)
    outputs = [np.empty(n, np.int64) for _ in range(4)]
    par = np.zeros(n, np.int32) if par is None else np.array(par, np.int32)
    split(par, table, factors_of(table), np.array(reductions, np.int64), *outputs)
    return [output.tolist() for output in outputs]


def parts(table, reductions, par=None):
    *declared, france_travail = all_parts(table, reductions, par)
    assert not any(france_travail) or table[:, k.SPLIT_APART].any()
    return list(zip(*declared, strict=True))


def half_away(n, d):
    sign, twice = (1 if n >= 0 else -1), 2 * abs(n) + d
    return sign * (twice // (2 * d))


@pytest.mark.parametrize("key", KEYS)
def test_nothing_to_split(period_table, key):
    assert parts(period_table(columns(key)), [0]) == [(0, 0, 0)]


@given(st.sampled_from(KEYS), st.integers(-LARGEST, LARGEST))
@example(KEYS[-1], LARGEST)
@example(KEYS[5], -LARGEST)
def test_the_parts_are_rounded_once_and_always_sum(period_table, key, reduction):
    base, urssaf, chomage = key
    table = period_table(columns(key))

    [(to_urssaf, to_agirc_arrco, of_chomage)] = parts(table, [reduction])

    assert to_urssaf + to_agirc_arrco == reduction
    assert to_urssaf == half_away(reduction * urssaf, base)
    assert of_chomage == half_away(reduction * chomage, base)
    assert abs(Fraction(reduction * urssaf, base) - to_urssaf) <= Fraction(1, 2)


@given(st.sampled_from(KEYS), st.integers(0, LARGEST))
def test_taking_back_is_the_opposite_of_granting(period_table, key, reduction):
    granted, taken_back = parts(period_table(columns(key)), [reduction, -reduction])

    assert granted == tuple(-part for part in taken_back)


def tie(numerator, base):
    """The least reduction whose share is exactly half a cent over, if one exists."""
    share = Fraction(numerator, base)
    if share.denominator % 2:
        return None
    return next(r for r in range(share.denominator) if (r * share).denominator == 2)


@pytest.mark.parametrize("key", [key for key in KEYS if tie(key[1], key[0])])
def test_half_a_cent_goes_to_the_urssaf_away_from_zero(period_table, key):
    base, urssaf, _ = key
    reduction = tie(urssaf, base)
    below = reduction * urssaf // base

    granted, taken_back = parts(period_table(columns(key)), [reduction, -reduction])

    assert granted[:2] == (below + 1, reduction - below - 1)
    assert taken_back[:2] == (-below - 1, below + 1 - reduction)


@pytest.mark.parametrize("key", [key for key in KEYS if tie(key[2], key[0])])
def test_half_a_cent_of_unemployment_part_goes_away_from_zero(period_table, key):
    base, _, chomage = key
    reduction = tie(chomage, base)
    below = reduction * chomage // base

    granted, taken_back = parts(period_table(columns(key)), [reduction, -reduction])

    assert (granted[2], taken_back[2]) == (below + 1, -below - 1)


def test_ties_exist_for_some_keys():
    assert any(tie(key[1], key[0]) for key in KEYS)
    assert any(tie(key[2], key[0]) for key in KEYS)


def test_each_row_has_the_key_of_its_period(period_table):
    table = period_table(*(columns(key) for key in KEYS))
    reductions = [47_342] * len(KEYS)

    expected = [parts(period_table(columns(key)), [47_342])[0] for key in KEYS]

    assert parts(table, reductions, par=range(len(KEYS))) == expected
    assert expected[5] == (40_195, 7_147, 4_757)  # BOSS 1160


def test_the_unemployment_part_of_entertainment_workers_stands_apart(period_table):
    """2020, temporary staff: URSSAF 0.2199, France Travail 0.0405, AGIRC-ARRCO 0.0601 of 0.3205."""
    table = period_table(
        {
            k.SPLIT_BASE: 320_500,
            k.SPLIT_URSSAF: 219_900,
            k.SPLIT_AGIRC_ARRCO: 60_100,
            k.SPLIT_CHOMAGE: 40_500,
            k.SPLIT_APART: 1,
        }
    )

    assert all_parts(table, [47_342, -47_342]) == [
        [32_482, -32_482],
        [8_878, -8_878],
        [0, 0],
        [5_982, -5_982],
    ]


@pytest.mark.parametrize("reduction", [1, -1])
def test_nothing_is_left_over_where_there_is_no_agirc_arrco_part(period_table, reduction):
    """Two halves of one cent, both rounded, would make two."""
    table = period_table({k.SPLIT_BASE: 2, k.SPLIT_URSSAF: 1, k.SPLIT_CHOMAGE: 1, k.SPLIT_APART: 1})

    assert all_parts(table, [reduction]) == [[0], [0], [0], [reduction]]


def test_signature(period_table, check_signature):
    par, reduction = np.zeros(2, np.int32), np.ones(2, np.int64)
    outputs = [np.empty(2, np.int64) for _ in range(4)]
    table = period_table(columns(KEYS[0]))

    check_signature(split, par, table, factors_of(table), reduction, *outputs, outputs=4)


APART = {
    k.SPLIT_BASE: 320_500,
    k.SPLIT_URSSAF: 219_900,
    k.SPLIT_AGIRC_ARRCO: 60_100,
    k.SPLIT_CHOMAGE: 40_500,
    k.SPLIT_APART: 1,
}


def test_tile_by_tile_each_row_is_split_as_alone(period_table, height):
    rows_of_law = [*(columns(key) for key in KEYS), APART]
    table = period_table(*rows_of_law)
    rng = np.random.default_rng(height)
    par = rng.integers(0, len(rows_of_law), height)
    reductions = rng.integers(-LARGEST, LARGEST, height).tolist()

    urssaf, agirc_arrco, chomage, france_travail = all_parts(table, reductions, par)

    for i, reduction in enumerate(reductions):
        law = rows_of_law[par[i]]
        unemployment = half_away(reduction * law[k.SPLIT_CHOMAGE], law[k.SPLIT_BASE])
        apart = law.get(k.SPLIT_APART, 0)
        assert (chomage[i], france_travail[i]) == (
            (0, unemployment) if apart else (unemployment, 0)
        )
        if law[k.SPLIT_AGIRC_ARRCO]:
            assert urssaf[i] == half_away(reduction * law[k.SPLIT_URSSAF], law[k.SPLIT_BASE])
        assert urssaf[i] + agirc_arrco[i] + france_travail[i] == reduction


@pytest.mark.parametrize("cents", [1, -1])
def test_where_agirc_arrco_has_no_rate_nothing_remains_for_it(period_table, cents):
    """Two parts of half a cent: France Travail is rounded, URSSAF takes the rest."""
    halves = {k.SPLIT_BASE: 400_000, k.SPLIT_URSSAF: 200_000, k.SPLIT_CHOMAGE: 200_000}
    table = period_table({**halves, k.SPLIT_APART: 1})

    assert all_parts(table, [cents]) == [[0], [0], [0], [cents]]
