"""Exact settlement of the rare rows that floats cannot decide, by the reference's arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from batchcalc.bridge.lot import Lot
from batchcalc.bridge.periods import PeriodTable
from batchcalc.kernels.types import ABOVE_EXIT
from batchcalc.options import Options
from batchcalc.reference import coefficient as exact
from batchcalc.reference.money import round_half_away
from batchcalc.reference.rate_cuts import reference_smic
from batchcalc.reference.smic import smic
from batchcalc.rules.model import Parametres

_CENTS_PER_E6 = 10_000


def exact_smics(
    lot: Lot,
    periods: PeriodTable,
    options: Options,
    since: NDArray[np.intp],
    rows: NDArray[np.intp],
    cut: Literal["maladie", "famille"] | None = None,
) -> list[Fraction]:
    """Sums of S in cents, each from row `since[i]` to row `rows[i]`, excluded months apart.

    With `cut`, at the SMIC of the reference date of that cut.
    """
    spans = [range(a, b + 1) for a, b in zip(since.tolist(), rows.tolist(), strict=True)]
    terms: dict[int, Fraction] = {}
    for row in set().union(*spans):
        entree = lot.entree(row)
        p = periods.parametres[periods.par[row]]
        s = smic(entree, p.smic_horaire_cents, options.convention_smic)
        if cut is not None:
            s = reference_smic(getattr(p, cut), s, p.smic_horaire_cents)
        in_scope = entree.perimetre != "exclu"
        keeps_cuts = cut is not None and entree.regime_bandeaux != "commun"
        terms[row] = s if in_scope or keeps_cuts else Fraction(0)
    return [sum((terms[row] for row in span), Fraction(0)) for span in spans]


def coefficient(p: Parametres, s: Fraction, r: int) -> int:
    """Settled value of a DOUBTFUL coefficient, with the marks of the kernels."""
    return _marked(p, s, r, exact.coefficient(p, s, r))


def coefficient_complement(p: Parametres, s: Fraction, r: int) -> int:
    """The same for the complement of late 2019."""
    return _marked(p, s, r, exact.coefficient_complement(p, s, r))


def _marked(p: Parametres, s: Fraction, r: int, settled: exact.Coefficient) -> int:
    if r > 0 and not exact.is_below_exit(p, s, r):
        return ABOVE_EXIT
    return settled.e4 + settled.plafonne


def displayed(s: Fraction) -> int:
    """S in millionths of a euro, halves away from zero."""
    return round_half_away(s * _CENTS_PER_E6)
