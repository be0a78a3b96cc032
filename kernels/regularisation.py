"""Cumulation over the calculation period and regularisation (D.241-8, D.241-9; BOSS 1070-1150)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import (
    i64,
    in_i32,
    in_i64,
    in_table,
    in_u8,
    inline,
    kernel,
    out_i8,
    out_i32,
    out_i64,
    out_u8,
    void,
)
from .money import divide
from .tiles import lay_out, tile
from .types import (
    ABOVE_EXIT,
    AU_DESSUS_DU_SEUIL,
    CLOSES,
    DFS_CAP,
    MAJORATION_DEN,
    MAJORATION_NUM,
    OK,
    PLAFONNE_T,
    T_CAP,
    TILE,
)


@inline
def amount(coefficient: int, cap: int, base: int) -> int:
    """Multiply coefficient by base, to the cent, half up; marks and negative bases give 0."""
    applied = min(max(coefficient, 0), cap)
    return divide(applied * max(base, 0) + 5_000, 10_000, 1e-4)


@kernel(i64, in_u8, in_i32, in_table, i64, out_u8)
def period_starts(
    first: NDArray[np.uint8],
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    column: int,
    start: NDArray[np.uint8],
) -> int:
    """Mark the first row of each period inside the contract-years.

    Args:
        first: 1 on the first row of a contract-year.
        par, table: the period table.
        column: PERIOD or CUT_PERIOD; a change of it restarts the calculation (BOSS 230, 500).
        start: output, 1 on the first row of a period.

    Returns:
        The number of periods that begin inside a contract-year.
    """
    # Periods of the tile, each after that of the row before.
    period = tile(np.int64)
    period[0] = -1
    inside = 0
    for lo in range(0, par.size, TILE):
        here, first_here, start_here = (
            par[lo : lo + TILE],
            first[lo : lo + TILE],
            start[lo : lo + TILE],
        )
        lay_out(here, table, column, period[1:])
        for i in range(here.size):
            start_here[i] = first_here[i] | (period[i + 1] != period[i])
            inside += start_here[i] != first_here[i]
        period[0] = period[here.size]
    return inside


@kernel(void, in_u8, in_u8, in_i32, in_table, in_u8, out_u8)
def closing_rows(
    first: NDArray[np.uint8],
    start: NDArray[np.uint8],
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    ended: NDArray[np.uint8],
    last: NDArray[np.uint8],
) -> None:
    """Mark the rows that close their calculation period for good.

    Args:
        first: 1 on the first row of a contract-year.
        start: 1 on the first row of a calculation period.
        par, table: the period table.
        ended: 1 from the month in which the contract ends.
        last: output, 1 where the next row of the contract-year stands in another period, the month
            closes one by law, or the contract ends.
    """
    n = par.size
    for i in range(n):
        moved = i + 1 < n and first[i + 1] == 0 and start[i + 1] == 1
        last[i] = moved or table[par[i], CLOSES] == 1 or ended[i] == 1


@kernel(void, in_u8, in_i64, in_i64, in_u8, out_i64, out_i64, out_u8)
def cumulate(
    start: NDArray[np.uint8],
    s: NDArray[np.int64],
    r: NDArray[np.int64],
    inexact: NDArray[np.uint8],
    cumul_s: NDArray[np.int64],
    cumul_r: NDArray[np.int64],
    cumul_inexact: NDArray[np.uint8],
) -> None:
    """Running sums of S and R since `start` (D.241-9); inexact as soon as one term is."""
    sum_s = 0
    sum_r = 0
    any_inexact = np.uint8(0)
    for i in range(r.size):
        sum_s = s[i] if start[i] else sum_s + s[i]
        sum_r = r[i] if start[i] else sum_r + r[i]
        any_inexact = inexact[i] if start[i] else any_inexact | inexact[i]
        cumul_s[i] = sum_s
        cumul_r[i] = sum_r
        cumul_inexact[i] = any_inexact


@kernel(void, in_u8, in_i64, out_i64)
def running_sum(start: NDArray[np.uint8], x: NDArray[np.int64], total: NDArray[np.int64]) -> None:
    """Running sum of one amount since `start`."""
    running = 0
    for i in range(x.size):
        running = x[i] if start[i] else running + x[i]
        total[i] = running


@kernel(void, in_i32, in_table, i64, in_i32, in_i64, out_i64, out_i32, out_i8)
def earn(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    cap_column: int,
    coefficient: NDArray[np.int32],
    base: NDArray[np.int64],
    total: NDArray[np.int64],
    shown: NDArray[np.int32],
    statut: NDArray[np.int8],
) -> None:
    """Coefficient x base, rounded to the cent on its own.

    Args:
        par, table: the period table.
        cap_column: T_CAP, or COMPLEMENT_CAP for the complement of October to December 2019.
        coefficient: e4, as the coefficient kernels leave it once settled.
        base: pay the coefficient applies to, cents.
        total: output, cents.
        shown: output, the coefficient that applies, e4.
        statut: output, OK, PLAFONNE_T or AU_DESSUS_DU_SEUIL.
    """
    cap = tile(np.int32)
    for lo in range(0, par.size, TILE):
        here, c, pay = par[lo : lo + TILE], coefficient[lo : lo + TILE], base[lo : lo + TILE]
        total_here, shown_here = total[lo : lo + TILE], shown[lo : lo + TILE]
        statut_here = statut[lo : lo + TILE]
        lay_out(here, table, cap_column, cap)
        for i in range(here.size):
            total_here[i] = amount(c[i], cap[i], pay[i])
            shown_here[i] = min(max(c[i], 0), cap[i])
            status = PLAFONNE_T if c[i] > cap[i] else OK
            statut_here[i] = AU_DESSUS_DU_SEUIL if c[i] == ABOVE_EXIT else status


@kernel(
    void,
    in_i32,
    in_table,
    in_i32,
    in_i64,
    out_i64,
    out_u8,
)
def cap_dfs(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    coefficient: NDArray[np.int32],
    base: NDArray[np.int64],
    total: NDArray[np.int64],
    capped: NDArray[np.uint8],
) -> None:
    """Limit `total` to 130 % of the reduction without DFS (arrêté du 4 décembre 2019).

    Args:
        par, table: the period table.
        coefficient: e4, computed on pay without DFS.
        base: pay without DFS, cents.
        total: in and out, cents.
        capped: output, 1 where the cap lowers the reduction.
    """
    for i in range(total.size):
        p = par[i]
        if table[p, DFS_CAP] == 0:
            continue
        limit = amount(coefficient[i], table[p, T_CAP], base[i]) * table[p, DFS_CAP]
        limit = (limit + 50) // 100
        if total[i] > limit:
            total[i] = limit
            capped[i] = 1


@kernel(void, in_i32, in_table, in_u8, in_i64, out_i64, out_u8)
def cap_contributions(
    par: NDArray[np.int32],
    table: NDArray[np.int64],
    known: NDArray[np.uint8],
    contributions: NDArray[np.int64],
    total: NDArray[np.int64],
    capped: NDArray[np.uint8],
) -> None:
    """Limit `total` to the employer contributions due in scope x b (D.241-11; BOSS 320-340).

    Args:
        par, table: the period table.
        known: 1 where every month cumulated so far gives its contributions.
        contributions: those contributions, cents.
        total: in and out, cents.
        capped: output, 1 where the cap lowers the reduction.
    """
    for i in range(total.size):
        if not known[i]:
            continue
        p = par[i]
        n = contributions[i] * table[p, MAJORATION_NUM]
        d = table[p, MAJORATION_DEN]
        limit = max(0, (2 * n + d) // (2 * d))
        if total[i] > limit:
            total[i] = limit
            capped[i] = 1


@kernel(
    void,
    in_u8,
    in_i64,
    out_i64,
)
def regularise_progressive(
    start: NDArray[np.uint8], total: NDArray[np.int64], reduction: NDArray[np.int64]
) -> None:
    """Reduction of the month: cumulated entitlement less what was granted before (D.241-9)."""
    before = 0
    for i in range(total.size):
        if start[i]:
            before = 0
        reduction[i] = total[i] - before
        before = total[i]


@kernel(void, in_u8, in_u8, in_i64, i64, out_i64, out_i64)
def regularise_annual(
    start: NDArray[np.uint8],
    last: NDArray[np.uint8],
    total: NDArray[np.int64],
    abatement: int,
    reduction: NDArray[np.int64],
    cumul_reduction: NDArray[np.int64],
) -> None:
    """Anticipations of the months, settled on the last row of the period (D.241-8, D.241-9).

    Args:
        start, last: marks of `period_starts` and `closing_rows`.
        total: entitlement of the month alone, or of the whole period where `last`.
        abatement: percent taken off the anticipations (BOSS 1120).
        reduction: output, signed. cumul_reduction: output, running sum.
    """
    granted = 0
    for i in range(total.size):
        if start[i]:
            granted = 0
        if last[i]:
            reduction[i] = total[i] - granted
        else:
            reduction[i] = ((100 - abatement) * total[i] + 50) // 100
        granted += reduction[i]
        cumul_reduction[i] = granted
