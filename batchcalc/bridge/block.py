"""One block of whole contract-years through the kernels: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from batchcalc.bridge import settle
from batchcalc.bridge.lot import Flags, Ints, Lot
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

if TYPE_CHECKING:
    from batchcalc.bridge.workspace import Workspace

Coefficients = NDArray[np.int32]
Rows = NDArray[np.intp]

DOUBT = 1e-9
"""Distance to a rounding tie, in ten-thousandths, below which floats do not decide."""

ELIGIBILITY_DOUBT = 1e-12
"""The same for a threshold, relative to the pay compared."""

_CUTS: tuple[tuple[Literal["maladie", "famille"], str, int], ...] = (
    ("maladie", "maladie", k.MALADIE),
    ("famille", "allocations_familiales", k.FAMILLE),
)

STATUTS = {
    "ok": k.OK,
    "exclu": k.EXCLU,
    "cumul_incomplet": k.CUMUL_INCOMPLET,
    "au_dessus_du_seuil": k.AU_DESSUS_DU_SEUIL,
    "plafonne_dfs": k.PLAFONNE_DFS,
    "plafonne_t": k.PLAFONNE_T,
    "plafonne_cotisations": k.PLAFONNE_COTISATIONS,
}

COLUMNS: dict[str, type[np.generic]] = {
    "smic_e6": np.int64,
    "cumul_remuneration_cents": np.int64,
    "cumul_smic_e6": np.int64,
    "coefficient_e4": np.int32,
    "coefficient_complement_e4": np.int32,
    "reduction_cents": np.int64,
    "cumul_reduction_cents": np.int64,
    "reduction_urssaf_cents": np.int64,
    "reduction_agirc_arrco_cents": np.int64,
    "reduction_france_travail_cents": np.int64,
    "dont_chomage_cents": np.int64,
    "taux_maladie_reduit": np.int8,
    "taux_allocations_familiales_reduit": np.int8,
    "assiette_complement_maladie_cents": np.int64,
    "assiette_complement_allocations_familiales_cents": np.int64,
    "reduction_maladie_cents": np.int64,
    "reduction_allocations_familiales_cents": np.int64,
    "statut": np.int8,
}
"""What a block computes, and in which integers; `statut` in the codes of STATUTS."""


@dataclass(frozen=True, slots=True)
class Data:
    """What a coefficient is computed on: S (units), R (cents), and the rows S sums, for each row.

    Attributes:
        s, r, inexact: see `batchcalc.kernels.coefficient`.
        since: first row of the sum that ends at each of some rows.
    """

    s: Ints
    r: Ints
    inexact: Flags
    since: Callable[[Rows], Rows]

    def take(self, rows: Rows) -> Data:
        """Some rows of the data."""
        return Data(
            self.s[rows], self.r[rows], self.inexact[rows], lambda some: self.since(rows[some])
        )


class Block:
    """Whole contract-years, computed into arrays of the caller's.

    Args:
        lot, periods, terms: the contract-months, all of one length.
        options: the employer's choices.
        results: the arrays of COLUMNS to fill.
        workspace: what holds the arrays in between, for this block and the next.
    """

    def __init__(
        self,
        lot: Lot,
        periods: PeriodTable,
        terms: tuple[Terms, Terms],
        options: Options,
        results: Mapping[str, NDArray[Any]],
        workspace: Workspace,
    ) -> None:
        self._lot = lot
        self._periods = periods
        self._options = options
        self._main, self._reference = terms
        self._results: Mapping[str, NDArray[Any]] = results
        self._workspace = workspace
        self._excluded = self._marked(k.EXCLUDED)
        self._all_pay = self._pay("remuneration_cents")
        self._r = self._without(self._excluded, self._all_pay)
        self._start = self._starts(k.PERIOD)
        self._last = self._closing_rows()
        self.settled = 0

    def compute(self) -> None:
        """Fill the results."""
        cumul_pay = self._results["cumul_remuneration_cents"]
        cumulated = self._cumulate(self._main, self._r, self._start, cumul_pay)
        base = self._base(cumulated, self._r)
        total = self._entitlement(cumulated, base)
        self._regularise(total)
        self._split()
        self._rate_cuts(cumulated)
        self._display(cumulated)
        self._statut()

    def _array(self, name: str, dtype: DTypeLike) -> NDArray[Any]:
        return self._workspace.array(name, len(self._lot), dtype)

    # --- columns of the lot

    def _marked(self, column: int) -> NDArray[np.bool_] | None:
        """Rows a flag of the period table marks; None where it marks none of the table."""
        flags = self._periods.table[:, column] == 1
        return flags[self._periods.par] if flags.any() else None

    @staticmethod
    def _without(excluded: NDArray[np.bool_] | None, values: Ints) -> Ints:
        return values if excluded is None else np.where(excluded, 0, values)

    def _pay(self, column: str) -> Ints:
        """R of law: the PPV counts from 2025."""
        pay, ppv = self._lot.nombres[column], self._lot.nombres.get("ppv_cents")
        if ppv is None:
            return pay
        counts = np.array([p.ppv_incluse for p in self._periods.parametres])
        return pay + np.where(counts[self._periods.par], ppv, 0)

    def _starts(self, column: int) -> Flags:
        """First rows of the periods one column of the table tells apart."""
        premier, table = self._lot.premier, self._periods.table
        if (table[:, column] == table[0, column]).all():
            return premier
        start = self._array(f"start {column}", np.uint8)
        inside = regularisation.period_starts(premier, self._periods.par, table, column, start)
        return start if inside else premier

    def _closing_rows(self) -> Flags | None:
        """Last rows of the calculation periods, which annual mode settles on."""
        if self._options.regularisation == "progressive":
            return None
        ended = np.zeros(len(self._lot), np.uint8)
        if "fin_contrat" in self._lot.nombres:
            ended[:] = self._lot.connu("fin_contrat") & (
                self._lot.mois_de("fin_contrat") <= self._lot.mois
            )
        last = np.empty(len(self._lot), np.uint8)
        regularisation.closing_rows(
            self._lot.premier, self._start, self._periods.par, self._periods.table, ended, last
        )
        return last

    # --- cumulation and choice of the data

    def _cumulate(
        self, terms: Terms, pay: Ints, start: Flags, cumul_pay: Ints, name: str = ""
    ) -> Data:
        s = self._array(f"cumul s{name}", np.int64)
        inexact = self._array(f"inexact{name}", np.uint8)
        regularisation.cumulate(start, terms.s, pay, terms.inexact, s, cumul_pay, inexact)
        return Data(s, cumul_pay, inexact, lambda rows: _since(start, rows))

    def _base(self, cumulated: Data, pay: Ints) -> Data:
        """The data of each row's coefficient: cumulated, or of the month in annual mode."""
        if self._last is None:
            return cumulated
        whole = self._last == 1
        return Data(
            np.where(whole, cumulated.s, self._main.s),
            np.where(whole, cumulated.r, pay),
            np.where(whole, cumulated.inexact, self._main.inexact),
            lambda rows: np.where(whole[rows], cumulated.since(rows), rows),
        )

    # --- entitlement

    def _entitlement(self, cumulated: Data, base: Data) -> Ints:
        """What is due on the data of each row, cents."""
        c = self._coefficient(base)
        total = self._results["cumul_reduction_cents"]
        if self._last is not None:
            total = self._array("total", np.int64)
        par, table = self._periods.par, self._periods.table
        shown, statut = self._results["coefficient_e4"], self._results["statut"]
        regularisation.earn(par, table, k.T_CAP, c, base.r, total, shown, statut)
        self._add_complement(base, total)
        statut[self._cap_dfs(cumulated, base, total)] = k.PLAFONNE_DFS
        statut[self._cap_contributions(total)] = k.PLAFONNE_COTISATIONS
        return total

    def _coefficient(self, data: Data, rows: Rows | None = None) -> Coefficients:
        """Settled coefficients of all rows, or of `rows` (to which `data` is already cut)."""
        par = self._periods.par if rows is None else self._periods.par[rows]
        c = self._array("coefficient", np.int32)[: len(par)]
        rgdu = np.array([p.formule == "rgdu" for p in self._periods.parametres], np.bool_)
        if rgdu.all():
            doubtful = self._run_rgdu(data, par, c)
        elif not rgdu.any():
            doubtful = self._run_rg(data, par, c)
        else:
            doubtful = 0
            for mask, run in ((~rgdu[par], self._run_rg), (rgdu[par], self._run_rgdu)):
                chosen = np.flatnonzero(mask)
                part = np.empty(chosen.size, np.int32)
                doubtful += run(data.take(chosen), par[chosen], part)
                c[chosen] = part
        if doubtful:
            self._settle(c, data, rows)
        return c

    def _run_rg(self, data: Data, par: NDArray[np.int32], c: Coefficients) -> int:
        factors = self._periods.factors
        return coefficients.coefficient_rg(
            data.s, data.r, data.inexact, par, factors, k.SLOPE, k.TOP, DOUBT, c
        )

    def _run_rgdu(self, data: Data, par: NDArray[np.int32], c: Coefficients) -> int:
        factors = self._periods.factors
        return coefficients.coefficient_rgdu(data.s, data.r, data.inexact, par, factors, DOUBT, c)

    def _settle(
        self,
        c: Coefficients,
        data: Data,
        rows: Rows | None = None,
        exact: Callable[[Parametres, Fraction, int], int] = settle.coefficient,
    ) -> None:
        doubtful = np.flatnonzero(c == k.DOUBTFUL)
        places = doubtful if rows is None else rows[doubtful]
        smics = self._exact_smics(data.since(doubtful), places)
        for i, row, s in zip(doubtful, places, smics, strict=True):
            c[i] = exact(self._parametres(row), s, int(data.r[i]))

    def _exact_smics(
        self, since: Rows, rows: Rows, cut: Literal["maladie", "famille"] | None = None
    ) -> list[Fraction]:
        self.settled += rows.size
        return settle.exact_smics(self._lot, self._periods, self._options, since, rows, cut)

    def _parametres(self, row: np.intp) -> Parametres:
        return self._periods.parametres[int(self._periods.par[row])]

    def _add_complement(self, base: Data, total: Ints) -> None:
        """The complement of October to December 2019 (décret 2018-1356 art. 4)."""
        par, table, factors = self._periods.par, self._periods.table, self._periods.factors
        shown = self._results["coefficient_complement_e4"]
        if not (table[:, k.COMPLEMENT_CAP] > 0).any():
            shown[:] = 0
            return
        c = np.empty(len(par), np.int32)
        columns = (k.COMPLEMENT_SLOPE, k.COMPLEMENT_TOP)
        if coefficients.coefficient_rg(
            base.s, base.r, base.inexact, par, factors, *columns, DOUBT, c
        ):
            self._settle(c, base, exact=settle.coefficient_complement)
        pay = np.where(table[par, k.COMPLEMENT_CAP] > 0, self._r, 0)
        late_pay = self._running(pay)
        if self._last is not None:
            late_pay = np.where(self._last == 1, late_pay, pay)
        late, ignored = np.empty(len(par), np.int64), np.empty(len(par), np.int8)
        regularisation.earn(par, table, k.COMPLEMENT_CAP, c, late_pay, late, shown, ignored)
        total += late

    def _cap_dfs(self, cumulated: Data, base: Data, total: Ints) -> Rows:
        """130 % cap of the reduction with DFS; the rows it lowers."""
        if "remuneration_sans_dfs_cents" not in self._lot.nombres:
            return _NO_ROWS
        given = self._lot.connu("remuneration_sans_dfs_cents")
        if self._excluded is not None:
            given = given & ~self._excluded
        pay = np.where(given, self._pay("remuneration_sans_dfs_cents"), self._r)
        gross = Data(cumulated.s, self._running(pay), cumulated.inexact, cumulated.since)
        data = self._base(gross, pay)
        rows = np.flatnonzero(data.r != base.r)
        c = self._coefficient(data.take(rows), rows)
        part, capped = total[rows], np.zeros(rows.size, np.uint8)
        par, table = self._periods.par[rows], self._periods.table
        regularisation.cap_dfs(par, table, c, data.r[rows], part, capped)
        total[rows] = part
        return np.asarray(rows[capped == 1])

    def _cap_contributions(self, total: Ints) -> Rows:
        """Cap at the contributions due, where every month cumulated gives them (D.241-11)."""
        if "cotisations_dues_cents" not in self._lot.nombres:
            return _NO_ROWS
        given = self._lot.connu("cotisations_dues_cents")
        if self._excluded is not None:
            given = given | self._excluded
        due = self._without(self._excluded, self._lot.nombres["cotisations_dues_cents"])
        known, cumul = self._running((~given).astype(np.int64)) == 0, self._running(due)
        if self._last is not None:
            whole = self._last == 1
            known, cumul = np.where(whole, known, given), np.where(whole, cumul, due)
        capped = np.zeros(len(total), np.uint8)
        par, table = self._periods.par, self._periods.table
        known = known.astype(np.uint8)
        regularisation.cap_contributions(par, table, known, cumul, total, capped)
        return np.flatnonzero(capped)

    def _running(self, x: Ints) -> Ints:
        total = np.empty(len(x), np.int64)
        regularisation.running_sum(self._start, x, total)
        return total

    # --- month by month

    def _regularise(self, total: Ints) -> None:
        reduction = self._results["reduction_cents"]
        cumul = self._results["cumul_reduction_cents"]
        if self._last is None:
            regularisation.regularise_progressive(self._start, total, reduction)
        else:
            abatement = self._options.abattement_anticipation
            regularisation.regularise_annual(
                self._start, self._last, total, abatement, reduction, cumul
            )

    def _split(self) -> None:
        split_kernels.split(
            self._periods.par,
            self._periods.table,
            self._periods.factors,
            self._results["reduction_cents"],
            self._results["reduction_urssaf_cents"],
            self._results["reduction_agirc_arrco_cents"],
            self._results["dont_chomage_cents"],
            self._results["reduction_france_travail_cents"],
        )

    def _rate_cuts(self, cumulated: Data) -> None:
        """Both cuts cumulate over the contract-year, whatever T does inside it (BOSS 230)."""
        start = self._starts(k.CUT_PERIOD)
        data = cumulated
        if self._reference is not self._main or start is not self._start:
            pay = self._without(self._marked(k.CUTS_EXCLUDED), self._all_pay)
            cumul_pay = self._array("cumul r of the cuts", np.int64)
            data = self._cumulate(self._reference, pay, start, cumul_pay, " of the cuts")
        for cut, name, column in _CUTS:
            eligible = self._results[f"taux_{name}_reduit"]
            self._eligible(data, cut, eligible)
            rate_cuts.rate_cut(
                start,
                self._periods.par,
                self._periods.table,
                column,
                data.s,
                data.r,
                eligible,
                self._results[f"assiette_complement_{name}_cents"],
                self._results[f"reduction_{name}_cents"],
            )

    def _eligible(
        self, data: Data, name: Literal["maladie", "famille"], eligible: NDArray[np.int8]
    ) -> None:
        par, factors = self._periods.par, self._periods.factors
        column = k.MALADIE_MULTIPLE if name == "maladie" else k.FAMILLE_MULTIPLE
        if np.isnan(factors[:, column]).all():
            eligible[:] = k.NOT_ELIGIBLE
        elif rate_cuts.eligibility(
            par, factors, column, data.s, data.r, data.inexact, ELIGIBILITY_DOUBT, eligible
        ):
            rows = np.flatnonzero(eligible == k.ELIGIBLE_DOUBTFUL)
            for i, s in zip(rows, self._exact_smics(data.since(rows), rows, name), strict=True):
                bandeau: Bandeau = getattr(self._parametres(i), name)
                eligible[i] = is_eligible(bandeau, s, int(data.r[i]))

    # --- display

    def _display(self, cumulated: Data) -> None:
        main = Data(self._main.s, self._r, self._main.inexact, lambda rows: rows)
        for name, data in (("smic_e6", main), ("cumul_smic_e6", cumulated)):
            e6 = self._results[name]
            if smic_kernels.smic_displayed(data.s, data.inexact, e6):
                rows = np.flatnonzero(e6 == k.DISPLAY_DOUBTFUL)
                smics = self._exact_smics(data.since(rows), rows)
                e6[rows] = [settle.displayed(s) for s in smics]

    def _statut(self) -> None:
        statut = self._results["statut"]
        if "debut_contrat" in self._lot.nombres:
            statut[self._incomplete()] = k.CUMUL_INCOMPLET
        if self._excluded is not None:
            statut[self._excluded] = k.EXCLU

    def _incomplete(self) -> NDArray[np.bool_]:
        """Contract-years that began before the first month given."""
        mois = self._lot.mois
        began = np.maximum(self._lot.mois_de("debut_contrat"), mois // 12 * 12) < mois
        known = self._lot.connu("debut_contrat") & began
        first = np.flatnonzero(self._lot.premier)
        return np.repeat(known[first], np.diff(first, append=len(mois)))


_NO_ROWS: Rows = np.empty(0, np.intp)


def _since(start: Flags, rows: Rows) -> Rows:
    """Index of the latest row marked `start`, for each of some rows."""
    starts = np.flatnonzero(start.view(np.bool_))
    return starts[np.searchsorted(starts, rows, side="right") - 1]
