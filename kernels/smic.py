"""The SMIC term S of a month (D.241-7; BOSS 620-990), in units of 1/1 200 000 000 cent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i32, in_i64, in_table, in_u8, kernel, out_i64, out_u8, void
from .money import divide, scale
from .types import DISPLAY_DOUBTFUL, INEXACT_BOUND, SMIC_LIMIT, UNITS_PER_CENT

HOUR_E4_UNITS = UNITS_PER_CENT // 10_000
E6_UNITS = UNITS_PER_CENT // 10_000
RATIO_LIMIT = 1000.0


@kernel(
    void,
    in_i32,
    in_table,
    i64,
    out_i64,
)
def smic_full_month(
    par: NDArray[np.int32], table: NDArray[np.int64], column: int, s: NDArray[np.int64]
) -> None:
    """Full-time, full-month SMIC of each row, from one column of the period table."""
    for i in range(par.size):
        s[i] = table[par[i], column]


@kernel(
    void,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    out_i64,
    out_u8,
)
def smic_prorated(
    month: NDArray[np.int64],
    hour: NDArray[np.int64],
    quotite_contrat: NDArray[np.int64],
    quotite_reference: NDArray[np.int64],
    heures_equivalence_e2: NDArray[np.int64],
    due: NDArray[np.int64],
    habituelle: NDArray[np.int64],
    heures_supplementaires_e4: NDArray[np.int64],
    s: NDArray[np.int64],
    inexact: NDArray[np.uint8],
) -> None:
    """S with presence, contract time, equivalence, then overtime (BOSS 650, 670, 710, 990).

    Args:
        month: full-month SMIC, units.
        hour: hourly SMIC, cents.
        quotite_contrat: contract time, any unit; above `quotite_reference` it counts for it.
        quotite_reference: legal time in the same unit, > 0.
        heures_equivalence_e2: equivalence regime, hundredths of an hour a week (3500 = none).
        due: pay due, cents, any sign (BOSS 710).
        habituelle: pay of a full month, cents, any sign but not 0; (0, 1) stands for the ratio 0.
        heures_supplementaires_e4: hours added after the prorations, ten-thousandths.
        s: output, units; one unit beyond SMIC_LIMIT where the term is out of bounds.
        inexact: output, 1 where a ratio did not divide exactly.
    """
    for i in range(s.size):
        quotite = min(quotite_contrat[i], quotite_reference[i])
        paid, usual = abs(due[i]), abs(habituelle[i])
        overtime = hour[i] * heures_supplementaires_e4[i] * HOUR_E4_UNITS
        if float(paid) / float(usual) > RATIO_LIMIT:
            s[i] = SMIC_LIMIT + 1
            continue
        # Presence first: the one ratio that may be large multiplies no earlier rounding.
        value, rest_1 = scale(month[i], paid, usual)
        value, rest_2 = scale(value, quotite, quotite_reference[i])
        value, rest_3 = scale(value, heures_equivalence_e2[i], 3500)
        if (due[i] < 0) != (habituelle[i] < 0):
            value = -value
        s[i] = value + overtime
        inexact[i] = rest_1 | rest_2 | rest_3


@kernel(
    void,
    in_i64,
    in_i64,
    in_i64,
    out_i64,
    out_u8,
)
def smic_rescaled(
    smic_retenu: NDArray[np.int64],
    reference_hour: NDArray[np.int64],
    hour: NDArray[np.int64],
    s: NDArray[np.int64],
    inexact: NDArray[np.uint8],
) -> None:
    """S retained by the employer (cents), brought to the reference SMIC of the bandeaux."""
    for i in range(s.size):
        value, rest = scale(abs(smic_retenu[i]) * UNITS_PER_CENT, reference_hour[i], hour[i])
        s[i] = value if smic_retenu[i] >= 0 else -value
        inexact[i] = rest


@kernel(i64, in_i64, in_u8, out_i64)
def smic_displayed(s: NDArray[np.int64], inexact: NDArray[np.uint8], e6: NDArray[np.int64]) -> int:
    """S in millionths of a euro, halves away from zero.

    Returns:
        The number of rows too near a tie to be decided from `s`, marked DISPLAY_DOUBTFUL.
    """
    doubtful = 0
    for i in range(s.size):
        magnitude = abs(s[i])
        value = divide(magnitude, E6_UNITS, 1.0 / E6_UNITS)
        rest = magnitude - value * E6_UNITS
        tie = (inexact[i] == 1) & (abs(2 * rest - E6_UNITS) <= 2 * INEXACT_BOUND)
        value += 2 * rest >= E6_UNITS
        value = value if s[i] >= 0 else -value
        e6[i] = DISPLAY_DOUBTFUL if tie else value
        doubtful += tie
    return doubtful
