"""The period table of the kernels, from the rules, for the combinations present in the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.errors import ConfigError, RuleError
from batchcalc.kernels import types as k
from batchcalc.options import ConventionSmic, Options
from batchcalc.rules.load import Rules
from batchcalc.rules.model import (
    Bandeau,
    Majoration,
    Parametres,
    Perimetre,
    Profil,
    RegimeBandeaux,
)

PERIMETRES: tuple[Perimetre, ...] = ("general", "complet_2019", "exclu")
MAJORATIONS: tuple[Majoration, ...] = ("aucune", "interim", "caisse_conges")
PROFILS: tuple[Profil, ...] = (
    "commun",
    "journaliste",
    "vrp_multicarte",
    "medecin_multi_employeurs",
    "expatrie",
    "intermittent_spectacle",
)
REGIMES_BANDEAUX: tuple[RegimeBandeaux, ...] = ("commun", "exoneration", "regime_special")
FNAL_DEFAULT_E4 = 10
DENSE_CODES = 10_000_000
"""Up to this code, counting beats sorting."""

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
    fnal_e4: int
    perimetre: Perimetre
    majoration: Majoration
    profil: Profil
    taux_agirc_arrco_e6: int | None
    taux_at_e6: int | None
    tolerance: bool
    regime_bandeaux: RegimeBandeaux

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


def build(frame: pl.DataFrame, rules: Rules, options: Options) -> PeriodTable:
    """Period table of a physical frame; months are already within the tables."""
    frame = frame.with_columns(_effective_rates(rules))
    fenetres = rules.fenetres() if options.tolerances else []
    codes, combinations = _combinations(frame, rules.premier_mois, fenetres)
    present, position = _distinct(codes)
    place = np.full(len(present), -1, np.int32)
    kept: list[tuple[Combination, Parametres]] = []
    errors: list[tuple[RuleError, NDArray[np.intp]]] = []
    for i, code in enumerate(present):
        combination = combinations(int(code))
        try:
            parametres = combination.parametres(rules)
        except RuleError as error:
            errors.append((error, np.flatnonzero(position == i)))
            continue
        place[i] = len(kept)
        kept.append((combination, parametres))
    table, factors = _arrays(kept, options.convention_smic)
    parametres_kept = tuple(parametres for _, parametres in kept)
    return PeriodTable(place[position], table, factors, parametres_kept, tuple(errors))


def _effective_rates(rules: Rules) -> list[pl.Expr]:
    """Real rates that lower nothing are as good as none: most of them, so few combinations."""
    names = ("taux_agirc_arrco_employeur_e6", "taux_at_e6")
    return [
        pl.when(pl.col(name) < limit).then(pl.col(name)).alias(name)
        for name, limit in zip(names, rules.taux_sans_effet(), strict=True)
    ]


def _distinct(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes present, in order, and the place of each row's among them."""
    if codes.size == 0 or codes.max() > DENSE_CODES:
        present, position = np.unique(codes, return_inverse=True)
        return present, position
    present = np.flatnonzero(np.bincount(codes))
    position = np.zeros(int(codes.max()) + 1, np.int64)
    position[present] = np.arange(len(present))
    return present, position[codes]


def _combinations(
    frame: pl.DataFrame, origin: date, fenetres: list[tuple[date, date]]
) -> tuple[NDArray[np.int64], _CombinationDecoder]:
    """One dense code a row, and the way back from a code to its combination."""
    rates = (
        frame.select(_rate("taux_agirc_arrco_employeur_e6"), _rate("taux_at_e6"))
        .unique(maintain_order=False)
        .sort("taux_agirc_arrco_employeur_e6", "taux_at_e6")
    )
    decoder = _CombinationDecoder(origin, rates.rows())
    month = (pl.col("mois").dt.year().cast(pl.Int64) - origin.year) * 12 + pl.col(
        "mois"
    ).dt.month().cast(pl.Int64)
    code = month * 2 + (_column("fnal_e4", FNAL_DEFAULT_E4) != FNAL_DEFAULT_E4).cast(pl.Int64)
    for name, values in (
        ("perimetre", PERIMETRES),
        ("majoration", MAJORATIONS),
        ("profil", PROFILS),
        ("regime_bandeaux", REGIMES_BANDEAUX),
    ):
        code = code * len(values) + _position(frame, name, values)
    code = code * 2 + _tolerance(fenetres)
    code = code * len(rates) + _rate_position(frame, rates)
    return frame.select(code.alias("code")).to_series().to_numpy(), decoder


