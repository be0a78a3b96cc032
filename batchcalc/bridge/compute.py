"""One block of whole contract-years through the kernels: columns in, columns out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.bridge import settle
from batchcalc.bridge.periods import PeriodTable
from batchcalc.bridge.terms import Terms
from batchcalc.kernels import coefficient as coefficients
from batchcalc.kernels import rate_cuts, regularisation
from batchcalc.kernels import smic as smic_kernels
from batchcalc.kernels import split as split_kernels
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.reference.rate_cuts import is_eligible
from batchcalc.rules.model import Bandeau, Parametres

Ints = NDArray[np.int64]
Flags = NDArray[np.uint8]
Coefficients = NDArray[np.int32]

DOUBT = 1e-9
"""Distance to a rounding tie, in ten-thousandths, below which floats do not decide."""

ELIGIBILITY_DOUBT = 1e-12
"""The same for a threshold, relative to the pay compared."""

_CUTS: tuple[tuple[Literal["maladie", "famille"], str, int], ...] = (
    ("maladie", "maladie", k.MALADIE),
    ("famille", "allocations_familiales", k.FAMILLE),
)

STATUTS = (
    "ok",
    "exclu",
    "cumul_incomplet",
    "au_dessus_du_seuil",
    "plafonne_dfs",
    "plafonne_t",
    "plafonne_cotisations",
)
(
    OK,
    EXCLU,
    CUMUL_INCOMPLET,
    AU_DESSUS_DU_SEUIL,
    PLAFONNE_DFS,
    PLAFONNE_T,
    PLAFONNE_COTISATIONS,
) = range(len(STATUTS))


@dataclass(frozen=True, slots=True)
class Data:
    """What a coefficient is computed on: S (units), R (cents), and the rows S sums, for each row.

    Attributes:
        s, r, inexact: see `batchcalc.kernels.coefficient`.
        since: first row of the sum: the row itself, or the start of its period.
    """

    s: Ints
    r: Ints
    inexact: Flags
    since: NDArray[np.intp]


class Block:
    """Sorted contract-months of whole contract-years, and their results.

    `results` maps each column of the result (physical name) to an array as long as the block.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        periods: PeriodTable,
        terms: tuple[Terms, Terms],
        options: Options,
        doubt: float = DOUBT,
    ) -> None:
        self._frame = frame
        self._periods = periods
        self._options = options
        self._doubt = doubt
        self._main, self._reference = terms
        self._excluded = periods.table[periods.par, k.EXCLUDED] == 1
        self._all_pay = self._pay("remuneration_cents")
        self._r = np.where(self._excluded, 0, self._all_pay)
        self._first = _first_rows(frame)
        self._start, self._last = self._calculation_periods()
        self.settled = 0
        self.results: dict[str, NDArray[np.generic]] = {}
        self._compute()

    def _compute(self) -> None:
        cumulated = self._cumulate(self._main, self._r, self._start)
        base = self._base(cumulated, self._r)
        total, status = self._entitlement(cumulated, base)
        self._split(self._regularise(total))
        self._rate_cuts(cumulated)
        self._display(cumulated)
        self.results["statut"] = self._statut(status)

    # --- columns of the frame

    def _pay(self, column: str) -> Ints:
        """R of law: the PPV counts from 2025."""
        pay = self._frame.get_column(column).fill_null(0).to_numpy().astype(np.int64)
        ppv = self._frame.get_column("ppv_cents")
        if ppv.null_count() < ppv.len():
            counts = np.array([p.ppv_incluse for p in self._periods.parametres])
            pay += np.where(counts[self._periods.par], ppv.fill_null(0).to_numpy(), 0)
        return pay

    def _calculation_periods(self) -> tuple[Flags, Flags]:
        start = np.empty(len(self._r), np.uint8)
        last = np.empty(len(self._r), np.uint8)
        ended = self._frame.select(
            (pl.col("fin_contrat").dt.truncate("1mo") <= pl.col("mois"))
            .fill_null(value=False)
            .cast(pl.UInt8)
        ).to_series()
        regularisation.calculation_periods(
            self._first, self._periods.par, self._periods.table, ended.to_numpy(), start, last
        )
        return start, last

    # --- cumulation and choice of the data

    def _cumulate(self, terms: Terms, pay: Ints, start: Flags) -> Data:
        n = len(pay)
        s, r, inexact = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint8)
        regularisation.cumulate(start, terms.s, pay, terms.inexact, s, r, inexact)
        return Data(s, r, inexact, _since(start))

    def _base(self, cumulated: Data, pay: Ints) -> Data:
        """The data of each row's coefficient: cumulated, or of the month in annual mode."""
        if self._options.regularisation == "progressive":
            return cumulated
        whole = self._last == 1
        return Data(
            np.where(whole, cumulated.s, self._main.s),
            np.where(whole, cumulated.r, pay),
            np.where(whole, cumulated.inexact, self._main.inexact),
            np.where(whole, cumulated.since, np.arange(len(pay))),
        )

    # --- entitlement

    def _entitlement(self, cumulated: Data, base: Data) -> tuple[Ints, NDArray[np.int8]]:
        c = self._coefficient(base)
        total = np.zeros(len(self._r), np.int64)
        par, table = self._periods.par, self._periods.table
        regularisation.add_earned(par, table, k.T_CAP, c, base.r, total)
        cap = table[par, k.T_CAP]
        status = np.zeros(len(self._r), np.int8)
        status[c > cap] = PLAFONNE_T
        complement = self._add_complement(base, total)
        status[self._cap_dfs(cumulated, base, total) == 1] = PLAFONNE_DFS
        status[self._cap_contributions(total) == 1] = PLAFONNE_COTISATIONS
        status[c == k.ABOVE_EXIT] = AU_DESSUS_DU_SEUIL
        self.results["coefficient_e4"] = np.clip(c, 0, cap)
        self.results["coefficient_complement_e4"] = complement
        return total, status

    def _coefficient(self, data: Data, rows: NDArray[np.intp] | None = None) -> Coefficients:
        """Settled coefficients of all rows, or of `rows` (to which `data` is already cut)."""
        par = self._periods.par if rows is None else self._periods.par[rows]
        c = np.empty(len(par), np.int32)
        rgdu = np.array([p.formule == "rgdu" for p in self._periods.parametres])[par]
        doubtful = 0
        for mask, run in ((~rgdu, self._run_rg), (rgdu, self._run_rgdu)):
            if mask.all():
                doubtful += run(data, par, c)
            elif mask.any():
                chosen = np.flatnonzero(mask)
                part = np.empty(chosen.size, np.int32)
                doubtful += run(_take(data, chosen), par[chosen], part)
                c[chosen] = part
        if doubtful:
            self._settle(c, data, rows)
        return c

    def _run_rg(self, data: Data, par: NDArray[np.int32], c: Coefficients) -> int:
        return coefficients.coefficient_rg(
            data.s,
            data.r,
            data.inexact,
            par,
            self._periods.table,
            self._periods.factors,
            k.SLOPE,
            k.T_CAP,
            self._doubt,
            c,
        )

    def _run_rgdu(self, data: Data, par: NDArray[np.int32], c: Coefficients) -> int:
        return coefficients.coefficient_rgdu(
            data.s,
            data.r,
            data.inexact,
            par,
            self._periods.table,
            self._periods.factors,
            self._doubt,
            c,
        )

    def _settle(
        self,
        c: Coefficients,
        data: Data,
        rows: NDArray[np.intp] | None = None,
        exact: Callable[[Parametres, Fraction, int], int] = settle.coefficient,
    ) -> None:
        doubtful = np.flatnonzero(c == k.DOUBTFUL)
        places = doubtful if rows is None else rows[doubtful]
        for i, row, s in zip(
            doubtful, places, self._exact_smics(data.since[doubtful], places), strict=True
        ):
            c[i] = exact(self._parametres(row), s, int(data.r[i]))

    def _exact_smics(
        self,
        since: NDArray[np.intp],
        rows: NDArray[np.intp],
        cut: Literal["maladie", "famille"] | None = None,
    ) -> list[Fraction]:
        self.settled += rows.size
        return settle.exact_smics(self._frame, self._periods, self._options, since, rows, cut)

    def _parametres(self, row: np.intp) -> Parametres:
        return self._periods.parametres[int(self._periods.par[row])]

    def _add_complement(self, base: Data, total: Ints) -> Coefficients:
        """The complement of October to December 2019 (décret 2018-1356 art. 4)."""
        par, table = self._periods.par, self._periods.table
        c = np.zeros(len(par), np.int32)
        late = table[par, k.COMPLEMENT_CAP] > 0
        if not late.any():
            return c
        doubtful = coefficients.coefficient_rg(
            base.s,
            base.r,
            base.inexact,
            par,
            table,
            self._periods.factors,
            k.COMPLEMENT_SLOPE,
            k.COMPLEMENT_CAP,
            self._doubt,
            c,
        )
        if doubtful:
            self._settle(c, base, exact=settle.coefficient_complement)
        pay = np.where(late, self._r, 0)
        late_pay = self._running(pay)
        if self._options.regularisation == "annuelle":
            late_pay = np.where(self._last == 1, late_pay, pay)
        regularisation.add_earned(par, table, k.COMPLEMENT_CAP, c, late_pay, total)
        return np.clip(c, 0, table[par, k.COMPLEMENT_CAP]).astype(np.int32)

    def _cap_dfs(self, cumulated: Data, base: Data, total: Ints) -> Flags:
        """130 % cap of the reduction with DFS, on the rows where the DFS changes pay."""
        capped = np.zeros(len(total), np.uint8)
        column = self._frame.get_column("remuneration_sans_dfs_cents")
        if column.null_count() == column.len():
            return capped
        given = column.is_not_null().to_numpy() & ~self._excluded
        pay = np.where(given, self._pay("remuneration_sans_dfs_cents"), self._r)
        gross = Data(cumulated.s, self._running(pay), cumulated.inexact, cumulated.since)
        data = self._base(gross, pay)
        rows = np.flatnonzero(data.r != base.r)
        c = self._coefficient(_take(data, rows), rows)
        part, part_capped = total[rows], np.zeros(rows.size, np.uint8)
        par, table = self._periods.par[rows], self._periods.table
        regularisation.cap_dfs(par, table, c, data.r[rows], part, part_capped)
        total[rows], capped[rows] = part, part_capped
        return capped

    def _cap_contributions(self, total: Ints) -> Flags:
        """Cap at the contributions due, where every month cumulated gives them (D.241-11)."""
        capped = np.zeros(len(total), np.uint8)
        column = self._frame.get_column("cotisations_dues_cents")
        if column.null_count() == column.len():
            return capped
        given = self._excluded | column.is_not_null().to_numpy()
        due = np.where(self._excluded, 0, column.fill_null(0).to_numpy())
        known, cumul = self._running((~given).astype(np.int64)) == 0, self._running(due)
        if self._options.regularisation == "annuelle":
            whole = self._last == 1
            known, cumul = np.where(whole, known, given), np.where(whole, cumul, due)
        par, table = self._periods.par, self._periods.table
        known = known.astype(np.uint8)
        regularisation.cap_contributions(par, table, known, cumul, total, capped)
        return capped

    def _running(self, x: Ints) -> Ints:
        total = np.empty(len(x), np.int64)
        regularisation.running_sum(self._start, x, total)
        return total

    # --- month by month

    def _regularise(self, total: Ints) -> Ints:
        reduction = np.empty(len(total), np.int64)
        cumul = total
        if self._options.regularisation == "progressive":
            regularisation.regularise_progressive(self._start, total, reduction)
        else:
            cumul = np.empty(len(total), np.int64)
            abatement = self._options.abattement_anticipation
            regularisation.regularise_annual(
                self._start, self._last, total, abatement, reduction, cumul
            )
        self.results["reduction_cents"] = reduction
        self.results["cumul_reduction_cents"] = cumul
        return reduction

    def _split(self, reduction: Ints) -> None:
        parts = [np.empty(len(reduction), np.int64) for _ in range(4)]
        split_kernels.split(self._periods.par, self._periods.table, reduction, *parts)
        names = (
            "reduction_urssaf_cents",
            "reduction_agirc_arrco_cents",
            "dont_chomage_cents",
            "reduction_france_travail_cents",
        )
        self.results.update(zip(names, parts, strict=True))

    def _rate_cuts(self, cumulated: Data) -> None:
        """Both cuts cumulate over the whole contract-year, whatever T does inside it."""
        same = self._reference is self._main and np.array_equal(self._start, self._first)
        data = cumulated if same else self._cumulate(self._reference, self._cut_pay(), self._first)
        for cut, name, column in _CUTS:
            eligible = self._eligible(data, cut)
            base, reduction = (np.empty(len(self._r), np.int64) for _ in range(2))
            rate_cuts.rate_cut(
                self._first,
                self._periods.par,
                self._periods.table,
                column,
                data.s,
                data.r,
                eligible,
                base,
                reduction,
            )
            self.results[f"taux_{name}_reduit"] = eligible == k.ELIGIBLE
            self.results[f"assiette_complement_{name}_cents"] = base
            self.results[f"reduction_{name}_cents"] = reduction

    def _cut_pay(self) -> Ints:
        excluded = self._periods.table[self._periods.par, k.CUTS_EXCLUDED] == 1
        return np.where(excluded, 0, self._all_pay)

    def _eligible(self, data: Data, name: Literal["maladie", "famille"]) -> NDArray[np.int8]:
        column = k.MALADIE if name == "maladie" else k.FAMILLE
        eligible = np.empty(len(self._r), np.int8)
        doubtful = rate_cuts.eligibility(
            self._periods.par,
            self._periods.table,
            column,
            data.s,
            data.r,
            data.inexact,
            ELIGIBILITY_DOUBT,
            eligible,
        )
        if doubtful:
            rows = np.flatnonzero(eligible == k.ELIGIBLE_DOUBTFUL)
            for i, s in zip(rows, self._exact_smics(data.since[rows], rows, name), strict=True):
                bandeau: Bandeau = getattr(self._parametres(i), name)
                eligible[i] = is_eligible(bandeau, s, int(data.r[i]))
        return eligible

    # --- display

    def _display(self, cumulated: Data) -> None:
        self.results["smic_e6"] = self._displayed(
            self._main.s, self._main.inexact, np.arange(len(self._r))
        )
        self.results["cumul_smic_e6"] = self._displayed(
            cumulated.s, cumulated.inexact, cumulated.since
        )
        self.results["cumul_remuneration_cents"] = cumulated.r

    def _displayed(self, s: Ints, inexact: Flags, since: NDArray[np.intp]) -> Ints:
        e6 = np.empty(len(s), np.int64)
        if smic_kernels.smic_displayed(s, inexact, e6):
            rows = np.flatnonzero(e6 == k.DISPLAY_DOUBTFUL)
            e6[rows] = [settle.displayed(x) for x in self._exact_smics(since[rows], rows)]
        return e6

    def _statut(self, status: NDArray[np.int8]) -> NDArray[np.int8]:
        status[self._incomplete()] = CUMUL_INCOMPLET
        status[self._excluded] = EXCLU
        return status

    def _incomplete(self) -> NDArray[np.bool_]:
        """Contract-years that began before the first month given."""
        column = self._frame.get_column("debut_contrat")
        if column.null_count() == column.len():
            return np.zeros(len(self._r), np.bool_)
        began = self._frame.select(
            pl.max_horizontal(
                pl.col("debut_contrat").dt.truncate("1mo"), pl.col("mois").dt.truncate("1y")
            )
            < pl.col("mois")
        ).to_series()
        known = column.is_not_null().to_numpy() & began.fill_null(value=False).to_numpy()
        incomplete: NDArray[np.bool_] = known[_since(self._first)]
        return incomplete


def _first_rows(frame: pl.DataFrame) -> Flags:
    """1 on the first row of each contract-year of a frame sorted by key and month."""
    changes = [
        pl.col(name).ne_missing(pl.col(name).shift()) for name in ("siret", "salarie", "contrat")
    ]
    changes.append(pl.col("mois").dt.year().ne_missing(pl.col("mois").dt.year().shift()))
    return frame.select(pl.any_horizontal(changes).cast(pl.UInt8)).to_series().to_numpy()


def _since(start: Flags) -> NDArray[np.intp]:
    """Index of the latest row marked `start`, for each row."""
    rows = np.arange(len(start))
    since: NDArray[np.intp] = np.maximum.accumulate(np.where(start == 1, rows, 0))
    return since


def _take(data: Data, rows: NDArray[np.intp]) -> Data:
    return Data(data.s[rows], data.r[rows], data.inexact[rows], data.since[rows])
