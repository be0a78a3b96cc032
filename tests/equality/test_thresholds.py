"""Pay equal to a threshold, a cent below and a cent above, for a month and over a whole year."""

from __future__ import annotations

from datetime import date

import pytest

from batchcalc.rules.load import Rules
from tests.equality.compare import agreed
from tests.equality.draw import RETAINED_CENTS, YEARS
from tests.equality.frame import frame_of, month
from tests.equality.laws import RG, RGDU

MONTHS = [month(year, number) for year in YEARS for number in range(1, 13)]
CENTS = (-1, 0, 1)

# Full-time annual thresholds that are a whole number of cents (law 1.1, 1.8).
MALADIE_CENTS = {2019: 4_563_650, 2020: 4_618_250, 2024: 5_241_600, 2025: 4_864_860}
FAMILLE_CENTS = {
    2018: 6_293_560,
    2019: 6_389_110,
    2020: 6_465_550,
    2024: 7_338_240,
    2025: 7_135_128,
}
EXIT_CENTS = {2018: 2_877_056, 2019: 2_920_736, 2020: 2_955_680, 2026: 6_562_920}


# --- one month, S retained


def test_the_exit_is_strict_in_every_year():
    exits = [(law, RETAINED_CENTS * law.p.seuil_e2 // 100) for law in (*RG, *RGDU)]
    rows = [law.row(RETAINED_CENTS, r + cent) for law, r in exits for cent in CENTS]
    results = agreed(frame_of(rows))

    expected = []
    for law, r in exits:
        below = law.coefficient_e4(RETAINED_CENTS, r - 1)
        expected += [(below, "ok"), (0, "au_dessus_du_seuil"), (0, "au_dessus_du_seuil")]
    assert results.select("coefficient_e4", "statut").rows() == expected


@pytest.mark.parametrize("cut", ["maladie", "famille"])
def test_the_threshold_of_the_rate_cuts_is_not_strict_in_any_month(cut):
    thresholds = {}
    for mois in MONTHS:
        p = Rules.load().parametres(mois, fnal_e4=10)
        bandeau = getattr(p, cut)
        pay = bandeau.multiple_e2 * bandeau.smic_horaire_cents * RETAINED_CENTS
        if bandeau.regime == "seuil":
            assert pay % (100 * p.smic_horaire_cents) == 0
            thresholds[mois] = pay // (100 * p.smic_horaire_cents)
    assert len(thresholds) == {"maladie": 7 * 12, "famille": 8 * 12}[cut]

    rows = [
        {"mois": mois, "smic_retenu_cents": RETAINED_CENTS, "remuneration_cents": r + cent}
        for mois, r in thresholds.items()
        for cent in CENTS
    ]
    flag = {"maladie": "maladie", "famille": "allocations_familiales"}[cut]
    flags = agreed(frame_of(rows)).get_column(f"taux_{flag}_reduit").to_list()

    assert flags == [True, True, False] * len(thresholds)


# --- a whole year at the SMIC of the law


def year_of(year: int, total_cents: int, salarie: str):
    """Eleven equal months, and December for what is left of the total."""
    equal = total_cents // 12
    pays = [equal] * 11 + [total_cents - 11 * equal]
    return [
        {"salarie": salarie, "mois": month(year, i), "remuneration_cents": pay}
        for i, pay in enumerate(pays, start=1)
    ]


def decembers(totals: dict[int, int]):
    """Results of December for totals a cent below, at, and a cent above those given."""
    rows = [
        row
        for year, total in totals.items()
        for cent in CENTS
        for row in year_of(year, total + cent, f"{year}{cent + 1}")
    ]
    results = agreed(frame_of(rows))
    return results.filter(results.get_column("mois").dt.month() == 12)


@pytest.mark.parametrize(
    ("flag", "base", "totals"),
    [
        ("taux_maladie_reduit", "assiette_complement_maladie_cents", MALADIE_CENTS),
        (
            "taux_allocations_familiales_reduit",
            "assiette_complement_allocations_familiales_cents",
            FAMILLE_CENTS,
        ),
    ],
)
def test_annual_pay_at_the_threshold_keeps_the_reduced_rate(flag, base, totals):
    december = decembers(totals)

    assert december.get_column(flag).to_list() == [True, True, False] * len(totals)
    assert december.filter(~december.get_column(flag)).get_column(base).to_list() == [
        total + 1 for total in totals.values()
    ]


def test_annual_pay_at_the_exit_loses_the_whole_reduction():
    december = decembers(EXIT_CENTS)

    for below, at, above in zip(*[december.iter_rows(named=True)] * 3, strict=True):
        assert below["statut"] == "ok"
        assert at["statut"] == above["statut"] == "au_dessus_du_seuil"
        assert at["cumul_reduction_cents"] == above["cumul_reduction_cents"] == 0
    assert below["mois"] == date(2026, 12, 1)
    assert below["coefficient_e4"] == 200