def _tolerance(fenetres: list[tuple[date, date]]) -> pl.Expr:
    """1 where the month and the end of the contract stand in the dates of one tolerance."""
    if not fenetres:
        return pl.lit(0, pl.Int64)
    inside = [
        pl.col("mois").is_between(*dates) & pl.col("fin_contrat").is_between(*dates)
        for dates in fenetres
    ]
    return pl.any_horizontal(inside).fill_null(value=False).cast(pl.Int64)


def _column(name: str, default: int) -> pl.Expr:
    return pl.col(name).fill_null(default)


def _rate(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64)


def _position(frame: pl.DataFrame, name: str, values: tuple[str, ...]) -> pl.Expr:
    """Place of each value in `values`; null is the first, the default."""
    if frame.get_column(name).null_count() == frame.height:
        return pl.lit(0, pl.Int64)
    places = {value: place for place, value in enumerate(values)}
    return pl.col(name).replace_strict(places, default=0, return_dtype=pl.Int64)


def _rate_position(frame: pl.DataFrame, rates: pl.DataFrame) -> pl.Expr:
    if len(rates) <= 1:
        return pl.lit(0, pl.Int64)
    keys = ["taux_agirc_arrco_employeur_e6", "taux_at_e6"]
    places = frame.select(keys).join(
        rates.with_row_index("place"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return pl.lit(places.get_column("place").cast(pl.Int64))


class _CombinationDecoder:
    """The inverse of `_combinations`' code."""

    def __init__(self, origin: date, rates: list[tuple[int | None, int | None]]) -> None:
        self._origin = origin
        self._rates = rates

    def __call__(self, code: int) -> Combination:
        code, rate = divmod(code, len(self._rates))
        code, tolerance = divmod(code, 2)
        code, regime_bandeaux = divmod(code, len(REGIMES_BANDEAUX))
        code, profil = divmod(code, len(PROFILS))
        code, majoration = divmod(code, len(MAJORATIONS))
        code, perimetre = divmod(code, len(PERIMETRES))
        month, big = divmod(code, 2)
        year, month_index = divmod(month - 1, 12)
        return Combination(
            date(self._origin.year + year, month_index + 1, 1),
            50 if big else FNAL_DEFAULT_E4,
            PERIMETRES[perimetre],
            MAJORATIONS[majoration],
            PROFILS[profil],
            *self._rates[rate],
            tolerance=bool(tolerance),
            regime_bandeaux=REGIMES_BANDEAUX[regime_bandeaux],
        )


def _arrays(
    rows: list[tuple[Combination, Parametres]], convention: ConventionSmic
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    table = np.zeros((len(rows), k.N_COLUMNS), np.int64)
    factors = np.zeros((len(rows), k.N_FACTORS), np.float64)
    periods: dict[tuple[object, ...], int] = {}
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
        excluded = combination.perimetre == "exclu"
        table[i, k.EXCLUDED] = excluded
        table[i, k.CUTS_EXCLUDED] = excluded and combination.regime_bandeaux == "commun"
        _fill_table(table[i], p, convention)
        _fill_factors(factors[i], p)
    return table, factors


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


def _fill_factors(row: NDArray[np.float64], p: Parametres) -> None:
    majoration = p.majoration_num / p.majoration_den
    width = p.seuil_e2 - 100
    row[k.GAIN] = p.seuil_e2 / width / k.UNITS_PER_CENT
    row[k.LAG] = 100 / width
    row[k.SLOPE] = (p.t_e6 - p.t_min_e6) / 100 * majoration
    row[k.FLOOR] = p.t_min_e6 / 100 * majoration
    row[k.COMPLEMENT_SLOPE] = p.complement_e6 / 100 * majoration


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
