"""The period table that parametrises every kernel, and the marks kernels leave.

A period table has one row for each combination of month and kind of employer present in the data;
`par[i]` names the row that governs contract-month `i`. Integers stand in `table` (int64), the
factors derived from them in `factors` (float64).
"""

from __future__ import annotations

from typing import Final

UNITS_PER_CENT: Final = 1_200_000_000
"""SMIC terms are carried in 1/1 200 000 000 of a cent: 52/12 and four decimals are exact in it."""

INEXACT_BOUND: Final = 64.0
"""Bound, in units, on the error of a cumulated SMIC term with inexact ratios: 12 months of three
roundings of half a unit, the first two of them multiplied by at most 99.99/35, is under 41."""

SMIC_LIMIT: Final = 100_000_000 * UNITS_PER_CENT
"""Largest SMIC term of a month that is computed: one million euros."""

# Columns of the integer table.
T_CAP: Final = 0  # largest coefficient, e4: round4(T x b)
COMPLEMENT_CAP: Final = 1  # the same for T' of late 2019, e4; 0 where there is no complement
PERIOD: Final = 2  # rows with equal PERIOD cumulate together
EXCLUDED: Final = 3  # 1: the month counts neither in S nor in R
CLOSES: Final = 4  # 1: the month ends its calculation period (December, April 2025)
SPLIT_BASE: Final = 5  # denominator of the split, e6
SPLIT_URSSAF: Final = 6  # numerator of the URSSAF part, e6
SPLIT_CHOMAGE: Final = 7  # numerator of the unemployment part, e6
DFS_CAP: Final = 8  # hundredths of the reduction without DFS; 0 where no cap exists
SMIC_MONTH: Final = 9  # full-time SMIC of the month, units
SMIC_HOUR: Final = 10  # hourly SMIC, cents
SMIC_REF_MONTH: Final = 11  # the same two for the reference SMIC of the bandeaux
SMIC_REF_HOUR: Final = 12
MALADIE: Final = 13  # three columns a bandeau: regime, threshold multiple e2, points e4
FAMILLE: Final = 16
SPLIT_APART: Final = 19  # 1: the unemployment part stands outside the URSSAF part
SPLIT_AGIRC_ARRCO: Final = 20  # numerator of the AGIRC-ARRCO part, e6; it takes the remainder
CUTS_EXCLUDED: Final = 21  # 1: the month counts for nothing in the rate cuts
MAJORATION_NUM: Final = 22  # factor b of D.241-10
MAJORATION_DEN: Final = 23
CUT_PERIOD: Final = 24  # rows with equal CUT_PERIOD cumulate together in the rate cuts
N_COLUMNS: Final = 25

REGIME_NONE: Final = 0  # one rate for all: nothing to complement
REGIME_THRESHOLD: Final = 1  # reduced rate up to a multiple of the SMIC
REGIME_FULL: Final = 2  # reduced rate abolished: all pay bears the complement

# Columns of the float table: raw coefficient e4 = floor + slope x (gain x S/R - lag) ** P
GAIN: Final = 0
LAG: Final = 1
SLOPE: Final = 2
FLOOR: Final = 3
COMPLEMENT_SLOPE: Final = 4
TOP: Final = 5  # T_CAP + 1: from here on the coefficient is capped
COMPLEMENT_TOP: Final = 6
SPLIT_INVERSE: Final = 7  # 1 / SPLIT_BASE
MALADIE_MULTIPLE: Final = 8  # cents of the threshold for a unit of S; not a number: no threshold
FAMILLE_MULTIPLE: Final = 9
N_FACTORS: Final = 10

TILE: Final = 128
"""Rows for which a kernel lays out the parameters before it computes: only a loop without a table
look-up is vectorised. The fastest of 64 to 1024 where a kernel writes several columns."""

LINE: Final = 64
"""Bytes of a line of the caches."""

# Marks in a coefficient array, below every coefficient.
ABOVE_EXIT: Final = -1  # R >= 1.6 S (RG) or R >= 3 S (RGDU): no reduction
DOUBTFUL: Final = -2  # too near a tie for floats: to be settled exactly

# Marks in an eligibility array.
NOT_ELIGIBLE: Final = 0
ELIGIBLE: Final = 1
ELIGIBLE_DOUBTFUL: Final = 2

# Codes of `statut`.
OK: Final = 0
EXCLU: Final = 1
CUMUL_INCOMPLET: Final = 2
AU_DESSUS_DU_SEUIL: Final = 3
PLAFONNE_DFS: Final = 4
PLAFONNE_T: Final = 5
PLAFONNE_COTISATIONS: Final = 6

DISPLAY_DOUBTFUL: Final = -(2**63)  # mark in a displayed SMIC
