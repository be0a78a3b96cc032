from __future__ import annotations

from decimal import Decimal

import polars as pl

import batchcalc
from batchcalc import reference

KEY = {"siret": "0" * 14, "salarie": "X", "contrat": "1", "mois": "2023-05"}
ROWS = [
    KEY | {"remuneration": Decimal(1660), "fnal": "0.50", "remuneration_sans_dfs": Decimal(2000)},
    KEY | {"remuneration": Decimal(100)},
]


def test_a_correction_without_dfs_adds_to_both_pays() -> None:
    """As if pay were 1 760 with DFS and 2 100 without: 487.03."""
    frame = pl.DataFrame([{k: str(v) for k, v in row.items()} for row in ROWS])

    assert reference.compute(ROWS)[0]["reduction"] == Decimal("487.03")
    assert batchcalc.compute(frame)["reduction"].to_list() == [Decimal("487.03")]
