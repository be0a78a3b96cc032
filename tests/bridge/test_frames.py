from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from batchcalc.bridge import compute, frames
from batchcalc.options import Options
from batchcalc.schema import CLE, COLONNES, REJETS
from tests.equality.compare import MODES
from tests.equality.draw import draw
from tests.equality.frame import frame_of, month


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return draw(1_000, seed=11)


def contract(salarie, *pays, **columns):
    """One contract of 2024, a row a month from January."""
    return [
        {"salarie": salarie, "mois": month(2024, i), "remuneration_cents": pay, **columns}
        for i, pay in enumerate(pays, start=1)
    ]


# --- blocks


@pytest.mark.parametrize("options", MODES[:2], ids=lambda options: options.regularisation)
@pytest.mark.parametrize("block_rows", [1, 7, 100, 999])
def test_the_result_does_not_depend_on_the_blocks(frame, rules, options, block_rows, monkeypatch):
    whole = compute(frame, rules, options)
    monkeypatch.setattr("batchcalc.bridge.results.BLOCK_ROWS", block_rows)

    assert compute(frame, rules, options).physical.equals(whole.physical)


def test_a_contract_alone_gives_what_it_gives_among_others(frame, rules):
    whole = compute(frame, rules, Options()).physical
    chosen = (pl.col("siret") == whole["siret"][500]) & (pl.col("salarie") == whole["salarie"][500])

    alone = compute(frame.filter(chosen), rules, Options()).physical

    assert alone.equals(whole.filter(chosen))


# --- rows and columns


def test_rows_come_out_in_the_order_they_came_in(frame, rules):
    physical = compute(frame, rules, Options()).physical

    assert physical.select(CLE).equals(frame.select(CLE))
    assert physical.select(CLE).rows() == sorted(physical.select(CLE).rows())


def test_the_public_table_is_the_physical_one_in_decimals(frame, rules):
    computed = compute(frame, rules, Options())
    public = computed.contributions()

    assert public.columns == [*CLE, *frames.RESULT.values(), "statut"]
    for physical, name in frames.RESULT.items():
        integers, shown = computed.physical.get_column(physical), public.get_column(name)
        suffix = physical.rpartition("_")[2]
        if suffix in ("cents", "e4", "e6"):
            places = {"cents": 2, "e4": 4, "e6": 6}[suffix]
            assert shown.dtype.scale == places
            assert shown.to_list() == [Decimal(n).scaleb(-places) for n in integers]
        else:
            assert shown.equals(integers.alias(name))


def test_the_reason_of_an_exclusion_is_in_its_statut_and_nowhere_else(rules):
    rows = [
        *contract("A", 200_000, perimetre="exclu", motif_exclusion="stage"),
        *contract("B", 200_000, perimetre="exclu"),
        *contract("C", 200_000, motif_exclusion="stage"),
    ]

    statuts = compute(frame_of(rows), rules, Options()).physical.get_column("statut").to_list()

    assert statuts == ["exclu_stage", "exclu", "ok"]


def test_nothing_gives_nothing_in_the_same_columns(frame, rules):
    computed = compute(frame, rules, Options())
    nothing = compute(frame.clear(), rules, Options())

    assert nothing.physical.height == nothing.rejets.height == nothing.settled == 0
    assert dict(nothing.physical.schema).keys() == dict(computed.physical.schema).keys()
    assert nothing.contributions().schema == computed.contributions().schema


def test_columns_that_are_absent_are_empty(rules):
    frame = frame_of([*contract("A", 200_000, 300_000), *contract("B", 0)])
    optional = [c.physique for c in COLONNES if not c.requise and c.physique != "fnal_e4"]

    bare = compute(frame.drop(optional), rules, Options())

    assert bare.physical.equals(compute(frame, rules, Options()).physical)


# --- rejects


def rejected(rows, rules, options=None):
    """The rejects of rows, once the others have given what they give without them."""
    frame = frame_of(rows)
    computed = compute(frame, rules, options or Options())
    assert computed.rejets.schema == REJETS
    lines = computed.rejets.get_column("ligne")
    without = frame.filter(~pl.col("ligne").is_in(lines.implode()))
    assert computed.physical.equals(compute(without, rules, options or Options()).physical)
    assert computed.physical.height + computed.rejets.height == frame.height
    return computed.rejets.sort("ligne").select("ligne", "code", "colonne").rows()


NO_VALUE = {"profil": "journaliste"}
OUT_OF_BOUNDS = {"remuneration_due_cents": 1_000_001, "remuneration_habituelle_cents": 1_000}


def test_a_month_without_rule_is_rejected_and_the_rest_computed(rules):
    rows = contract("A", 200_000, 210_000, 220_000)
    rows[1] |= NO_VALUE

    assert rejected(rows + contract("B", 200_000), rules) == [(2, "profil-sans-valeur", "profil")]


@pytest.mark.parametrize(
    "columns",
    [
        OUT_OF_BOUNDS,
        {"remuneration_due_cents": -1_000_001, "remuneration_habituelle_cents": 1_000},
        {"remuneration_due_cents": 1_000_001, "remuneration_habituelle_cents": -1_000},
        {"remuneration_due_cents": 1_999_999_999, "remuneration_habituelle_cents": -1},
        {"remuneration_due_cents": 900_000, "remuneration_habituelle_cents": 1_000},
        {"heures_supplementaires_e4": 99_999_999 * 10},
        {"perimetre": "exclu", "regime_bandeaux": "exoneration", **OUT_OF_BOUNDS},
    ],
)
def test_a_smic_term_out_of_bounds_is_rejected_and_the_rest_computed(rules, columns):
    rows = contract("A", 200_000, 210_000, 220_000)
    rows[1] |= columns

    assert rejected(rows, rules) == [(2, "hors-bornes", "smic_retenu")]


def test_an_excluded_month_has_no_smic_term_to_be_out_of_bounds(rules):
    assert not rejected(contract("A", 200_000, perimetre="exclu", **OUT_OF_BOUNDS), rules)


def test_rejects_of_both_kinds(rules):
    rows = contract("A", 200_000, 210_000, 220_000, 230_000)
    rows[1] |= NO_VALUE
    rows[2] |= OUT_OF_BOUNDS

    assert [code for _, code, _ in rejected(rows, rules)] == ["profil-sans-valeur", "hors-bornes"]


@pytest.mark.parametrize("columns", [NO_VALUE, OUT_OF_BOUNDS])
def test_all_rows_may_be_rejected(rules, columns):
    assert len(rejected(contract("A", 200_000, 210_000, **columns), rules)) == 2


def test_a_reject_never_shows_the_employee(rules):
    rows = contract("1850675123456", 200_000, **NO_VALUE)
    rejets = compute(frame_of(rows), rules, Options()).rejets

    assert "1850675123456" not in rejets.write_csv()


def test_totals_sum_every_row_and_their_parts_sum_to_the_reduction(frame, rules):
    computed = compute(frame, rules, Options())
    parts = [f"reduction_{part}_cents" for part in ("urssaf", "agirc_arrco", "france_travail")]
    totals = computed.totals(["remuneration_cents", "reduction_cents", *parts])

    assert totals == {name: computed.physical.get_column(name).sum() for name in totals}
    assert totals["reduction_cents"] == sum(totals[part] for part in parts)
