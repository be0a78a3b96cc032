from __future__ import annotations

from fractions import Fraction

import pytest
from batchcalc.kernels import types as k

from batchcalc.bridge import periods
from batchcalc.bridge.frames import entrees, lot_of
from batchcalc.bridge.terms import smic_terms
from batchcalc.options import Options
from batchcalc.reference.smic import smic
from tests.equality.draw import draw
from tests.equality.frame import frame_of, month

BOUND = Fraction(int(k.INEXACT_BOUND), 12)  # one month's share of the bound of a year


def terms_of(frame, rules, options):
    table = periods.build(lot_of(frame), rules, options)
    return table, smic_terms(lot_of(frame), table)


@pytest.mark.parametrize("convention", ["52/12", "151.67"])
def test_terms_are_those_of_the_reference(rules, convention):
    frame = draw(4_000, seed=3)
    options = Options(convention_smic=convention)
    table, (main, reference) = terms_of(frame, rules, options)

    for i, entree in enumerate(entrees(frame)):
        p = table.parametres[table.par[i]]
        exact = smic(entree, p.smic_horaire_cents, convention) * k.UNITS_PER_CENT
        excluded = entree.perimetre == "exclu"
        cuts_excluded = excluded and entree.regime_bandeaux == "commun"
        at_reference = exact * Fraction(periods.reference_hour(p), p.smic_horaire_cents)
        check(0 if excluded else exact, main, i)
        check(0 if cuts_excluded else at_reference, reference, i)


def check(exact, terms, i):
    assert abs(exact - int(terms.s[i])) <= BOUND
    assert terms.inexact[i] or exact == int(terms.s[i])


def test_one_object_serves_both_where_the_two_smic_agree(rules):
    rows = [{"mois": month(2023), "remuneration_cents": 1}]
    _, (main, reference) = terms_of(frame_of(rows), rules, Options())
    assert main is reference

    rows = [{"mois": month(2024), "remuneration_cents": 1}]
    _, (main, reference) = terms_of(frame_of(rows), rules, Options())
    assert reference.s[0] * 1165 == main.s[0] * 1152


def test_a_retained_smic_stands_for_every_proration(rules):
    rows = [
        {
            "mois": month(2023),
            "remuneration_cents": 1,
            "smic_retenu_cents": retained,
            "remuneration_due_cents": 1_000_001,
            "remuneration_habituelle_cents": 7,
            "heures_supplementaires_e4": 170_000,
        }
        for retained in (123_456, 0, -5_000)
    ]
    _, (main, _) = terms_of(frame_of(rows), rules, Options())

    assert main.s.tolist() == [s * k.UNITS_PER_CENT for s in (123_456, 0, -5_000)]
    assert not main.inexact.any()
