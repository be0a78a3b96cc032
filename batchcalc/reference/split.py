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
    france_travail_cents: int = 0


def split(p: Parametres, reduction_cents: int) -> Repartition:
    """URSSAF rounded half away from zero, AGIRC-ARRCO the remainder (BOSS 1160): they sum.

    The unemployment part of entertainment workers is rounded the same way and goes to France
    Travail instead of URSSAF.
    """
    chomage = round_half_away(reduction_cents * p.chomage_e6, p.imputation_e6)
    france_travail = chomage if p.chomage_a_part else 0
    chomage_e6 = p.chomage_e6 if p.chomage_a_part else 0
    urssaf_e6 = p.imputation_e6 - p.agirc_arrco_e6 - chomage_e6
    urssaf = round_half_away(reduction_cents * urssaf_e6, p.imputation_e6)
    if p.agirc_arrco_e6 == 0:  # nothing to leave a remainder to
        urssaf = reduction_cents - france_travail
    agirc_arrco = reduction_cents - urssaf - france_travail
    return Repartition(urssaf, agirc_arrco, chomage - france_travail, france_travail)
