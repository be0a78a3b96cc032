"""Order, and rows of one contract and month added up."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchcalc.schema import CLE, COLONNES, REJETS, fusionne, normalise


def merged(frame):
    good, _, rejects = fusionne(frame)
    assert rejects.is_empty()
    return good


def test_sorted_rows_come_back_as_they_are(physical):
    frame = physical(mois=["2026-01", "2026-02", "2026-03"])
    assert merged(frame).equals(frame)


def test_empty(physical):
    assert merged(physical().clear()).is_empty()


def test_rows_are_sorted_by_key(physical):
    frame = physical(
        siret=["00000000000002", "00000000000001", "00000000000001", "00000000000001"],
        salarie=["A", "B", "A", "A"],
        contrat=["1", "1", "2", "1"],
        mois=["2026-01", "2026-01", "2026-01", "2026-02"],
    )
    assert merged(frame)["ligne"].to_list() == [5, 4, 3, 2]


def test_months_out_of_order_inside_a_contract(physical):
    assert merged(physical(mois=["2026-02", "2026-01"]))["ligne"].to_list() == [3, 2]


SUMMED = [column for column in COLONNES if column.cumulable]
AGREEING = {
    "fnal_e4": (10, 50),
    "quotite_contrat_e6": (1, 2),
    "heures_equivalence_e2": (3500, 4000),
    "taux_at_e6": (0, 1),
    "majoration": ("aucune", "interim"),
    "profil": ("commun", "expatrie"),
    "motif_exclusion": ("stage", "jei"),
}


@pytest.mark.parametrize("column", SUMMED, ids=lambda column: column.nom)
def test_amounts_and_hours_add_up(physical, column):
    # Both pays of the presence ratio, so that the check of the ratio is content.
    pays = {"remuneration_due_cents": [5, 5], "remuneration_habituelle_cents": [5, 5]}
    frame = merged(physical(**{**pays, column.physique: [300, -100]}))
    assert frame[column.physique].to_list() == [200]


def test_null_and_a_value_give_the_value(physical):
    frame = merged(physical(ppv_cents=[None, 5], smic_retenu_cents=[None, None]))
    assert frame.select("ppv_cents", "smic_retenu_cents").row(0) == (5, None)


@pytest.mark.parametrize("column", AGREEING)
def test_null_agrees_with_anything(physical, column):
    value = AGREEING[column][1]
    frame = merged(physical(**{column: [None, value]}))
    assert frame[column].to_list() == [value]


@pytest.mark.parametrize("column", AGREEING)
def test_rows_that_disagree_are_all_rejected(physical, column):
    one, other = AGREEING[column]
    frame = physical(
        **{column: [one, one, None, other]}, mois=["2026-01", "2026-02", "2026-02", "2026-02"]
    )
    good, _, rejects = fusionne(frame)
    assert good["ligne"].to_list() == [2]
    assert rejects.schema == REJETS
    assert rejects["ligne"].to_list() == [3, 4, 5]
    assert rejects["code"].unique().to_list() == ["doublon-incoherent"]
    assert good.columns == frame.columns


def test_dates_of_the_contract_are_the_widest(physical):
    frame = merged(
        physical(
            debut_contrat=["2026-01-10", "2026-01-05", ""],
            fin_contrat=["", "2026-01-20", "2026-01-25"],
        )
    )
    assert frame.select("debut_contrat", "fin_contrat").row(0) == (
        date(2026, 1, 5),
        date(2026, 1, 25),
    )


def test_origin_is_the_first_row(physical):
    frame = physical(mois=["2026-02", "2026-01", "2026-01"]).reverse()
    assert merged(frame)["ligne"].to_list() == [3, 2]


def test_a_sum_out_of_bounds_is_rejected(physical):
    frame = physical(remuneration_cents=[9_999_999_999, 1, 1], mois=["2026-01"] * 2 + ["2026-02"])
    good, _, rejects = fusionne(frame)
    assert good["ligne"].to_list() == [4]
    assert rejects.select("ligne", "colonne", "code").rows() == [(2, "remuneration", "hors-bornes")]


@pytest.mark.parametrize(
    ("due", "habituelle", "column"),
    [
        ([100], [None], "remuneration_habituelle"),
        ([None], [100], "remuneration_due"),
        ([100], [0], "remuneration_habituelle"),
        ([100, 50], [100, -100], "remuneration_habituelle"),
    ],
)
def test_presence_ratio_that_cannot_be(physical, due, habituelle, column):
    good, _, rejects = fusionne(
        physical(remuneration_due_cents=due, remuneration_habituelle_cents=habituelle)
    )
    assert good.is_empty()
    assert rejects.select("colonne", "code").rows() == [(column, "presence-incoherente")]


@pytest.mark.parametrize(
    ("due", "habituelle"),
    [([0], [0]), ([0], [100]), ([None], [None]), ([100, -50], [100, None]), ([100, -50], [100, 0])],
)
def test_presence_ratio_is_checked_on_the_sum(physical, due, habituelle):
    frame = physical(remuneration_due_cents=due, remuneration_habituelle_cents=habituelle)
    assert merged(frame).height == 1


keys = st.tuples(*(st.integers(0, 2) for _ in range(4)))
rows = st.lists(
    st.tuples(keys, st.integers(-9, 9), st.sampled_from([None, 10, 10, 50])), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, random):
    def of(rows):
        raw = pl.DataFrame(
            {
                "siret": [f"{siret:014}" for _, ((siret, _, _, _), _, _) in rows],
                "salarie": [str(salarie) for _, ((_, salarie, _, _), _, _) in rows],
                "contrat": [str(contrat) for _, ((_, _, contrat, _), _, _) in rows],
                "mois": [f"2026-0{mois + 1}" for _, ((_, _, _, mois), _, _) in rows],
                "remuneration": [amount for _, (_, amount, _) in rows],
                "fnal": [None if fnal is None else f"0.{fnal}" for _, (_, _, fnal) in rows],
                "fichier": ["f"] * len(rows),
                "ligne": [number for number, _ in rows],
            },
            schema_overrides={"remuneration": pl.Int64, "fnal": pl.String},
        )
        good, _, rejects = fusionne(normalise(raw)[0])
        assert good.select(CLE).is_unique().all()
        assert good.equals(good.sort(CLE))
        return good, rejects.sort("ligne")

    numbered = list(enumerate(rows, 1))
    good, rejects = of(numbered)
    total = sum(amount for number, (_, amount, _) in numbered if number not in rejects["ligne"])
    assert good["remuneration_cents"].sum() == 100 * total
    random.shuffle(numbered)
    again, rejected_again = of(numbered)
    assert good.equals(again)
    assert rejects.equals(rejected_again)
