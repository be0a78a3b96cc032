from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from batchcalc.kernels.types import ABOVE_EXIT

from batchcalc.bridge import compute, settle
from batchcalc.bridge.frames import lot_of
from batchcalc.bridge.periods import build
from batchcalc.options import Options
from batchcalc.schema import COLONNES
from tests.equality.frame import frame_of, month
from tests.equality.laws import PLAIN, RGDU

LATE_2019 = next(law for law in PLAIN if law.p.complement_e6)
RG_2024 = next(law for law in PLAIN if law.mois == month(2024))


def sums(rows, rules, since, last, cut=None):
    frame = frame_of({"salarie": "A", "remuneration_cents": 1, **row} for row in rows)
    table = build(lot_of(frame), rules, Options())
    places = np.array(since, np.intp), np.array(last, np.intp)
    return settle.exact_smics(lot_of(frame), table, Options(), *places, cut)


def test_terms_are_summed_exactly_from_the_start_to_the_row(rules):
    third = {"remuneration_due_cents": 1, "remuneration_habituelle_cents": 3}
    rows = [{"mois": month(2023, i), **third} for i in range(1, 6)]
    january, may = Fraction(1127 * 1820, 36), Fraction(1152 * 1820, 36)

    found = sums(rows, rules, [0, 0, 3, 4], [0, 3, 4, 4])

    assert found == [january, 4 * january, january + may, may]


def test_excluded_months_count_for_nothing_except_in_the_cuts_they_keep(rules):
    excluded = {"perimetre": "exclu"}
    rows = [
        {"mois": month(2026, 1), "smic_retenu_cents": 1202},
        {"mois": month(2026, 2), "smic_retenu_cents": 1202, **excluded},
        {
            "mois": month(2026, 3),
            "smic_retenu_cents": 1202,
            **excluded,
            "regime_bandeaux": "exoneration",
        },
    ]

    assert sums(rows, rules, [0], [2]) == [1202]
    assert sums(rows, rules, [0], [2], "maladie") == [1202 + 1152]


def test_the_cuts_of_2024_are_summed_at_the_smic_of_2023(rules):
    rows = [{"mois": month(2024, i), "smic_retenu_cents": 100_000} for i in (1, 11)]

    [s] = sums(rows, rules, [0], [1], "famille")

    assert s == Fraction(100_000 * 1152, 1165) + Fraction(100_000 * 1152, 1188)


@pytest.mark.parametrize(
    ("law", "s", "r", "expected"),
    [
        (RG_2024, 100, 0, 0),
        (RG_2024, 100, -5, 0),
        (RG_2024, 100, 160, ABOVE_EXIT),
        (RG_2024, 0, 100, ABOVE_EXIT),
        (RG_2024, -5, 100, ABOVE_EXIT),
        (RG_2024, 100, 100, 3194),
        (RG_2024, 101, 100, 3195),
        (RG_2024, 10_000, 15_999, 0),
        (RGDU[0], 100, 300, ABOVE_EXIT),
        (RGDU[0], 1_000_000, 2_999_999, 200),
        (RGDU[0], 100, 100, 3981),
        (RGDU[0], 101, 100, 3982),
    ],
)
def test_a_settled_coefficient_bears_the_marks_of_the_kernels(law, s, r, expected):
    assert settle.coefficient(law.p, Fraction(s), r) == expected


@pytest.mark.parametrize(
    ("s", "r", "expected"), [(100, 160, ABOVE_EXIT), (100, 100, 405), (110, 100, 406), (1, 0, 0)]
)
def test_a_settled_complement_bears_the_marks_of_the_kernels(s, r, expected):
    assert settle.coefficient_complement(LATE_2019.p, Fraction(s), r) == expected


@pytest.mark.parametrize(
    ("s", "e6"),
    [
        (Fraction(1, 20_000), 1),
        (Fraction(-1, 20_000), -1),
        (Fraction(1, 20_001), 0),
        (Fraction(180_180), 1_801_800_000),
    ],
)
def test_displayed_halves_go_away_from_zero(s, e6):
    assert settle.displayed(s) == e6


def test_a_row_is_settled_whatever_was_declared(rules):
    """Pay at the exit, 1.6 S: only exact arithmetic decides."""
    row = {"mois": month(2024, 7), "smic_retenu_cents": 180_180, "remuneration_cents": 288_288}
    declared = {
        column.physique: -100 for column in COLONNES if column.nom.endswith(("declaree", "declare"))
    }
    assert len(declared) == 4

    bare = compute(frame_of([row]), rules, Options())
    given = compute(frame_of([row | declared]), rules, Options())

    assert given.settled == bare.settled > 0
    assert given.physical.equals(bare.physical)
    assert given.physical["statut"].to_list() == ["au_dessus_du_seuil"]
