"""A whole physical frame through the kernels, in blocks over threads, and the result table."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc import schema
from batchcalc.bridge import periods
from batchcalc.bridge.compute import EXCLU, STATUTS, Block
from batchcalc.bridge.terms import Terms, smic_terms
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.rules.load import Rules

BLOCK_ROWS = 1 << 18

KEY = ("siret", "salarie", "contrat", "mois")

# Columns of the result after the key: physical name and how it is shown.
RESULT: dict[str, str] = {
    "remuneration_cents": "remuneration",
    "smic_e6": "smic",
    "cumul_remuneration_cents": "cumul_remuneration",
    "cumul_smic_e6": "cumul_smic",
    "coefficient_e4": "coefficient",
    "coefficient_complement_e4": "coefficient_complement",
    "reduction_cents": "reduction",
    "cumul_reduction_cents": "cumul_reduction",
    "reduction_urssaf_cents": "reduction_urssaf",
    "reduction_agirc_arrco_cents": "reduction_agirc_arrco",
    "reduction_france_travail_cents": "reduction_france_travail",
    "dont_chomage_cents": "dont_chomage",
    "taux_maladie_reduit": "taux_maladie_reduit",
    "taux_allocations_familiales_reduit": "taux_allocations_familiales_reduit",
    "assiette_complement_maladie_cents": "assiette_complement_maladie",
    "assiette_complement_allocations_familiales_cents": (
        "assiette_complement_allocations_familiales"
    ),
    "reduction_maladie_cents": "reduction_maladie",
    "reduction_allocations_familiales_cents": "reduction_allocations_familiales",
}
_SCALES = {"_cents": (18, 2), "_e4": (6, 4), "_e6": (18, 6)}


@dataclass(frozen=True, slots=True)
class Computed:
    """The outcome of `compute`.

    Attributes:
        physical: key and results in integers, in the order of the result table.
        rejets: rows the rules hold no value for, and rows whose SMIC term is out of bounds.
        settled: how many values exact arithmetic had to settle.
    """

    physical: pl.DataFrame
    rejets: pl.DataFrame
    settled: int

    @property
    def contributions(self) -> pl.DataFrame:
        """The result table: money in Decimal euros."""
        return self.physical.select(*KEY, *_public_columns(), "statut")


def compute(frame: pl.DataFrame, rules: Rules, options: Options, threads: int = 1) -> Computed:
    """Compute sorted, merged contract-months.

    Args:
        frame: physical columns (see `schema`), sorted by key and month, one row per key and month.
        rules: the parameters of law.
        options: the employer's choices.
        threads: how many blocks are computed at once; the result does not depend on it.
    """
    frame = _complete(frame)
    table = periods.build(frame, rules, options)
    frame, table, rejets = _without_rule_errors(frame, table, rules, options)
    terms = smic_terms(frame, table)
    out_of_bounds = np.maximum(np.abs(terms[0].s), np.abs(terms[1].s)) > k.SMIC_LIMIT
    if out_of_bounds.any():
        faulty = schema.rejets(
            frame.filter(pl.lit(out_of_bounds)),
            colonne="smic_retenu",
            code="hors-bornes",
            message="The SMIC term of the month exceeds one million euros:"
            " check contract time, presence ratio and hours.",
        )
        rest = compute(frame.filter(~pl.lit(out_of_bounds)), rules, options, threads)
        return replace(rest, rejets=pl.concat([rejets, faulty, rest.rejets]))
    bounds = list(_blocks(frame))
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        parts = list(pool.map(lambda b: _block(frame, table, terms, options, *b), bounds))
    physical = pl.concat([part for part, _ in parts]) if parts else _empty()
    return Computed(physical, rejets, sum(settled for _, settled in parts))


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Optional columns that are absent are null."""
    types = {"texte": pl.String, "choix": pl.String, "jour": pl.Date}
    return frame.with_columns(
        pl.lit(None, types.get(column.genre, pl.Int64)).alias(column.physique)
        for column in schema.COLONNES
        if column.physique not in frame.columns
    )


def _without_rule_errors(
    frame: pl.DataFrame, table: periods.PeriodTable, rules: Rules, options: Options
) -> tuple[pl.DataFrame, periods.PeriodTable, pl.DataFrame]:
    if not table.errors:
        return frame, table, schema.no_rejets()
    rejets = [
        schema.rejets(
            frame[rows], colonne="profil", code=error.code, message=f"{error.message} {error.hint}"
        )
        for error, rows in table.errors
    ]
    frame = frame.filter(pl.lit(table.par >= 0))
    return frame, periods.build(frame, rules, options), pl.concat(rejets)


def _blocks(frame: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Bounds of blocks of about BLOCK_ROWS rows that cut no contract."""
    same = frame.select(
        pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in KEY[:3]).fill_null(
            value=False
        )
    ).to_series()
    starts = np.flatnonzero(~same.to_numpy())
    lo = 0
    while lo < frame.height:
        place = np.searchsorted(starts, lo + BLOCK_ROWS)
        hi = int(starts[place]) if place < len(starts) else frame.height
        yield lo, hi
        lo = hi


def _block(
    frame: pl.DataFrame,
    table: periods.PeriodTable,
    terms: tuple[Terms, Terms],
    options: Options,
    lo: int,
    hi: int,
) -> tuple[pl.DataFrame, int]:
    part = frame[lo:hi]
    main = _cut(terms[0], lo, hi)
    reference = main if terms[1] is terms[0] else _cut(terms[1], lo, hi)
    block = Block(part, replace(table, par=table.par[lo:hi]), (main, reference), options)
    results = pl.DataFrame({name: block.results[name] for name in RESULT if name in block.results})
    statut = _statut(part, block.results["statut"])
    columns = [*part.select(*KEY, "remuneration_cents"), *results, statut]
    return pl.DataFrame(columns).select(*KEY, *RESULT, "statut"), block.settled


def _cut(terms: Terms, lo: int, hi: int) -> Terms:
    return Terms(terms.s[lo:hi], terms.inexact[lo:hi])


def _statut(part: pl.DataFrame, codes: NDArray[np.generic]) -> pl.Series:
    statut = pl.Series(STATUTS).gather(codes.astype(np.uint32)).alias("statut")
    motif = part.get_column("motif_exclusion")
    if motif.null_count() == motif.len():
        return statut
    excluded = pl.Series(codes == EXCLU)
    named = pl.select(
        pl.when(excluded & motif.is_not_null())
        .then(pl.concat_str(pl.lit("exclu_"), motif))
        .otherwise(statut)
        .alias("statut")
    )
    return named.to_series()


def _public_columns() -> Iterator[pl.Expr]:
    for physical, public in RESULT.items():
        suffix = next((s for s in _SCALES if physical.endswith(s)), None)
        column = pl.col(physical)
        yield (schema.decimal(column, *_SCALES[suffix]) if suffix else column).alias(public)


def _empty() -> pl.DataFrame:
    integers = {name: pl.Int64 for name in RESULT if name.endswith(tuple(_SCALES))}
    flags = {name: pl.Boolean for name in RESULT if name not in integers}
    types = {"siret": pl.String, "salarie": pl.String, "contrat": pl.String, "mois": pl.Date}
    return pl.DataFrame(schema={**types, **integers, **flags, "statut": pl.String}).select(
        *types, *RESULT, "statut"
    )
