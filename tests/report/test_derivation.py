"""What `explain` says of the cases where one amount has several causes."""

from __future__ import annotations

from typing import Any

import pytest

from batchcalc.options import Options
from batchcalc.reference.contributions import derive
from batchcalc.report.derivation import derivation

KEY = {"siret": "00000000000000", "salarie": "X", "contrat": "1"}


def steps(*rows: dict[str, Any], **options: Any) -> list[str]:
    """The derivation of the last row, a step a line, margins off."""
    chosen = Options(**options)
    *_, last = derive([KEY | row for row in rows], options=chosen)
    return [line.strip() for line in derivation(last, chosen)]


def test_the_cap_of_the_dfs_shows_the_reduction_it_comes_from() -> None:
    """BOSS 350, corrected: 1.30 x 543.84 = 706.99."""
    lines = steps(
        {
            "mois": "2026-01",
            "remuneration": "1823.03",
            "remuneration_sans_dfs": 2200,
            "smic_retenu": "1823.03",
            "fnal": "0.50",
        }
    )

    without = "0.2472 x 2200.00 = 543.84"
    assert f"capped at 130 % of the reduction without DFS, {without}" in lines
    assert "= 706.99" in lines


def test_the_cap_of_the_contributions_due_shows_them() -> None:
    lines = steps(
        {"mois": "2024-01", "remuneration": 1900, "cotisations_dues": 450, "majoration": "interim"}
    )

    assert "capped at the contributions due, 450.00 x 11/10 (D.241-11)" in lines
    assert "reduction = 495.00" in lines


def test_a_month_out_of_scope_that_keeps_its_rate_cuts_shows_them() -> None:
    """4 368.00 is 2.5 SMIC of 31/12/2023, S being that of 2026."""
    lines = steps(
        {
            "mois": "2026-01",
            "remuneration": 4368,
            "perimetre": "exclu",
            "regime_bandeaux": "exoneration",
        }
    )

    assert "S = 1823.033333..." in lines
    assert "R 4368.00 <= 2.5 x S 1747.2 = 4368" in lines
    assert "S at the hourly SMIC of the threshold, 11.52" in lines
    assert "cut of the month  262.08" in lines
    assert not any("Imputation" in line for line in lines)


def test_a_month_out_of_scope_without_rate_cuts_stops_there() -> None:
    assert len(steps({"mois": "2026-01", "remuneration": 4368, "perimetre": "exclu"})) == 3


def test_the_smic_of_the_threshold_is_named_only_where_it_is_another() -> None:
    told = "S at the hourly SMIC of the threshold, 11.52"

    assert told in steps({"mois": "2024-01", "remuneration": 1900})
    assert not any("of the threshold" in x for x in steps({"mois": "2023-01", "remuneration": 1}))


def test_entertainment_workers_have_each_share_with_its_key() -> None:
    """urssaf.fr 2020: 0.2199 and 0.0405 of 0.3205."""
    lines = steps({"mois": "2020-01", "remuneration": 1530, "profil": "intermittent_spectacle"})

    assert "URSSAF  336.45 (x 0.2199 / 0.3205)" in lines
    assert "France Travail  61.97 (x 0.0405 / 0.3205)" in lines


def test_what_lowers_t_is_named() -> None:
    lines = steps(
        {
            "mois": "2026-01",
            "remuneration": 1900,
            "profil": "journaliste",
            "taux_agirc_arrco_employeur": "5.01",
            "taux_at": "0.3",
            "fnal": "0.50",
        }
    )

    assert "Tmin 0.02, Tdelta 0.3374, P 1.75" in lines
    assert "for FNAL 0.5 %, profile journaliste" in lines
    assert "and AGIRC-ARRCO 5.01 % where lower than the rate in T (BOSS 450)" in lines
    assert "and AT 0.3 % where lower than the rate in T (BOSS 450)" in lines


@pytest.mark.parametrize(
    ("month", "told"),
    [
        (11, "anticipation lowered by 15 % (BOSS 1120)"),
        (12, "- granted before in the period 4638.97"),
    ],
)
def test_annual_mode_says_what_is_taken_off(month: int, told: str) -> None:
    """Ten anticipations of 0.85 x 493.43 = 419.42 and one of 0.85 x 523.26 = 444.77."""
    rows = [{"mois": f"2024-{m:02d}", "remuneration": 1900} for m in range(1, month + 1)]

    assert told in steps(*rows, regularisation="annuelle", abattement_anticipation=15)
