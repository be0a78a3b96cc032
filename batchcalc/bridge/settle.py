"""Exact settlement of the rare rows that floats cannot decide, by the reference's arithmetic."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

import polars as pl

from batchcalc.bridge.periods import PeriodTable
from batchcalc.kernels.types import ABOVE_EXIT
from batchcalc.options import Options
from batchcalc.reference import coefficient as exact
from batchcalc.reference.money import round_half_away
from batchcalc.reference.rate_cuts import reference_smic
from batchcalc.reference.rows import MoisContrat
from batchcalc.reference.smic import smic
from batchcalc.rules.model import Bandeau, Parametres

_FIELDS = [field.name for field in fields(MoisContrat) if field.name != "row"]
_CENTS_PER_E6 = 10_000


def exact_smic(
    frame: pl.DataFrame,
    periods: PeriodTable,
    options: Options,
    rows: tuple[int, int],
    bandeau: Bandeau | None = None,
) -> Fraction:
    """Sum of S in cents from row `rows[0]` to row `rows[1]` of the block, excluded months apart.

    With `bandeau`, at the SMIC of its own reference date.
    """
    since, row = rows
    total = Fraction(0)
    for i, values in enumerate(frame[since : row + 1].select(_FIELDS).iter_rows(), start=since):
        given = {n: v for n, v in zip(_FIELDS, values, strict=True) if v is not None}
        entree = MoisContrat(i, **given)
        if entree.perimetre == "exclu":
            continue
        hour = periods.parametres[periods.par[i]].smic_horaire_cents
        s = smic(entree, hour, options.convention_smic)
        total += s if bandeau is None else reference_smic(bandeau, s, hour)
    return total


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
