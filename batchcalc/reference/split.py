"""Imputation of the reduction on URSSAF and AGIRC-ARRCO (L.241-13 VII; D.241-7 V and VI)."""

from __future__ import annotations

from typing import NamedTuple

from batchcalc.reference.money import round_half_away
from batchcalc.rules.model import Parametres


class Repartition(NamedTuple):
    """The parts of one month's signed reduction, cents; `dont_chomage` is inside `urssaf`."""

    urssaf_cents: int
    agirc_arrco_cents: int
    dont_chomage_cents: int


def split(p: Parametres, reduction_cents: int) -> Repartition:
    """URSSAF rounded half away from zero, AGIRC-ARRCO the remainder (BOSS 1160): they sum."""
    urssaf_e6 = p.imputation_e6 - p.agirc_arrco_e6
    urssaf = round_half_away(reduction_cents * urssaf_e6, p.imputation_e6)
    chomage = round_half_away(reduction_cents * p.chomage_e6, p.imputation_e6)
    return Repartition(urssaf, reduction_cents - urssaf, chomage)
