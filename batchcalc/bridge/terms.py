"""The SMIC terms of each contract-month (law of S)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batchcalc.bridge.lot import DEFAUTS, Flags, Ints, Lot
from batchcalc.bridge.periods import PeriodTable
from batchcalc.kernels import smic
from batchcalc.kernels import types as k


@dataclass(frozen=True, slots=True)
class Terms:
    """S of each month for one SMIC: units and whether a ratio left a rounding in them."""

    s: Ints
    inexact: Flags

    def part(self, lo: int, hi: int) -> Terms:
        """Rows lo to hi - 1."""
        return Terms(self.s[lo:hi], self.inexact[lo:hi])


def smic_terms(lot: Lot, periods: PeriodTable) -> tuple[Terms, Terms]:
    """S for the coefficient, and S at the reference SMIC of the bandeaux.

    The second is the very same object where the two SMIC agree in every month present.
    """
    proration = _proration(lot)
    main = _terms(lot, periods, (k.SMIC_MONTH, k.SMIC_HOUR, k.EXCLUDED), proration)
    table = periods.table
    same_smic = np.array_equal(table[:, k.SMIC_HOUR], table[:, k.SMIC_REF_HOUR])
    if same_smic and np.array_equal(table[:, k.EXCLUDED], table[:, k.CUTS_EXCLUDED]):
        return main, main
    reference = (k.SMIC_REF_MONTH, k.SMIC_REF_HOUR, k.CUTS_EXCLUDED)
    return main, _terms(lot, periods, reference, proration)


@dataclass(frozen=True, slots=True)
class _Proration:
    """The rows whose month is not full, and the six columns of each, in the order of the kernel."""

    rows: NDArray[np.intp]
    columns: tuple[Ints, Ints, Ints, Ints, Ints, Ints]


def _proration(lot: Lot) -> _Proration:
    rows = np.flatnonzero(_is_prorated(lot))

    def values(name: str) -> Ints:
        column = lot.nombres.get(name)
        return np.full(rows.size, DEFAUTS.get(name, 0)) if column is None else column[rows]

    due, habituelle = np.ones((2, rows.size), np.int64)
    if "remuneration_habituelle_cents" in lot.nombres:
        # Without both pays the month is full, 1/1; a usual pay of 0 (due is 0 too, checked on
        # reading) stands for the ratio 0.
        due, habituelle = (values(f"remuneration_{which}_cents") for which in ("due", "habituelle"))
        full = ~lot.connu("remuneration_habituelle_cents")[rows]
        due = np.where(full, 1, due)
        habituelle = np.where(full | (habituelle == 0), 1, habituelle)
    columns = (
        values("quotite_contrat_e6"),
        values("quotite_reference_e6"),
        values("heures_equivalence_e2"),
        due,
        habituelle,
        values("heures_supplementaires_e4"),
    )
    return _Proration(rows, columns)


def _terms(
    lot: Lot, periods: PeriodTable, columns: tuple[int, int, int], proration: _Proration
) -> Terms:
    month, hour, excluding = columns
    s = np.empty(len(lot), np.int64)
    inexact = np.zeros(len(lot), np.uint8)
    smic.smic_full_month(periods.par, periods.table, month, s)
    if proration.rows.size:
        _prorate(periods, (month, hour), proration, s, inexact)
    if "smic_retenu_cents" in lot.nombres:
        _apply_retained(lot, periods, hour, s, inexact)
    if periods.table[:, excluding].any():
        excluded = periods.table[periods.par, excluding] == 1
        s[excluded] = 0
        inexact[excluded] = 0
    return Terms(s, inexact)


def _prorate(
    periods: PeriodTable,
    columns: tuple[int, int],
    proration: _Proration,
    s: Ints,
    inexact: Flags,
) -> None:
    rows = proration.rows
    value, rounded = np.empty(rows.size, np.int64), np.zeros(rows.size, np.uint8)
    par = periods.par[rows]
    month, hour = (periods.table[:, column][par] for column in columns)
    smic.smic_prorated(month, hour, *proration.columns, value, rounded)
    s[rows], inexact[rows] = value, rounded


def _apply_retained(lot: Lot, periods: PeriodTable, hour: int, s: Ints, inexact: Flags) -> None:
    rows = np.flatnonzero(lot.connu("smic_retenu_cents"))
    retained, par = lot.nombres["smic_retenu_cents"][rows], periods.par[rows]
    value, rounded = np.empty(rows.size, np.int64), np.zeros(rows.size, np.uint8)
    smic.smic_rescaled(
        retained, periods.table[:, hour][par], periods.table[:, k.SMIC_HOUR][par], value, rounded
    )
    s[rows], inexact[rows] = value, rounded


def _is_prorated(lot: Lot) -> NDArray[np.bool_]:
    """True where one of the six columns changes the full month."""
    given = lot.nombres
    prorated = np.zeros(len(lot), np.bool_)
    if given.keys() & {"quotite_contrat_e6", "quotite_reference_e6"}:
        contrat, reference = (
            given.get(f"quotite_{which}_e6", 1_000_000) for which in ("contrat", "reference")
        )
        prorated |= contrat < reference
    if "remuneration_habituelle_cents" in given:
        due, habituelle = given["remuneration_due_cents"], given["remuneration_habituelle_cents"]
        known = lot.connu("remuneration_habituelle_cents")
        prorated |= known & ((due != habituelle) | (habituelle == 0))
    for name, neutral in (("heures_equivalence_e2", 3500), ("heures_supplementaires_e4", 0)):
        if name in given:
            prorated |= given[name] != neutral
    return prorated
