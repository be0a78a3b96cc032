"""The period table of the kernels, from the rules, for the combinations present in the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batchcalc.bridge.lot import CHOIX, FNAL_DEFAUT_E4, Lot
from batchcalc.errors import ConfigError, RuleError
from batchcalc.kernels import types as k
from batchcalc.options import ConventionSmic, Options
from batchcalc.reference.rate_cuts import thresholds
from batchcalc.rules.load import Rules
from batchcalc.rules.model import (
    Bandeau,
    Majoration,
    Parametres,
    Perimetre,
    Profil,
    RegimeBandeaux,
)
from batchcalc.schema.calendrier import premiers_jours

LOTS_ALIKE = 64
"""Tables kept: lots that follow each other mostly hold the same combinations."""

DENSE_CODES = 1_000_000
"""Up to this code, counting beats sorting."""

_RATES = {
    "taux_agirc_arrco_employeur_e6": "taux_agirc_arrco_e6",
    "taux_at_e6": "taux_at_e6",
}
_NO_RATE = -1
_EPOCH = date(1970, 1, 1)

_EXPONENTS = {"rg": (1, 1), "rgdu": (7, 4)}
_REGIMES = {
    "sans_complement": k.REGIME_NONE,
    "seuil": k.REGIME_THRESHOLD,
    "complement_integral": k.REGIME_FULL,
}


@dataclass(frozen=True, slots=True)
class Combination:
    """A month and a kind of employer: what one row of the period table stands for."""

    mois: date
    fnal_e4: int = FNAL_DEFAUT_E4
    perimetre: Perimetre = "general"
    majoration: Majoration = "aucune"
    profil: Profil = "commun"
    taux_agirc_arrco_e6: int | None = None
    taux_at_e6: int | None = None
    tolerance: bool = False
    regime_bandeaux: RegimeBandeaux = "commun"

    def parametres(self, rules: Rules) -> Parametres:
        """The parameters in force for this combination; RuleError where there are none."""
        return rules.parametres(
            self.mois,
            fnal_e4=self.fnal_e4,
            perimetre=self.perimetre,
            majoration=self.majoration,
            profil=self.profil,
            taux_agirc_arrco_e6=self.taux_agirc_arrco_e6,
            taux_at_e6=self.taux_at_e6,
            tolerance=self.tolerance,
            regime_bandeaux=self.regime_bandeaux,
        )


@dataclass(frozen=True, slots=True)
class PeriodTable:
    """The period table and, for each row of the data, its place in it.

    Attributes:
        par: row of the table for each contract-month (-1 where the rules hold no value).
        table, factors: see `batchcalc.kernels.types`.
        parametres: the same rows as the rules gave them, for exact settlement.
        errors: for each combination without a value, the error and its rows.
    """

    par: NDArray[np.int32]
    table: NDArray[np.int64]
    factors: NDArray[np.float64]
    parametres: tuple[Parametres, ...]
    errors: tuple[tuple[RuleError, NDArray[np.intp]], ...]

    def part(self, lo: int, hi: int) -> PeriodTable:
        """The same table for rows lo to hi - 1."""
        return replace(self, par=self.par[lo:hi])


def build(lot: Lot, rules: Rules, options: Options) -> PeriodTable:
    """Period table of a lot; months are already within the tables."""
    axes = _axes(lot, rules, options)
    codes = _codes(axes)
    present = _present(codes)
    place = np.full(len(present), -1, np.int32)
    kept: list[Combination] = []
    errors: list[tuple[RuleError, NDArray[np.intp]]] = []
    for i, code in enumerate(present):
        combination = _combination(axes, int(code))
        try:
            combination.parametres(rules)
        except RuleError as error:
            errors.append((error, np.flatnonzero(codes == code)))
            continue
        place[i] = len(kept)
        kept.append(combination)
    arrays = _arrays(tuple(kept), rules, options.convention_smic)
    return PeriodTable(_spread(place, present, codes), *arrays, tuple(errors))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One thing parameters depend on: its values, by field of `Combination`, and each row's."""

    values: list[dict[str, Any]]
    places: NDArray[np.integer]


def _axes(lot: Lot, rules: Rules, options: Options) -> list[_Axis]:
    """The months, and what the lot gives besides."""
    axes = [_months(lot)]
    fnal = lot.nombres.get("fnal_e4")
    if fnal is not None:
        values = [{"fnal_e4": FNAL_DEFAUT_E4}, {"fnal_e4": 50}]
        axes.append(_Axis(values, (fnal != FNAL_DEFAUT_E4).view(np.int8)))
    for name, places in lot.choix.items():
        axes.append(_Axis([{name: value} for value in CHOIX[name]], places))
    if options.tolerances and "fin_contrat" in lot.nombres:
        tolerated = _tolerated(lot, rules.fenetres()).view(np.int8)
        axes.append(_Axis([{"tolerance": False}, {"tolerance": True}], tolerated))
    if lot.nombres.keys() & _RATES.keys():
        axes.append(_rates(lot, rules))
    return axes


