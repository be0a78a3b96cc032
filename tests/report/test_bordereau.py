from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl

from batchcalc.bridge.sommes import sommes
from batchcalc.report.bordereau import ajoutees, bordereau
from batchcalc.schema.calendrier import numeros_de_mois


def frame(**columns: list[int]) -> pl.DataFrame:
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
    return pl.DataFrame(keys | zeros | columns)


def of(*lots: pl.DataFrame, period: Literal["mois", "trimestre"] = "mois") -> pl.DataFrame:
    """The bordereau of some lots of results."""
    return bordereau(ajoutees(pl.concat(map(_sums, lots)).lazy(), period)).collect()


def _sums(lot: pl.DataFrame) -> pl.DataFrame:
    siret = lot["siret"]
    starts = siret.ne_missing(siret.shift()).to_numpy().copy()
    mois = numeros_de_mois(lot["mois"].to_physical().to_numpy())
    arrays = {name: lot[name].to_numpy() for name in lot.columns if name.endswith("_cents")}
    return sommes(siret, starts, mois, arrays)


def test_reductions_and_regularisations_are_summed_apart() -> None:
    [row] = of(
        frame(
            reduction_cents=[60_000, -35_000, 0],
            reduction_urssaf_cents=[50_050, -30_049, 0],
            reduction_agirc_arrco_cents=[9_950, -4_951, 0],
            assiette_complement_maladie_cents=[-1_710_050, 0, 10_000],
        )
    ).to_dicts()

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

    found = of(rows).select("siret", "mois")

    assert found.rows() == sorted(found.rows())


def test_lots_that_share_an_establishment_add_up() -> None:
    lot = frame(reduction_cents=[5, -3, 0], reduction_urssaf_cents=[5, -3, 0])

    [row] = of(lot, lot).to_dicts()

    assert (row["contrats"], row["ctp_668"], row["ctp_669"]) == (
        6,
        Decimal("0.10"),
        Decimal("0.06"),
    )


def test_what_goes_to_france_travail_stands_apart() -> None:
    """Entertainment workers: 490.37 = 336.45 + 91.95 + 61.97."""
    rows = frame(
        reduction_cents=[49_037, 0, 0],
        reduction_urssaf_cents=[33_645, 0, 0],
        reduction_agirc_arrco_cents=[9_195, 0, 0],
        reduction_france_travail_cents=[6_197, 0, 0],
    )
    [row] = of(rows).to_dicts()

    assert (row["france_travail"], row["france_travail_euros"]) == (Decimal("61.97"), 62)


def test_quarters_sum_their_months() -> None:
    months = pl.concat(
        frame(reduction_urssaf_cents=[100, -30, 0]).with_columns(mois=pl.lit(date(2026, month, 1)))
        for month in (1, 3, 4)
    )

    found = of(months, period="trimestre").select("trimestre", "ctp_668", "ctp_669")

    assert found.rows() == [
        (date(2026, 1, 1), Decimal("2.00"), Decimal("0.60")),
        (date(2026, 4, 1), Decimal("1.00"), Decimal("0.30")),
    ]
