"""The SMIC terms of each contract-month, from the columns of the physical frame (law of S)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.bridge.periods import PeriodTable
from batchcalc.kernels import smic
from batchcalc.kernels import types as k

# Column, and the value that changes nothing.
_PRORATING = {
    "quotite_contrat_e6": 1_000_000,
    "quotite_reference_e6": 1_000_000,
    "heures_equivalence_e2": 3500,
    "remuneration_due_cents": None,
    "remuneration_habituelle_cents": None,
    "heures_supplementaires_e4": 0,
}
_QUOTITES = ("contrat", "reference")


@dataclass(frozen=True, slots=True)
class Terms:
    """S of each month for one SMIC: units and whether a ratio left a rounding in them."""

    s: NDArray[np.int64]
    inexact: NDArray[np.uint8]


def smic_terms(frame: pl.DataFrame, periods: PeriodTable) -> tuple[Terms, Terms]:
    """S for the coefficient, and S at the reference SMIC of the bandeaux.

    The second is the very same object where the two SMIC agree in every month present.
    """
    main = _terms(frame, periods, k.SMIC_MONTH, k.SMIC_HOUR, k.EXCLUDED)
    table = periods.table
    same_smic = np.array_equal(table[:, k.SMIC_HOUR], table[:, k.SMIC_REF_HOUR])
    if same_smic and np.array_equal(table[:, k.EXCLUDED], table[:, k.CUTS_EXCLUDED]):
        return main, main
    return main, _terms(frame, periods, k.SMIC_REF_MONTH, k.SMIC_REF_HOUR, k.CUTS_EXCLUDED)


def _terms(
    frame: pl.DataFrame, periods: PeriodTable, month: int, hour: int, excluding: int
) -> Terms:
    s = np.empty(frame.height, np.int64)
    inexact = np.zeros(frame.height, np.uint8)
    smic.smic_full_month(periods.par, periods.table, month, s)
    _apply_prorated(frame, periods, (month, hour), s, inexact)
    _apply_retained(frame, periods, hour, s, inexact)
    excluded = periods.table[periods.par, excluding] == 1
    s[excluded] = 0
    inexact[excluded] = 0
    return Terms(s, inexact)


def _apply_prorated(
    frame: pl.DataFrame,
    periods: PeriodTable,
    columns: tuple[int, int],
    s: NDArray[np.int64],
    inexact: NDArray[np.uint8],
) -> None:
    rows = _rows(frame, _is_prorated())
    if not rows.size:
        return
    part = frame.select(*_PRORATING)[rows]
    values = {name: _filled(part, name, default) for name, default in _PRORATING.items()}
    due, habituelle = values["remuneration_due_cents"], values["remuneration_habituelle_cents"]
    no_pay = habituelle == 0  # due is 0 too (checked on reading): ratio 0
    par = periods.par[rows]
    prorated, rounded = np.empty(rows.size, np.int64), np.zeros(rows.size, np.uint8)
    smic.smic_prorated(
        periods.table[:, columns[0]][par],
        periods.table[:, columns[1]][par],
        values["quotite_contrat_e6"],
        values["quotite_reference_e6"],
        values["heures_equivalence_e2"],
        due,
        np.where(no_pay, 1, habituelle),
        values["heures_supplementaires_e4"],
        prorated,
        rounded,
    )
    s[rows], inexact[rows] = prorated, rounded


def _apply_retained(
    frame: pl.DataFrame,
    periods: PeriodTable,
    hour: int,
    s: NDArray[np.int64],
    inexact: NDArray[np.uint8],
) -> None:
    rows = _rows(frame, pl.col("smic_retenu_cents").is_not_null())
    if not rows.size:
        return
    retained = frame.get_column("smic_retenu_cents").gather(rows).to_numpy()
    par = periods.par[rows]
    value, rounded = np.empty(rows.size, np.int64), np.zeros(rows.size, np.uint8)
    smic.smic_rescaled(
        retained, periods.table[:, hour][par], periods.table[:, k.SMIC_HOUR][par], value, rounded
    )
    s[rows], inexact[rows] = value, rounded


def _is_prorated() -> pl.Expr:
    """True where one of the six columns changes the full month."""
    quotite = [pl.col(f"quotite_{which}_e6").fill_null(1_000_000) for which in _QUOTITES]
    due, habituelle = pl.col("remuneration_due_cents"), pl.col("remuneration_habituelle_cents")
    return (
        (quotite[0] < quotite[1])
        | (due != habituelle).fill_null(value=False)
        | (habituelle == 0).fill_null(value=False)
        | (pl.col("heures_equivalence_e2") != _PRORATING["heures_equivalence_e2"]).fill_null(
            value=False
        )
        | (pl.col("heures_supplementaires_e4") != 0).fill_null(value=False)
    )


def _rows(frame: pl.DataFrame, condition: pl.Expr) -> NDArray[np.uint32]:
    return frame.select(condition.arg_true()).to_series().to_numpy()


def _filled(part: pl.DataFrame, name: str, default: int | None) -> NDArray[np.int64]:
    """Values without nulls; the presence ratio's null pair stands for 1/1."""
    column = part.get_column(name)
    return column.fill_null(1 if default is None else default).to_numpy()
