"""The same reductions in DuckDB SQL, polars expressions, pandas and NumPy.

Written as a competent user of each would, on the columns `bench.data.payroll` makes: rows in the
order of the key, no special case of the law. All compute in 64-bit floats, so that now and then a
coefficient or an amount near a tie goes the other way: what batchcalc is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.rules.load import Rules
from bench import machine
from bench.settings import MONTHS

if TYPE_CHECKING:
    import pandas as pd

CONTRACT = ("siret", "salarie", "contrat")
AMOUNTS = (
    "reduction",
    "reduction_urssaf",
    "reduction_agirc_arrco",
    "reduction_maladie",
)
COLUMNS = (*CONTRACT, "mois", *AMOUNTS)
"""What every baseline computes and writes."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """The figures of one year, in euros and ratios.

    Attributes:
        smic, smic_maladie: hourly SMIC of each month, and that of the maladie threshold.
        t: T (Tmin + Tdelta) of small and big employers. t_min: Tmin.
        exit: multiple of S where the reduction ends. power: exponent.
        agirc_arrco: points of T that go to AGIRC-ARRCO.
        maladie: multiple of S below which pay bears the reduced rate; 0 without the cut.
        points: what the cut is worth.
    """

    smic: tuple[float, ...]
    smic_maladie: tuple[float, ...]
    t: tuple[float, float]
    t_min: float
    exit: float
    power: float
    agirc_arrco: float
    maladie: float
    points: float


@cache
def law(year: int) -> Law:
    """The figures of a year without a change of T inside it."""
    rules = Rules.load()
    small, big = (
        [rules.parametres(date(year, m, 1), fnal_e4=fnal) for m in range(1, MONTHS + 1)]
        for fnal in (10, 50)
    )
    p = small[0]
    cut = p.maladie.regime == "seuil"
    return Law(
        smic=tuple(m.smic_horaire_cents / 100 for m in small),
        smic_maladie=tuple(m.maladie.smic_horaire_cents / 100 for m in small),
        t=(p.t_e6 / 1e6, big[0].t_e6 / 1e6),
        t_min=p.t_min_e6 / 1e6,
        exit=p.seuil_e2 / 100,
        power=p.puissance_num / p.puissance_den,
        agirc_arrco=p.agirc_arrco_e6 / 1e6,
        maladie=p.maladie.multiple_e2 / 100 if cut else 0.0,
        points=p.maladie.points_e4 / 1e4,
    )


# --- polars ---------------------------------------------------------------------------------------


def polars_expressions(months: pl.LazyFrame, law: Law) -> pl.LazyFrame:
    """Running sums over the whole table, less what they were before each contract: no `over`."""
    month = pl.col("mois").dt.month()
    hours = 1820 / 12 * _float("quotite_contrat").fill_null(1.0)
    hours += _float("heures_supplementaires").fill_null(0.0)
    r, s, s_maladie, t = (pl.col(name) for name in ("r", "s", "s_maladie", "t"))
    base = (law.exit * s / r - 1) / (law.exit - 1)
    powered = base if law.power == 1 else base.clip(0.0) ** law.power
    raw = law.t_min + (t - law.t_min) * powered
    coefficient = pl.when(base > 0).then(pl.min_horizontal(raw, t)).otherwise(0.0)
    total = _rounded((coefficient * 1e4 + 0.5).floor() / 1e2 * r)
    cut = pl.when(r <= law.maladie * s_maladie).then(_rounded(law.points * 100 * r)).otherwise(0.0)
    urssaf = (pl.col("reduction") * (t - law.agirc_arrco) / t).round(2, "half_away_from_zero")
    return (
        months.with_columns(
            first=pl.any_horizontal(
                pl.col(key).ne_missing(pl.col(key).shift()) for key in CONTRACT
            ),
            hours=hours,
            t=pl.when(_float("fnal") > 0.3).then(law.t[1]).otherwise(law.t[0]),
            r=_float("remuneration"),
        )
        .with_columns(
            s=pl.col("hours") * _by_month(month, law.smic),
            s_maladie=pl.col("hours") * _by_month(month, law.smic_maladie),
        )
        .with_columns(_cumulated(name) for name in ("r", "s", "s_maladie"))
        .with_columns(total=total, cut=cut)
        .with_columns(reduction=_difference("total"), reduction_maladie=_difference("cut"))
        .with_columns(reduction_urssaf=urssaf)
        .with_columns(
            reduction_agirc_arrco=(pl.col("reduction") - pl.col("reduction_urssaf")).round(2)
        )
        .select(COLUMNS)
    )


def _first() -> pl.Expr:
    return pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift()) for key in CONTRACT)


def _float(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64)


def _by_month(month: pl.Expr, values: tuple[float, ...]) -> pl.Expr:
    return month.replace_strict(dict(enumerate(values, 1)), return_dtype=pl.Float64)


def _cumulated(name: str) -> pl.Expr:
    running = pl.col(name).cum_sum()
    return running - pl.when("first").then(running - pl.col(name)).forward_fill()


def _difference(name: str) -> pl.Expr:
    before = pl.when("first").then(0.0).otherwise(pl.col(name).shift(fill_value=0.0))
    return (pl.col(name) - before).round(2)


def _rounded(cents: pl.Expr) -> pl.Expr:
    return (cents + 0.5).floor() / 100


def polars_file(source: Path, target: Path, law: Law) -> None:
    """Parquet to Parquet, streaming."""
    polars_expressions(pl.scan_parquet(source), law).sink_parquet(target)


# --- NumPy ----------------------------------------------------------------------------------------


def numpy_arrays(
    law: Law,
    first: NDArray[np.bool_],
    month: NDArray[np.integer],
    r: Floats,
    hours: Floats,
    t: Floats,
) -> tuple[Floats, ...]:
    """AMOUNTS of each row; `month` counts from 0, `first` marks the rows a contract begins on."""
    starts = np.flatnonzero(first)
    lengths = np.diff(starts, append=len(r))

    def cumulated(x: Floats) -> Floats:
        running = np.cumsum(x)
        running -= np.repeat(running[starts] - x[starts], lengths)
        return running

    def difference(x: Floats) -> Floats:
        result = np.diff(x, prepend=0.0)
        result[starts] = x[starts]
        return np.round(result, 2)

    pay = cumulated(r)
    base = (law.exit * cumulated(hours * np.array(law.smic)[month]) / pay - 1) / (law.exit - 1)
    np.maximum(base, 0.0, out=base)
    raw = law.t_min * (base > 0) + (t - law.t_min) * (base if law.power == 1 else base**law.power)
    coefficient = np.floor(np.minimum(raw, t) * 1e4 + 0.5) / 1e4
    reduction = difference(np.floor(coefficient * pay * 100 + 0.5) / 100)
    low = pay <= law.maladie * cumulated(hours * np.array(law.smic_maladie)[month])
    maladie = difference(np.where(low, np.floor(law.points * 100 * pay + 0.5) / 100, 0.0))
    urssaf = np.round(reduction * (t - law.agirc_arrco) / t, 2)
    return reduction, urssaf, np.round(reduction - urssaf, 2), maladie


def numpy_columns(months: pl.DataFrame, law: Law) -> list[NDArray[Any]]:
    """The arguments of `numpy_arrays` from a frame."""
    columns = months.select(
        first=_first(),
        month=pl.col("mois").dt.month() - 1,
        r=_float("remuneration"),
        hours=1820 / 12 * _float("quotite_contrat").fill_null(1.0)
        + _float("heures_supplementaires").fill_null(0.0),
        t=pl.when(_float("fnal") > 0.3).then(law.t[1]).otherwise(law.t[0]),
    )
    return [column.to_numpy() for column in columns]


def numpy_frame(months: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The same from a frame to a frame."""
    amounts = numpy_arrays(law, *numpy_columns(months, law))
    results = (pl.Series(name, values) for name, values in zip(AMOUNTS, amounts, strict=True))
    return months.select(*CONTRACT, "mois", *results)