def _months(lot: Lot) -> _Axis:
    if not len(lot):
        return _Axis([], lot.mois)
    first, last = int(lot.mois.min()), int(lot.mois.max())
    months = [{"mois": date(m // 12, m % 12 + 1, 1)} for m in range(first, last + 1)]
    return _Axis(months, lot.mois - first)


def _tolerated(lot: Lot, windows: list[tuple[date, date]]) -> NDArray[np.bool_]:
    """Where the month and the end of the contract stand in the dates of one tolerance."""
    ends, month_start = lot.nombres["fin_contrat"], premiers_jours(lot.mois)
    inside = np.zeros(len(lot), np.bool_)
    for window in windows:
        first, last = ((day - _EPOCH).days for day in window)
        inside |= (first <= month_start) & (month_start <= last) & (first <= ends) & (ends <= last)
    return inside & lot.connu("fin_contrat")


def _rates(lot: Lot, rules: Rules) -> _Axis:
    """Pairs of real rates; one that lowers nothing is as good as none, so there are few pairs."""
    effective = []
    for name, limit in zip(_RATES, rules.taux_sans_effet(), strict=True):
        rate = lot.nombres.get(name, np.zeros(len(lot), np.int64))
        effective.append(np.where(lot.connu(name) & (rate < limit), rate, _NO_RATE))
    pairs, places = np.unique(np.stack(effective, axis=1), axis=0, return_inverse=True)
    values = [
        {
            field: None if rate == _NO_RATE else rate
            for field, rate in zip(_RATES.values(), pair, strict=True)
        }
        for pair in pairs.tolist()
    ]
    return _Axis(values, places.reshape(-1))


def _codes(axes: list[_Axis]) -> NDArray[np.int64]:
    """A number for each row, equal where all its places are."""
    codes = axes[0].places.astype(np.int64)
    for axis in axes[1:]:
        codes *= len(axis.values)
        codes += axis.places
    return codes


def _present(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The codes present, in order."""
    if codes.size == 0 or codes.max() > DENSE_CODES:
        return np.unique(codes)
    return np.flatnonzero(np.bincount(codes))


def _spread(
    place: NDArray[np.int32], present: NDArray[np.int64], codes: NDArray[np.int64]
) -> NDArray[np.int32]:
    """The place of the code of each row."""
    if codes.size == 0 or present[-1] > DENSE_CODES:
        return place[np.searchsorted(present, codes)]
    by_code = np.zeros(int(present[-1]) + 1, np.int32)
    by_code[present] = place
    return by_code[codes]


def _combination(axes: list[_Axis], code: int) -> Combination:
    """What a code stands for: the inverse of the sum over the axes."""
    fields: dict[str, Any] = {}
    for axis in reversed(axes):
        code, place = divmod(code, len(axis.values))
        fields |= axis.values[place]
    return Combination(**fields)


@lru_cache(maxsize=LOTS_ALIKE)
def _arrays(
    combinations: tuple[Combination, ...], rules: Rules, convention: ConventionSmic
) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[Parametres, ...]]:
    """The table, the factors and the parameters of some combinations, which many lots share."""
    parametres = tuple(combination.parametres(rules) for combination in combinations)
    rows = list(zip(combinations, parametres, strict=True))
    table = np.zeros((len(rows), k.N_COLUMNS), np.int64)
    factors = np.zeros((len(rows), k.N_FACTORS), np.float64)
    periods: dict[tuple[object, ...], int] = {}
    cut_periods: dict[tuple[object, ...], int] = {}
    for i, (combination, p) in enumerate(rows):
        _check_exponent(p)
        key = (
            p.periode_debut,
            combination.fnal_e4,
            combination.perimetre,
            combination.majoration,
            combination.profil,
            p.t_e6,
        )
        table[i, k.PERIOD] = periods.setdefault(key, len(periods))
        table[i, k.CUT_PERIOD] = cut_periods.setdefault(thresholds(p), len(cut_periods))
        excluded = combination.perimetre == "exclu"
        table[i, k.EXCLUDED] = excluded
        cuts_excluded = excluded and combination.regime_bandeaux == "commun"
        table[i, k.CUTS_EXCLUDED] = cuts_excluded
        _fill_table(table[i], p, convention)
        _fill_factors(factors[i], p, cuts_excluded=cuts_excluded)
    table.flags.writeable = factors.flags.writeable = False
    return table, factors, parametres


def _fill_table(row: NDArray[np.int64], p: Parametres, convention: ConventionSmic) -> None:
    row[k.T_CAP] = _cap_e4(p.t_e6, p)
    row[k.COMPLEMENT_CAP] = _cap_e4(p.complement_e6, p)
    row[k.CLOSES] = p.mois.month == 12 or p.mois == p.periode_fin
    row[k.SPLIT_BASE] = p.imputation_e6
    apart_e6 = p.chomage_e6 if p.chomage_a_part else 0
    row[k.SPLIT_URSSAF] = p.imputation_e6 - p.agirc_arrco_e6 - apart_e6
    row[k.SPLIT_AGIRC_ARRCO] = p.agirc_arrco_e6
    row[k.SPLIT_APART] = p.chomage_a_part
    row[k.SPLIT_CHOMAGE] = p.chomage_e6
    row[k.DFS_CAP] = p.plafond_dfs_e2
    row[k.MAJORATION_NUM], row[k.MAJORATION_DEN] = p.majoration_num, p.majoration_den
    row[k.SMIC_HOUR] = p.smic_horaire_cents
    row[k.SMIC_MONTH] = month_units(p.smic_horaire_cents, convention)
    row[k.SMIC_REF_HOUR] = reference_hour(p)
    row[k.SMIC_REF_MONTH] = month_units(reference_hour(p), convention)
    for column, bandeau in ((k.MALADIE, p.maladie), (k.FAMILLE, p.famille)):
        row[column : column + 3] = _bandeau(bandeau)


def _bandeau(bandeau: Bandeau) -> tuple[int, int, int]:
    return _REGIMES[bandeau.regime], bandeau.multiple_e2, bandeau.points_e4


def _fill_factors(row: NDArray[np.float64], p: Parametres, *, cuts_excluded: bool) -> None:
    majoration = p.majoration_num / p.majoration_den
    width = p.seuil_e2 - 100
    row[k.GAIN] = p.seuil_e2 / width / k.UNITS_PER_CENT
    row[k.LAG] = 100 / width
    row[k.SLOPE] = (p.t_e6 - p.t_min_e6) / 100 * majoration
    row[k.FLOOR] = p.t_min_e6 / 100 * majoration
    row[k.COMPLEMENT_SLOPE] = p.complement_e6 / 100 * majoration
    row[k.TOP], row[k.COMPLEMENT_TOP] = _cap_e4(p.t_e6, p) + 1, _cap_e4(p.complement_e6, p) + 1
    row[k.SPLIT_INVERSE] = 1 / p.imputation_e6
    for column, bandeau in ((k.MALADIE_MULTIPLE, p.maladie), (k.FAMILLE_MULTIPLE, p.famille)):
        row[column] = nan
        if bandeau.regime == "seuil" and not cuts_excluded:
            row[column] = bandeau.multiple_e2 / (100 * k.UNITS_PER_CENT)


def _cap_e4(rate_e6: int, p: Parametres) -> int:
    """round4(rate x b), half up: the largest coefficient (D.241-10)."""
    n, d = rate_e6 * p.majoration_num, 100 * p.majoration_den
    return (2 * n + d) // (2 * d)


def month_units(hour_cents: int, convention: ConventionSmic) -> int:
    """Full-time SMIC of a month, units: 35 x 52/12 hours, or 151.67 by tolerance (BOSS 630)."""
    if convention == "52/12":
        return hour_cents * 1820 * (k.UNITS_PER_CENT // 12)
    return hour_cents * 15167 * (k.UNITS_PER_CENT // 100)


def reference_hour(p: Parametres) -> int:
    """Hourly SMIC of the bandeaux: both cuts have always shared one reference date."""
    hours = {b.smic_horaire_cents for b in (p.maladie, p.famille) if b.regime == "seuil"} or {
        p.smic_horaire_cents
    }
    if len(hours) != 1:
        raise RuleError(
            f"The two rate cuts of {p.mois:%Y-%m} refer to different SMIC dates.",
            hint="Give both bandeaux the same reference SMIC in the rule tables.",
            code="bandeaux-discordants",
        )
    return hours.pop()


def _check_exponent(p: Parametres) -> None:
    """The kernels hold the power as square roots: only the exponents of the law are compiled."""
    if (p.puissance_num, p.puissance_den) != _EXPONENTS[p.formule]:
        raise ConfigError(
            f"The exponent of {p.mois:%Y-%m} is {p.puissance_num}/{p.puissance_den}.",
            hint="Only 1 (RG) and 7/4 (RGDU) can be computed: correct `puissance` in the rules.",
            code="puissance-inconnue",
        )
