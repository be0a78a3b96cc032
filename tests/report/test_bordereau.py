from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from batchcalc.report.bordereau import bordereau, bordereau_trimestriel, control_totals


def frame(**columns: list[int]) -> pl.LazyFrame:
    """Three contracts of one establishment and month."""
    zeros = {
        name: [0, 0, 0]
        for name in (
            "remuneration_cents",
            "smic_e6",
            "reduction_cents",
            "reduction_urssaf_cents",
            "reduction_agirc_arrco_cents",
            "reduction_france_travail_cents",
            "dont_chomage_cents",
            "assiette_complement_maladie_cents",
            "assiette_complement_allocations_familiales_cents",
            "reduction_maladie_cents",
            "reduction_allocations_familiales_cents",
        )
    }
    keys = {"siret": ["0" * 14] * 3, "mois": [date(2026, 1, 1)] * 3}
    return pl.LazyFrame(keys | zeros | columns)


def test_reductions_and_regularisations_are_summed_apart() -> None:
    [row] = (
        bordereau(
            frame(
                reduction_cents=[60_000, -35_000, 0],
                reduction_urssaf_cents=[50_050, -30_049, 0],
                reduction_agirc_arrco_cents=[9_950, -4_951, 0],
                assiette_complement_maladie_cents=[-1_710_050, 0, 10_000],
            )
        )
        .collect()
        .to_dicts()
    )

    assert (row["contrats"], row["reductions"], row["regularisations"]) == (3, 1, 1)
    assert (row["ctp_668"], row["ctp_669"]) == (Decimal("500.50"), Decimal("300.49"))
    assert (row["ctp_668_euros"], row["ctp_669_euros"]) == (501, 300)
    assert (row["agirc_arrco"], row["agirc_arrco_euros"]) == (Decimal("49.99"), 50)
    assert (row["assiette_ctp_635"], row["assiette_ctp_635_euros"]) == (
        Decimal("-17000.50"),
        -17001,
    )


def test_rows_are_in_order_of_establishment_and_month() -> None:
    rows = pl.concat(
        [
            frame().with_columns(siret=pl.lit(siret), mois=pl.lit(mois))
            for siret in ("2" * 14, "1" * 14)
            for mois in (date(2026, 2, 1), date(2026, 1, 1))
        ]
    )

    found = bordereau(rows).select("siret", "mois").collect()

    assert found.rows() == sorted(found.rows())


def test_control_totals_sum_every_row() -> None:
    [row] = control_totals(frame(reduction_cents=[1, -2, 5])).collect().to_dicts()

    assert row["contrats_mois"] == 3
    assert row["reduction_cents"] == 4


def test_the_parts_of_the_totals_sum_to_the_reduction() -> None:
    """Entertainment workers: 490.37 = 336.45 + 91.95 + 61.97."""
    rows = frame(
        reduction_cents=[49_037, 0, 0],
        reduction_urssaf_cents=[33_645, 0, 0],
        reduction_agirc_arrco_cents=[9_195, 0, 0],
        reduction_france_travail_cents=[6_197, 0, 0],
    )
    [totals] = control_totals(rows).collect().to_dicts()
    [row] = bordereau(rows).collect().to_dicts()

    parts = ("urssaf", "agirc_arrco", "france_travail")
    assert totals["reduction_cents"] == sum(totals[f"reduction_{name}_cents"] for name in parts)
    assert (row["france_travail"], row["france_travail_euros"]) == (Decimal("61.97"), 62)


def test_quarters_sum_their_months() -> None:
    months = pl.concat(
        frame(reduction_urssaf_cents=[100, -30, 0]).with_columns(mois=pl.lit(date(2026, month, 1)))
        for month in (1, 3, 4)
    )

    found = bordereau_trimestriel(months).select("trimestre", "ctp_668", "ctp_669").collect()

    assert found.rows() == [
        (date(2026, 1, 1), Decimal("2.00"), Decimal("0.60")),
        (date(2026, 4, 1), Decimal("1.00"), Decimal("0.30")),
    ]