def numpy_file(source: Path, target: Path, law: Law) -> None:
    """Parquet to Parquet; polars reads and writes, NumPy computes."""
    numpy_frame(pl.read_parquet(source), law).write_parquet(target)


# --- pandas ---------------------------------------------------------------------------------------


def pandas_frame(months: pd.DataFrame, law: Law) -> pd.DataFrame:
    """Group sums on the number of the contract, not on three texts."""
    import pandas as pd

    keys = months[list(CONTRACT)]
    run = (keys != keys.shift()).any(axis=1).to_numpy(bool).cumsum()
    values = {
        name: months[name].astype("float64[pyarrow]").to_numpy(np.float64, na_value=default)
        for name, default in {
            "remuneration": np.nan,
            "fnal": 0.10,
            "quotite_contrat": 1.0,
            "heures_supplementaires": 0.0,
        }.items()
    }
    month = months["mois"].dt.month.to_numpy(np.int64) - 1
    hours = 1820 / 12 * values["quotite_contrat"] + values["heures_supplementaires"]
    t = np.where(values["fnal"] > 0.3, law.t[1], law.t[0])
    terms = pd.DataFrame(
        {
            "r": values["remuneration"],
            "s": hours * np.array(law.smic)[month],
            "s_maladie": hours * np.array(law.smic_maladie)[month],
        }
    )
    cumulated = terms.groupby(run, sort=False).cumsum()
    base = ((law.exit * cumulated["s"] / cumulated["r"] - 1) / (law.exit - 1)).clip(lower=0)
    raw = law.t_min * (base > 0) + (t - law.t_min) * base**law.power
    coefficient = np.floor(np.minimum(raw, t) * 1e4 + 0.5) / 1e4
    low = cumulated["r"] <= law.maladie * cumulated["s_maladie"]
    totals = pd.DataFrame(
        {
            "reduction": np.floor(coefficient * cumulated["r"] * 100 + 0.5) / 100,
            "maladie": np.where(low, np.floor(law.points * 100 * cumulated["r"] + 0.5) / 100, 0.0),
        }
    )
    before = totals.groupby(run, sort=False).shift(fill_value=0.0)
    amounts = (totals - before).round(2)
    urssaf = (amounts["reduction"] * (t - law.agirc_arrco) / t).round(2)
    return months[[*CONTRACT, "mois"]].assign(
        reduction=amounts["reduction"],
        reduction_urssaf=urssaf,
        reduction_agirc_arrco=(amounts["reduction"] - urssaf).round(2),
        reduction_maladie=amounts["maladie"],
    )


