"""Sums of the month for each establishment, over rows in the order of the establishments."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._jit import i64, in_i32, in_i64, in_u8, kernel, out_i32, out_i64, out_table

CONTRACTS: Final = 0
REDUCTIONS: Final = 1
REGULARISATIONS: Final = 2
CTP_668: Final = 3
CTP_669: Final = 4
AGIRC_ARRCO: Final = 5
FRANCE_TRAVAIL: Final = 6
CTP_635: Final = 7
CTP_430: Final = 8
N_SUMS: Final = 9


@kernel(
    i64,
    in_u8,
    in_i32,
    i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    in_i64,
    out_table,
    out_i64,
    out_i32,
    out_table,
)
def monthly_sums(
    starts: NDArray[np.uint8],
    month: NDArray[np.int32],
    first_month: int,
    reduction: NDArray[np.int64],
    urssaf: NDArray[np.int64],
    agirc_arrco: NDArray[np.int64],
    france_travail: NDArray[np.int64],
    base_maladie: NDArray[np.int64],
    base_famille: NDArray[np.int64],
    cells: NDArray[np.int64],
    row: NDArray[np.int64],
    month_of: NDArray[np.int32],
    sums: NDArray[np.int64],
) -> int:
    """Add up the rows of each establishment and month; what is given back is summed apart.

    Args:
        starts: 1 on the first row of an establishment.
        month: number of the month, from `first_month` on.
        reduction, urssaf, agirc_arrco, france_travail, base_maladie, base_famille: cents.
        cells: the columns of this module for each month there may be; 0 before, and after.
        row: output, a row of the establishment. month_of: output, the month.
        sums: output, the columns of this module; these three have a place for every row.

    Returns:
        How many places were filled, in the order of establishments and months.
    """
    filled = 0
    for i in range(month.size):
        cell = cells[np.uint64(month[i] - first_month)]
        cell[CONTRACTS] += 1
        cell[REDUCTIONS] += reduction[i] > 0
        cell[REGULARISATIONS] += reduction[i] < 0
        cell[CTP_668] += max(urssaf[i], 0)
        cell[CTP_669] -= min(urssaf[i], 0)
        cell[AGIRC_ARRCO] += agirc_arrco[i]
        cell[FRANCE_TRAVAIL] += france_travail[i]
        cell[CTP_635] += base_maladie[i]
        cell[CTP_430] += base_famille[i]
        if i + 1 < month.size and starts[i + 1] == 0:
            continue
        for m in range(cells.shape[0]):
            if cells[m, CONTRACTS] == 0:
                continue
            row[filled], month_of[filled] = i, first_month + m
            for j in range(N_SUMS):
                sums[filled, j], cells[m, j] = cells[m, j], 0
            filled += 1
    return filled
