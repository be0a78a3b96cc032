"""Inputs of the benchmarks: made once from a seed, kept under `settings.DATA`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from batchcalc.generate import generate
from batchcalc.rules.load import Rules
from batchcalc.schema import decimal
from bench.settings import DATA, MONTHS

VERSION = 1
"""Part of every file name: raise it when what is made here changes."""

YEAR = 2024
"""The SMIC moves in November, the maladie cut has its own SMIC: no year is harder but 2019."""

SIRET_SIZE = 40
SCRAMBLE = 2_654_435_761
CHUNK = 9_600_000  # whole establishments: every file of a series sorts after the one before
DSN_BYTES_PER_CONTRACT_MONTH = 5_800
PERIOD = (date(2026, 1, 1), date(2026, 12, 1))


def payroll(rows: int, year: int = YEAR, first: int = 0) -> pl.DataFrame:
    """Contract-months of whole contract-years, sorted by key, in the columns of the contract.

    Pay is spread over the thresholds of the law; one contract in five is part-time, one in seven
    has overtime. `first` is the number of the first contract.
    """
    contracts = max(1, rows // MONTHS)
    rng = np.random.default_rng((year, first))
    mois = np.tile(np.datetime64(str(year), "M") + np.arange(MONTHS), contracts)
    return pl.DataFrame(
        {
            **_keys(np.arange(first, first + contracts)),
            "mois": pl.Series(mois.astype("datetime64[D]")),
            **_pay(rng, contracts, year),
        }
    ).with_columns(
        decimal(pl.col("remuneration"), 18, 2),
        decimal(pl.col("fnal"), 4, 2),
        decimal(pl.col("quotite_contrat"), 6, 2),
        decimal(pl.col("heures_supplementaires"), 8, 2),
    )


def _keys(number: np.ndarray) -> dict[str, pl.Series]:
    """Text keys of invented people: 40 contracts an establishment, people in no order of number."""
    siret = number // SIRET_SIZE + 10_000_000_000_000
    salarie = number * SCRAMBLE % 1_000_000_000_000 + 1_000_000_000_000
    salarie = salarie[np.lexsort((salarie, siret))]
    contrat = number + 100_000_000
    columns = {"siret": siret, "salarie": salarie, "contrat": contrat}
    return {
        name: pl.Series(np.repeat(values, MONTHS)).cast(pl.String)
        for name, values in columns.items()
    }


def _pay(rng: np.random.Generator, contracts: int, year: int) -> dict[str, pl.Series]:
    smic = Rules.load().parametres(date(year, 1, 1), fnal_e4=10).smic_horaire_cents * 1820 / 12
    quotite = np.where(rng.random(contracts) < 0.2, rng.choice([50, 60, 80], contracts), 100)
    level = rng.choice([1.0, 1.1, 1.3, 1.58, 2.0, 2.48, 3.2], contracts)
    full = np.repeat(level * quotite / 100 * smic, MONTHS)
    bonus = np.where(rng.random(full.size) < 0.08, 1.5, 1.0)
    cents = np.rint(full * bonus * rng.normal(1, 0.02, full.size)).astype(np.int64)
    overtime = rng.random(contracts) < 1 / 7
    hours = np.repeat(overtime, MONTHS) & (rng.random(full.size) < 0.7)
    worked = rng.integers(100, 1734, full.size)
    return {
        "remuneration": pl.Series(cents),
        "fnal": pl.Series(np.repeat(rng.choice([10, 50], contracts), MONTHS)),
        "quotite_contrat": _where(np.repeat(quotite < 100, MONTHS), np.repeat(quotite, MONTHS)),
        "heures_supplementaires": _where(hours, worked),
    }


def _where(mask: np.ndarray, values: np.ndarray) -> pl.Series:
    return pl.select(pl.when(pl.Series(mask)).then(pl.Series(values))).to_series()


# --- Files ----------------------------------------------------------------------------------------


def parquet(rows: int) -> Path:
    """One file in the order of the key."""
    return _made(f"table-{rows}.parquet", lambda path: payroll(rows).write_parquet(path))


def csv(rows: int) -> Path:
    """The same rows as text."""
    return _made(f"table-{rows}.csv", lambda path: payroll(rows).write_csv(path))


def monthly(rows: int) -> list[Path]:
    """The same rows as twelve files, one a month."""
    folder = _made(f"months-{rows}", lambda path: _write_months(payroll(rows), path))
    return sorted(folder.iterdir())


def chunks(rows: int, chunk: int = CHUNK) -> list[Path]:
    """About `rows` rows in files of `chunk`, in the order of the key: too many for one frame."""
    folder = _made(f"chunks-{rows}", lambda path: _write_chunks(rows, chunk, path))
    return sorted(folder.iterdir())


def declarations(size: int) -> list[Path]:
    """Twelve monthly DSN files of about `size` bytes together."""
    contracts = max(20, size // (DSN_BYTES_PER_CONTRACT_MONTH * MONTHS))
    folder = _made(f"dsn-{contracts}", lambda path: _write_dsn(contracts, path))
    return sorted(folder.glob("*.dsn"))


def _write_months(frame: pl.DataFrame, folder: Path) -> None:
    folder.mkdir()
    for (mois,), part in frame.partition_by("mois", as_dict=True).items():
        part.write_parquet(folder / f"{mois:%Y-%m}.parquet")


def _write_chunks(rows: int, chunk: int, folder: Path) -> None:
    folder.mkdir()
    for number in range(-(-rows // chunk)):
        part = payroll(min(chunk, rows), first=number * (chunk // MONTHS))
        part.write_parquet(folder / f"{number:03d}.parquet")


def _write_dsn(contracts: int, folder: Path) -> None:
    generate(contracts, *PERIOD, "dsn", folder)


def _made(name: str, write: Callable[[Path], object]) -> Path:
    """The file or folder of this name, written under another one until it is complete."""
    path = DATA / f"v{VERSION}-{name}"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        partial = DATA / f".{path.name}"
        discard(partial)
        write(partial)
        partial.replace(path)
    return path


def discard(path: Path) -> None:
    """Delete a file or a folder, whether it is there or not."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