def pandas_of(months: pl.DataFrame) -> pd.DataFrame:
    """The payroll as pandas reads it from Parquet."""
    import pandas as pd

    return months.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)


def pandas_file(source: Path, target: Path, law: Law) -> None:
    """Parquet to Parquet through pyarrow."""
    import pandas as pd

    months = pd.read_parquet(source, dtype_backend="pyarrow")
    pandas_frame(months, law).to_parquet(target, index=False)


# --- DuckDB ---------------------------------------------------------------------------------------

_WINDOW = "(PARTITION BY siret, salarie, contrat, year(mois) ORDER BY mois)"

_SQL = """
WITH law(month, smic, smic_maladie) AS (VALUES {months}),
months AS (
    SELECT siret, salarie, contrat, mois, remuneration::DOUBLE AS pay, smic, smic_maladie,
        CASE WHEN fnal > 0.3 THEN {big} ELSE {small} END AS t,
        1820 / 12 * coalesce(quotite_contrat::DOUBLE, 1)
            + coalesce(heures_supplementaires::DOUBLE, 0) AS hours
    FROM {source} JOIN law ON month(mois) = law.month
),
cumulated AS (
    SELECT siret, salarie, contrat, mois, t, sum(pay) OVER w AS r, sum(hours * smic) OVER w AS s,
        sum(hours * smic_maladie) OVER w AS s_maladie
    FROM months WINDOW w AS {window}
),
coefficients AS (
    SELECT *, ({exit} * s / r - 1) / ({exit} - 1) AS base,
        CASE WHEN base > 0 THEN least({t_min} + (t - {t_min}) * {powered}, t) ELSE 0 END AS raw
    FROM cumulated
),
totals AS (
    SELECT *, floor(floor(raw * 1e4 + 0.5) / 1e4 * r * 100 + 0.5) / 100 AS total,
        CASE WHEN r <= {maladie} * s_maladie
            THEN floor({points} * r + 0.5) / 100 ELSE 0 END AS cut
    FROM coefficients
),
differences AS (
    SELECT siret, salarie, contrat, mois, t, round(total - lag(total, 1, 0) OVER w, 2) AS reduction,
        round(cut - lag(cut, 1, 0) OVER w, 2) AS reduction_maladie
    FROM totals WINDOW w AS {window}
)
SELECT siret, salarie, contrat, mois, reduction,
    round(reduction * (t - {agirc_arrco}) / t, 2) AS reduction_urssaf,
    round(reduction - reduction_urssaf, 2) AS reduction_agirc_arrco, reduction_maladie
FROM differences
"""


def duckdb_sql(source: str, law: Law) -> str:
    """The query over `source`, a table or `read_parquet(...)`."""
    months = zip(law.smic, law.smic_maladie, strict=True)
    return _SQL.format(
        source=source,
        window=_WINDOW,
        months=", ".join(f"({i}, {smic}, {cut})" for i, (smic, cut) in enumerate(months, 1)),
        small=law.t[0],
        big=law.t[1],
        t_min=law.t_min,
        exit=law.exit,
        powered="base" if law.power == 1 else f"pow(base, {law.power})",
        agirc_arrco=law.agirc_arrco,
        maladie=law.maladie,
        points=law.points * 100,
    )


def duckdb_table(months: Any, law: Law) -> Any:
    """From an Arrow table to an Arrow table."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("source", months)
        return connection.sql(duckdb_sql("source", law)).to_arrow_table()


def duckdb_file(source: Path, target: Path, law: Law) -> None:
    """Parquet to Parquet."""
    import duckdb

    query = duckdb_sql(f"read_parquet('{source}')", law)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


FILES: dict[str, Callable[[Path, Path, Law], None]] = {
    name: run
    for name, package, run in (
        ("DuckDB", "duckdb", duckdb_file),
        ("polars expressions", "polars", polars_file),
        ("pandas", "pandas", pandas_file),
        ("NumPy", "numpy", numpy_file),
    )
    if machine.has(package) and (package != "pandas" or machine.has("pyarrow"))
}
"""The baselines that are installed, from file to file."""

TABLES: dict[str, tuple[Callable[[Any, Law], Any], Callable[[pl.DataFrame], Any]]] = {
    "duckdb": (duckdb_table, pl.DataFrame.to_arrow),
    "pandas": (pandas_frame, pandas_of),
}
"""The baselines that have tables of their own: how they compute, how their table is made."""
