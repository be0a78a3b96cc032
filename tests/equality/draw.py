"""Random contract-years over every rule: seeded, in the physical columns of the bridge."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl

from batchcalc.rules.load import Rules
from batchcalc.schema import CLE
from tests.equality.frame import SCHEMA

YEARS = tuple(range(2018, 2027))
MONTHS = 12

# 153 780 cents make every threshold of every year a whole number of cents.
RETAINED_CENTS = 153_780
EXIT, MALADIE, FAMILLE = range(3)

PROFILS = (
    "commun",
    "journaliste",
    "vrp_multicarte",
    "medecin_multi_employeurs",
    "expatrie",
    "intermittent_spectacle",
)
EVERY_YEAR = ("commun", "intermittent_spectacle")

KINDS = 24
EMPLOYER = {
    "fnal_e4": (10, 50, None),
    "majoration": (None, None, None, "aucune", "interim", "caisse_conges"),
    "perimetre": (None, None, None, "general", "complet_2019", "complet_2019"),
    "profil": (None, *PROFILS, *(["commun"] * 5)),
    "regime_bandeaux": (None, "commun", "commun", "exoneration", "exoneration", "regime_special"),
    "taux_agirc_arrco_employeur_e6": (*([None] * 8), 50_100, 61_000, 47_200, 54_321),
    "taux_at_e6": (*([None] * 8), 2_000, 4_600, 12_000, 4_999),
}
"""What depends on the employer, more of what is common."""

# Months in which contracts end: any of them, more often those of the tolerances.
ENDS = (*range(MONTHS), 1, 1, 5, 5, 5, 5)

# How the pay of a contract is drawn.
ANY, AROUND, EQUAL, AT_SMIC = range(4)


def draw(rows: int, seed: int, years: tuple[int, ...] = YEARS) -> pl.DataFrame:
    """About `rows` contract-months, sorted by key, one row per key."""
    rng = np.random.default_rng(seed)
    contracts = max(1, rows // 9)
    present = rng.random((contracts, MONTHS)) < rng.choice([1.0, 0.9, 0.5], (contracts, 1))
    present[np.arange(contracts), rng.integers(0, MONTHS, contracts)] = True
    contract, month = np.nonzero(present)
    number, first_year = _numbers(rng, contracts, years)
    year = first_year[contract]
    shape = rng.choice(4, contracts, p=[0.5, 0.25, 0.2, 0.05])[contract]
    columns = {
        **_keys(number[contract], year, month),
        **_smic(rng, contract, shape),
        **_pay(rng, contract, year, month, shape),
        **_employer(rng, contract, year),
        **_dates(rng, contract, year, month),
    }
    frame = pl.DataFrame(columns).with_columns(
        pl.lit("draw").alias("fichier"), pl.int_range(1, pl.len() + 1).alias("ligne")
    )
    missing = [pl.lit(None).alias(name) for name in SCHEMA if name not in frame.columns]
    return frame.with_columns(missing).select(list(SCHEMA)).cast(SCHEMA).sort(CLE)


def _numbers(rng, contracts, years):
    """A number for each contract-year: the same twice where a contract runs into a next year."""
    number, year = np.arange(contracts), rng.choice(years, contracts)
    follows = (rng.random(contracts) < 0.2) & (number % 2 == 1) & (np.roll(year, 1) < max(years))
    return np.where(follows, number - 1, number), np.where(follows, np.roll(year, 1) + 1, year)


def _keys(number, year, month):
    mois = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + month
    return {
        "siret": pl.Series(number // 4 % 7).cast(pl.String).str.zfill(14),
        "salarie": pl.Series(number // 2).cast(pl.String).str.zfill(9),
        "contrat": pl.Series(number % 2).cast(pl.String),
        "mois": pl.Series(mois.astype("datetime64[D]")).cast(pl.Date),
    }


# --- drawing


def _by_contract(rng, contract, values, weights=None):
    """One value a contract."""
    return np.asarray(values)[rng.choice(len(values), contract.max() + 1, p=weights)][contract]


def _contracts(rng, contract, probability):
    """True on all the rows of a contract, with this probability."""
    return rng.random(contract.max() + 1)[contract] < probability


def _where(mask, values):
    return pl.select(pl.when(pl.Series(mask)).then(pl.Series(values))).to_series()


def _optional(rng, values, probability):
    """A column, null but with `probability`."""
    return _where(rng.random(len(values)) < probability, values)


# --- pay


@cache
def _law():
    """For each month: hourly SMIC, and the multiples of S of the exit and of both thresholds."""
    rules = Rules.load()
    table = np.empty((len(YEARS), MONTHS, 4))
    for y, year in enumerate(YEARS):
        for m in range(MONTHS):
            p = rules.parametres(date(year, m + 1, 1), fnal_e4=10)
            hour, exit_multiple = p.smic_horaire_cents, p.seuil_e2 / 100
            cuts = [
                b.multiple_e2 * b.smic_horaire_cents / hour / 100
                if b.multiple_e2
                else exit_multiple
                for b in (p.maladie, p.famille)
            ]
            table[y, m] = (hour, exit_multiple, *cuts)
    return table


def _pay(rng, contract, year, month, shape):
    n = len(contract)
    law = _law()[year - YEARS[0], month]
    smic = law[:, 0] * 1820 / 12
    threshold = _by_contract(rng, contract, [EXIT, MALADIE, FAMILLE], [0.6, 0.2, 0.2])
    multiple = law[np.arange(n), 1 + threshold]
    level = _by_contract(rng, contract, [0.5, 0.9, 1.0, 1.02, 1.2, 1.3, 1.45, 1.6, 2.5, 3.4])
    anything = level * smic * rng.choice(
        [1.0, 1.1, 0.5, 4.0], n, p=[0.75, 0.12, 0.1, 0.03]
    ) + rng.normal(0, 1000, n)
    round_euros = rng.random(n) < 0.3
    drawn = {
        ANY: np.where(round_euros, np.rint(anything / 100) * 100, anything),
        AROUND: smic * multiple * (1 + rng.normal(0, 0.02, n)),
        EQUAL: RETAINED_CENTS * multiple + rng.choice([0, 1, -1], n, p=[0.96, 0.02, 0.02]),
        AT_SMIC: smic + rng.integers(-1, 2, n),
    }
    cents = np.rint(np.choose(shape, list(drawn.values()))).astype(np.int64)
    loose = shape != EQUAL
    cents[loose & (rng.random(n) < 0.02)] *= -1
    cents[loose & (rng.random(n) < 0.02)] = 0
    kept = rng.choice([0.7, 0.8, 0.9, 1.0], n)
    with_dfs = _contracts(rng, contract, 0.1) & loose & (rng.random(n) < 0.9)
    return {
        "remuneration_cents": np.where(with_dfs, np.rint(cents * kept).astype(np.int64), cents),
        "remuneration_sans_dfs_cents": _where(with_dfs, cents),
        "cotisations_dues_cents": _where(
            _contracts(rng, contract, 0.1) & (rng.random(n) < 0.97),
            np.rint(cents * rng.choice([0.0, 0.2, 0.3, 0.33, 0.4], n)).astype(np.int64),
        ),
        "ppv_cents": _where(loose & (rng.random(n) < 0.05), rng.integers(-20_000, 100_000, n)),
    }


# --- employer


def _employer(rng, contract, year):
    """A contract stays with one kind of employer, and may pass a month with its neighbour."""
    kinds = _kinds(rng)
    elsewhere = rng.random(len(contract)) < 0.03
    kind = _by_contract(rng, contract, range(KINDS)) + KINDS * elsewhere
    columns = {
        name: pl.Series(values, dtype=SCHEMA[name]).gather(kind) for name, values in kinds.items()
    }
    sourced = (year == 2026) | columns["profil"].fill_null("commun").is_in(EVERY_YEAR).to_numpy()
    excluded = _contracts(rng, contract, 0.08) ^ (rng.random(len(contract)) < 0.02)
    motif = rng.choice(["mandat_social", "stage", "lodeom"], len(contract))
    return columns | {
        "profil": _where(sourced, columns["profil"]),
        "perimetre": pl.select(
            pl.when(pl.Series(excluded)).then(pl.lit("exclu")).otherwise(columns["perimetre"])
        ).to_series(),
        "motif_exclusion": _where(rng.random(len(contract)) < 0.5, motif),
    }


def _kinds(rng):
    """KINDS kinds of employer that hold every value, then the same ones with one value changed."""
    shuffled = {
        name: [values[i % len(values)] for i in rng.permutation(KINDS)]
        for name, values in EMPLOYER.items()
    }
    changing = rng.choice(list(EMPLOYER), KINDS)
    return {
        name: values + [values[i - 1] if changing[i] == name else values[i] for i in range(KINDS)]
        for name, values in shuffled.items()
    }


# --- SMIC term


def _smic(rng, contract, shape):
    """Contract time, equivalence, presence, overtime, or S as the employer retained it."""
    n, loose = len(contract), shape == ANY
    retained = np.where(
        shape == EQUAL,
        RETAINED_CENTS,
        rng.choice([160_000, 180_180, 182_303, 99_999, 0, -5_000], n),
    )
    return {
        **_contract_time(rng, contract, loose),
        **_presence(rng, n, loose),
        "heures_equivalence_e2": _where(
            loose & (rng.random(n) < 0.1), rng.choice([3500, 3625, 4000, 4250, 4500, 9_999], n)
        ),
        "heures_supplementaires_e4": _where(
            loose & (rng.random(n) < 0.2), rng.choice([173_333, 100_000, 12_345, -20_000], n)
        ),
        "smic_retenu_cents": _where((shape == EQUAL) | (loose & (rng.random(n) < 0.1)), retained),
    }


def _contract_time(rng, contract, loose):
    n = len(contract)
    reference = _by_contract(rng, contract, [35_000_000, 151_670_000, 218_000_000, 1_607_000_000])
    share = _by_contract(rng, contract, [0.5, 0.8, 0.7142857, 1.1])
    share = np.where(rng.random(n) < 0.05, rng.random(n), share)
    partial = _contracts(rng, contract, 0.3) & loose
    return {
        "quotite_contrat_e6": _where(partial, np.rint(reference * share).astype(np.int64)),
        "quotite_reference_e6": _where(partial, reference),
    }


def _presence(rng, n, loose):
    """Unpaid months, partial ones, corrections of either sign, and ratios no payroll has."""
    habituelle = rng.integers(100_000, 400_000, n) * rng.choice([1, -1], n, p=[0.98, 0.02])
    ratio = rng.choice([0.0, 0.5, 0.33, 1.0, -0.25, 1.02, 150.0], n, p=[0.15] * 6 + [0.1])
    due = np.rint(habituelle * ratio).astype(np.int64)
    nothing = rng.random(n) < 0.1
    absent = loose & (rng.random(n) < 0.15)
    return {
        "remuneration_due_cents": _where(absent, np.where(nothing, 0, due)),
        "remuneration_habituelle_cents": _where(absent, np.where(nothing, 0, habituelle)),
    }


# --- dates


def _dates(rng, contract, year, month):
    """Contracts whose start is known (in the first month given, or before), whose end is known."""
    first = np.concatenate([[True], contract[1:] != contract[:-1]])
    opening = month[first][contract]
    back = _by_contract(rng, contract, [0, 0, 1, 3, 14])
    start = np.datetime64("1970-01") + ((year - 1970) * MONTHS + opening - back)
    end = np.datetime64("1970-01") + ((year - 1970) * MONTHS + _by_contract(rng, contract, ENDS))
    return {
        "debut_contrat": _where(_contracts(rng, contract, 0.3), _days(start, 9)),
        "fin_contrat": _where(_contracts(rng, contract, 0.2), _days(end, 19)),
    }


def _days(months, day):
    return pl.Series(months.astype("datetime64[D]") + day).cast(pl.Date)
