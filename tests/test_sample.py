"""The sample declares what the law gives: two independent paths, the same cents.

The generator declares 018 and 106 from the reference; the reader and the kernels find them again.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from batchcalc import bridge
from batchcalc.explain import checked
from batchcalc.io.lecture import ouvre_entrees, silent
from batchcalc.io.source import resolve
from batchcalc.options import Options
from batchcalc.rules.load import Rules

SAMPLE = Path(__file__).parents[1] / "sample_dsn"
KEY = ["siret", "salarie", "contrat", "mois"]
DECLARED = ["reduction_urssaf_declaree_cents", "reduction_agirc_arrco_declaree_cents"]


def computed_and_declared(folder: str) -> pl.DataFrame:
    rules = Rules.load()
    lecture = ouvre_entrees(resolve([SAMPLE / folder]), threads=2, progress=silent)
    frame, unread = lecture.tout()
    good, rejets = checked(frame, rules)
    assert pl.concat([unread, rejets]).is_empty()
    computed = bridge.compute(good, rules, Options()).physical
    return computed.join(good.select(*KEY, *DECLARED), on=KEY, maintain_order="left")


@pytest.mark.parametrize(
    ("folder", "rows"), [("2019", 15), ("2024", 6), ("2025", 8), ("2026", 147), ("situations", 79)]
)
def test_declared_is_computed(folder: str, rows: int) -> None:
    both = computed_and_declared(folder)

    assert both.height == rows
    for part, declared in zip(("urssaf", "agirc_arrco"), DECLARED, strict=True):
        computed = both.get_column(f"reduction_{part}_cents")
        # a declared reduction is negative
        assert (-both.get_column(declared).fill_null(0)).to_list() == computed.to_list()


def test_another_scheme_than_the_general_one_has_its_own_statut() -> None:
    both = computed_and_declared("situations/25-autres-regimes.dsn")

    lus = both.sort("contrat").select("statut", "reduction_cents", "reduction_maladie_cents")
    assert lus.rows() == [
        ("exclu_marin", 0, 0),
        ("exclu_notaires", 0, 0),
        ("exclu_regime_special", 0, 12_300),
        ("exclu_regime_agricole", 0, 0),
        ("exclu_engagement_educatif", 0, 0),
        ("ok", 60_516, 0),
    ]
