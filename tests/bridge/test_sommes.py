"""Sums of a lot by establishment and month: those of the rows, grouped plainly."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import polars as pl
import pytest

from batchcalc.bridge import compute
from batchcalc.bridge.sommes import SOMMES, sommes
from batchcalc.options import Options
from batchcalc.schema.ordre import reperes
from tests.equality.compare import MODES
from tests.equality.draw import draw
from tests.equality.frame import frame_of, month

COLUMNS = {
    "agirc_arrco": "reduction_agirc_arrco_cents",
    "france_travail": "reduction_france_travail_cents",
    "assiette_ctp_635": "assiette_complement_maladie_cents",
    "assiette_ctp_430": "assiette_complement_allocations_familiales_cents",
}


def plainly(physical):
    """One dict per establishment and month, in that order."""
    rows = sorted(physical.to_dicts(), key=lambda row: (row["siret"], row["mois"]))
    for (siret, mois), group in groupby(rows, key=lambda row: (row["siret"], row["mois"])):
        members = list(group)
        urssaf = [row["reduction_urssaf_cents"] for row in members]
        yield {
            "siret": int(siret),
            "mois": mois,
            "contrats": len(members),
            "reductions": sum(row["reduction_cents"] > 0 for row in members),
            "regularisations": sum(row["reduction_cents"] < 0 for row in members),
            "ctp_668": sum(part for part in urssaf if part > 0),
            "ctp_669": -sum(part for part in urssaf if part < 0),
            **{name: sum(row[column] for row in members) for name, column in COLUMNS.items()},
        }


@pytest.mark.parametrize("mode", range(len(MODES)))
@pytest.mark.parametrize("years", [(2026,), (2018, 2022, 2026)])
def test_sums_are_those_of_the_rows(rules, mode, years):
    computed = compute(draw(1_500, seed=mode, years=years), rules, MODES[mode])

    assert computed.sommes().to_dicts() == list(plainly(computed.physical))


def test_every_kind_of_sum_is_drawn(rules):
    sums = compute(draw(4_000, seed=3), rules, Options()).sommes()

    assert all((sums.get_column(name) != 0).any() for name in SOMMES)


def test_the_columns_and_their_types(rules):
    expected = {"siret": pl.Int64(), "mois": pl.Date(), **dict.fromkeys(SOMMES, pl.Int64())}

    for frame in (draw(100, seed=1), frame_of([])):
        assert compute(frame, rules, Options()).sommes().schema == expected


def test_no_row_gives_no_sum(rules):
    assert compute(frame_of([]), rules, Options()).sommes().height == 0


def test_leading_zeros_of_a_siret_are_not_needed(rules):
    rows = [
        {"siret": siret, "salarie": "A", "mois": month(2026), "remuneration_cents": 190_000}
        for siret in ("00000000000000", "00000000000012", "99999999999999")
    ]

    sums = compute(frame_of(rows), rules, Options()).sommes()

    assert sums["siret"].to_list() == [0, 12, 99_999_999_999_999]


def test_rows_set_apart_are_in_no_sum(rules):
    rows = [
        {"salarie": s, "mois": month(2024), "remuneration_cents": 190_000, "profil": profil}
        for s, profil in (("A", "commun"), ("B", "expatrie"))
    ]
    computed = compute(frame_of(rows), rules, Options())

    assert computed.rejets.height == 1
    assert computed.sommes()["contrats"].to_list() == [1]


def test_a_lot_whose_months_are_far_apart(rules):
    rows = [
        {
            "salarie": "A",
            "contrat": str(year),
            "mois": month(year, m),
            "remuneration_cents": 170_000,
        }
        for year, m in ((2018, 1), (2026, 12), (2018, 12))
    ]

    sums = compute(frame_of(rows), rules, Options()).sommes()

    assert sums["mois"].to_list() == [month(2018), month(2018, 12), month(2026, 12)]


def test_sums_hold_nothing_of_the_lot(rules):
    """They outlive it: their memory is their own."""
    frame = draw(300, seed=2)
    computed = compute(frame, rules, Options())
    before = computed.sommes().clone().to_dicts()
    results = {name: values.copy() for name, values in computed.results.items()}
    mois = np.array([12 * m.year + m.month - 1 for m in frame["mois"]], np.int32)

    again = sommes(frame["siret"], reperes(frame).siret, mois, results)
    for values in results.values():
        values[:] = 0

    assert again.to_dicts() == before
