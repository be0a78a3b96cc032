"""Amounts, parts and caps on half a cent, under every law."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

from tests.equality.compare import agreed
from tests.equality.frame import frame_of
from tests.equality.laws import ALONE, PLAIN, Law

SMIC = 180_180


def results_of(cases):
    return agreed(frame_of(law.row(s, r) for law, s, r, *_ in cases))


# --- coefficient x pay


def pays_on_half_a_cent(law: Law):
    """A few pays at the cap, and below it, whose product with their coefficient ends in half."""
    for pays in (range(SMIC - 10_000, SMIC), range(SMIC + 1, SMIC + 5_000)):
        cases = ((r, law.coefficient_e4(SMIC, r)) for r in pays)
        ties = ((law, SMIC, r, c) for r, c in cases if c * r % 10_000 == 5_000)
        yield from islice(ties, 2)


def test_an_amount_on_half_a_cent_goes_up():
    ties = [tie for law in ALONE for tie in pays_on_half_a_cent(law)]

    assert {law for law, *_ in ties} == set(ALONE)
    assert results_of(ties).get_column("reduction_cents").to_list() == [
        (c * r + 5_000) // 10_000 for _, _, r, c in ties
    ]


# --- split


def split_ties(law: Law, numerator_e6: int):
    """Pay at the cap whose reduction has a share on half a cent, and that reduction."""
    share = Fraction(numerator_e6, law.p.imputation_e6)
    ties = (cents for cents in range(50_000, 57_000) if (cents * share).denominator == 2)
    for cents in islice(ties, 3):
        pay = -(-(10_000 * cents - 5_000) // law.cap_e4)
        yield law, pay, pay, cents


def test_half_a_cent_of_the_urssaf_part_goes_away_from_zero():
    """The second month pays eight SMIC more: all is taken back, and splits the same way."""
    ties = [
        tie for law in ALONE for tie in split_ties(law, law.p.imputation_e6 - law.p.agirc_arrco_e6)
    ]
    assert len({law for law, *_ in ties}) >= 8

    rows = []
    for i, (law, s, r, _) in enumerate(ties):
        employee = {"salarie": f"{i:04d}"}
        after = law.mois.replace(month=law.mois.month + 1)
        rows += [law.row(s, r, **employee), law.row(0, 8 * r, **employee, mois=after)]
    results = agreed(frame_of(rows))

    parts = []
    for law, _, _, cents in ties:
        part = cents * (law.p.imputation_e6 - law.p.agirc_arrco_e6) // law.p.imputation_e6 + 1
        parts += [(cents, part), (-cents, -part)]
    assert results.select("reduction_cents", "reduction_urssaf_cents").rows() == parts


def test_half_a_cent_of_the_unemployment_part_goes_up():
    ties = [tie for law in ALONE for tie in split_ties(law, law.p.chomage_e6)]

    assert len({law for law, *_ in ties}) >= 3
    assert results_of(ties).get_column("dont_chomage_cents").to_list() == [
        cents * law.p.chomage_e6 // law.p.imputation_e6 + 1 for law, _, _, cents in ties
    ]


# --- cap of the DFS


def dfs_ties(law: Law):
    """Pay without DFS just below the exit, whose reduction ends in 5: 130 % of it ends in half."""
    exit_cents = SMIC * law.p.seuil_e2 // 100
    for r in range(exit_cents - 5_000, exit_cents):
        cents = (law.coefficient_e4(SMIC, r) * r + 5_000) // 10_000
        if cents % 10 == 5:
            yield law, r, cents


def test_a_dfs_cap_on_half_a_cent_goes_up():
    laws = [law for law in PLAIN if law.p.plafond_dfs_e2]
    ties = [tie for law in laws for tie in islice(dfs_ties(law), 20)]
    rows = [law.row(SMIC, r * 3 // 4, remuneration_sans_dfs_cents=r) for law, r, _ in ties]

    results = agreed(frame_of(rows))

    assert len(ties) == 20 * len(laws)
    assert set(results.get_column("statut")) == {"plafonne_dfs"}
    assert results.get_column("reduction_cents").to_list() == [
        (13 * cents + 5) // 10 for *_, cents in ties
    ]
