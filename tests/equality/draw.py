"""Random contract-years over every rule: seeded, in the physical columns of the bridge."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

SMIC_MONTH_CENTS = 160_000  # only a scale for drawing pay; the law's values are in the rules
MONTHS = 12


def draw(rows: int, seed: int, years: tuple[int, ...] = tuple(range(2018, 2027))) -> pl.DataFrame:
    """About `rows` contract-months, sorted by key and month, one row per key and month."""
    rng = np.random.default_rng(seed)
    contracts = max(1, rows // 9)
    present = rng.random((contracts, MONTHS)) < rng.choice([1.0, 0.9, 0.5], (contracts, 1))
    present[np.arange(contracts), rng.integers(0, MONTHS, contracts)] = True
    contract, month = np.nonzero(present)
    year = rng.choice(years, contracts)[contract]
    n = len(contract)
    columns = {
        **_keys(contract, year, month),
        **_pay(rng, contract, n),
        **_employer(rng, contract, year, n),
        **_smic(rng, contract, n),
        **_dates(rng, contract, year, n),
    }
    return pl.DataFrame(columns).with_columns(
        pl.lit(None, pl.String).alias("motif_exclusion"),
        pl.lit("draw").alias("fichier"),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("ligne"),
    )


def _keys(contract, year, month):
    mois = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + month
    number = pl.Series(contract).cast(pl.String).str.zfill(9)
    return {
        "siret": pl.Series(contract % 7).cast(pl.String).str.zfill(14),
        "salarie": number,
        "contrat": pl.Series(["1"] * len(contract)),
        "mois": pl.Series(mois.astype("datetime64[D]")).cast(pl.Date),
    }


def _sometimes(rng, contract, values, weights):
    """One value a contract, redrawn now and then inside it."""
    per_contract = rng.choice(len(values), contract.max() + 1, p=weights)[contract]
    redrawn = rng.choice(len(values), len(contract), p=weights)
    chosen = np.where(rng.random(len(contract)) < 0.02, redrawn, per_contract)
    return [values[i] for i in chosen]


def _optional(rng, values, probability):
    """An integer column, null but with `probability`."""
    return pl.Series(values, dtype=pl.Int64).scatter(
        np.flatnonzero(rng.random(len(values)) >= probability), None
    )


def _pay(rng, contract, n):
    level = rng.choice([1.0, 1.02, 1.2, 1.6, 2.0, 2.5, 3.0, 3.5], contract.max() + 1)
    level = level * rng.choice([1.0, rng.random(), 1.3], contract.max() + 1)
    pay = level[contract] * SMIC_MONTH_CENTS * rng.choice([1.0, 1.0, 1.1, 0.5, 4.0], n)
    pay = np.where(rng.random(n) < 0.3, np.rint(pay / 100) * 100, pay)
    cents = np.rint(pay + rng.normal(0, 1000, n)).astype(np.int64)
    cents[rng.random(n) < 0.02] *= -1
    cents[rng.random(n) < 0.02] = 0
    sans_dfs = np.rint(cents * rng.choice([1.0, 1.1, 1.25], n)).astype(np.int64)
    with_dfs = rng.random(contract.max() + 1)[contract] < 0.1
    return {
        "remuneration_cents": cents,
        "remuneration_sans_dfs_cents": pl.select(
            pl.when(pl.Series(with_dfs)).then(pl.Series(sans_dfs))
        ).to_series(),
        "ppv_cents": _optional(rng, rng.integers(-20_000, 100_000, n), 0.03),
    }


def _employer(rng, contract, year, n):
    profils = ("commun", "journaliste", "vrp_multicarte", "medecin_multi_employeurs", "expatrie")
    profil = _sometimes(rng, contract, profils, [0.8, 0.05, 0.05, 0.05, 0.05])
    return {
        "fnal_e4": pl.Series(
            _sometimes(rng, contract, (10, 50, None), [0.45, 0.45, 0.1]), dtype=pl.Int64
        ),
        "majoration": _sometimes(
            rng, contract, (None, "aucune", "interim", "caisse_conges"), [0.6, 0.1, 0.15, 0.15]
        ),
        "perimetre": _sometimes(
            rng, contract, (None, "general", "complet_2019", "exclu"), [0.6, 0.2, 0.15, 0.05]
        ),
        "profil": [p if y == 2026 else "commun" for p, y in zip(profil, year, strict=True)],
        "taux_agirc_arrco_employeur_e6": _optional(
            rng, rng.choice([50_100, 60_100, 47_200, 61_000, 54_321], n), 0.01
        ),
        "taux_at_e6": _optional(rng, rng.choice([2_000, 4_600, 12_000, 4_999], n), 0.01),
    }


def _smic(rng, contract, n):
    """Contract time, equivalence, presence, overtime, or S as the employer retained it."""
    reference = np.array([35_000_000, 151_670_000, 218_000_000, 1_607_000_000])
    kind = rng.integers(0, len(reference), contract.max() + 1)[contract]
    partial = rng.random(contract.max() + 1)[contract] < 0.25
    time = np.rint(reference[kind] * rng.choice([0.5, 0.8, 0.7142857, 1.1], n)).astype(np.int64)
    habituelle = rng.integers(100_000, 400_000, n)
    due = np.rint(habituelle * rng.choice([0.0, 0.5, 0.33, 1.0, -0.25, 1.02], n)).astype(np.int64)
    nothing = rng.random(n) < 0.1
    absent = rng.random(n) < 0.08
    presence = {
        "remuneration_due_cents": np.where(nothing, 0, due),
        "remuneration_habituelle_cents": np.where(nothing, 0, habituelle),
    }
    proration = {"quotite_contrat_e6": time, "quotite_reference_e6": reference[kind]}
    columns = {name: _where(partial, values) for name, values in proration.items()}
    columns |= {name: _where(absent, values) for name, values in presence.items()}
    columns["heures_equivalence_e2"] = _optional(
        rng, rng.choice([3500, 3625, 4000, 4250, 4500], n), 0.05
    )
    columns["heures_supplementaires_e4"] = _optional(
        rng, rng.choice([173_333, 100_000, 12_345, -20_000], n), 0.1
    )
    retained = rng.choice([SMIC_MONTH_CENTS, 180_180, 182_303, 99_999, 0, -5_000], n)
    columns["smic_retenu_cents"] = _optional(rng, retained, 0.1)
    return columns


def _where(mask, values):
    return pl.select(pl.when(pl.Series(mask)).then(pl.Series(values))).to_series()


def _dates(rng, contract, year, n):
    """Some contracts with a known start or end."""
    known = rng.random(n) < 0.05
    start = [date(y - d, m, 15) for y, d, m in zip(year, *_draws(rng, n, 2), strict=True)]
    end_known = rng.random(contract.max() + 1)[contract] < 0.2
    end_month = rng.integers(1, 13, contract.max() + 1)[contract]
    end = [date(y, m, 20) for y, m in zip(year, end_month, strict=True)]
    return {
        "debut_contrat": [d if k else None for d, k in zip(start, known, strict=True)],
        "fin_contrat": [d if k else None for d, k in zip(end, end_known, strict=True)],
    }


def _draws(rng, n, back):
    return rng.integers(0, back, n), rng.integers(1, 13, n)
