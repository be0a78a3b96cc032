"""From a data frame to a lot and back: contract-months in, the result table out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc import schema
from batchcalc.bridge import lot as lots
from batchcalc.bridge import periods
from batchcalc.bridge.compute import STATUTS, Block
from batchcalc.bridge.lot import Lot
from batchcalc.bridge.sommes import sommes
from batchcalc.bridge.terms import Terms, smic_terms
from batchcalc.bridge.workspace import Arrays, Workspace
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.reference.rows import MoisContrat
from batchcalc.rules.load import Rules
from batchcalc.schema.calendrier import numeros_de_mois
from batchcalc.schema.ordre import Reperes, reperes

BLOCK_ROWS = 1 << 16
"""Rows computed together: their arrays stay in the processor's cache."""

KEY: Final = schema.CLE

RESULT: Final = {
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
"""Columns of the result between the key and `statut`: physical name, and public name."""

_SCALES: Final = {"_cents": (18, 2), "_e4": (6, 4), "_e6": (18, 6)}


def _public_type(physical: str) -> pl.DataType:
    scale = next((s for end, s in _SCALES.items() if physical.endswith(end)), None)
    return pl.Decimal(*scale) if scale else pl.Boolean()


SCHEMA: Final = pl.Schema(
    {
        **dict.fromkeys(KEY, pl.String()),
        "mois": pl.Date(),
        **{public: _public_type(physical) for physical, public in RESULT.items()},
        "statut": pl.String(),
    }
)
"""Columns and types of the result table; money in Decimal euros."""

_PHYSICAL: Final = {public: physical for physical, public in RESULT.items()}


@dataclass(frozen=True, slots=True)
class Computed:
    """The outcome of `compute`.

    Attributes:
        entree: the rows computed, as they were given.
        reperes: where their keys change.
        mois: number of the month of each.
        results: the columns of `compute.COLUMNS`, in integers.
        rejets: rows the rules hold no value for, and rows whose SMIC term is out of bounds.
        settled: how many values exact arithmetic had to settle.
    """

    entree: pl.DataFrame
    reperes: Reperes
    mois: NDArray[np.int32]
    results: Arrays
    rejets: pl.DataFrame
    settled: int

    @property
    def physical(self) -> pl.DataFrame:
        """Key, pay and results in the order of the result table; money in integer cents."""
        return pl.DataFrame([self._physical(name) for name in (*KEY, *RESULT, "statut")])

    def contributions(self, columns: Collection[str] = SCHEMA) -> pl.DataFrame:
        """The result table, or some of its columns."""
        chosen = pl.DataFrame([self._physical(_PHYSICAL.get(name, name)) for name in columns])
        return chosen.select(_public(name) for name in columns)

    def sommes(self) -> pl.DataFrame:
        """Sums by establishment and month."""
        sirets = self.entree.get_column("siret")
        return sommes(sirets, self.reperes.siret, self.mois, self.results)

    def totals(self, names: Collection[str]) -> dict[str, int]:
        """Sums over the rows of some numbers, in integers."""
        return {
            name: int(
                self.results[name].sum(dtype=np.int64)
                if name in self.results
                else self.entree.get_column(name).sum()
            )
            for name in names
        }

    def _physical(self, name: str) -> pl.Series:
        if name == "statut":
            return _statut(self.entree, self.results[name])
        if name not in self.results:
            return self.entree.get_column(name)
        values = self.results[name]
        return pl.Series(name, values.view(np.bool_) if values.dtype == np.int8 else values)


def _public(name: str) -> pl.Expr:
    dtype, column = SCHEMA[name], pl.col(_PHYSICAL.get(name, name))
    if isinstance(dtype, pl.Decimal):
        column = schema.decimal(column, dtype.precision or 0, dtype.scale)
    return column.alias(name)


def compute(
    frame: pl.DataFrame,
    rules: Rules,
    options: Options,
    marques: Reperes | None = None,
    workspace: Workspace | None = None,
) -> Computed:
    """Compute sorted, merged contract-months.

    Args:
        frame: physical columns (see `schema`), whole contract-years sorted by key and month, one
            row per key and month.
        rules: the parameters of law.
        options: the employer's choices.
        marques: where its keys change, if that is known.
        workspace: what holds the results, until it serves again; by default one of its own.
    """
    marques = marques or reperes(frame)
    workspace = workspace or Workspace()
    lot = lot_of(frame, marques)
    table = periods.build(lot, rules, options)
    without = partial(_without, frame, rules, options, workspace)
    if table.errors:
        return without(table.par < 0, _rule_errors(frame, table))
    terms = smic_terms(lot, table)
    if any(_is_beyond(term.s) for term in terms):
        out_of_bounds = np.maximum(np.abs(terms[0].s), np.abs(terms[1].s)) > k.SMIC_LIMIT
        return without(out_of_bounds, _out_of_bounds(frame.filter(pl.Series(out_of_bounds))))
    results = workspace.results(len(lot))
    settled = compute_blocks(lot, table, terms, options, results)
    return Computed(frame, marques, lot.mois, results, schema.no_rejets(), settled)


def compute_blocks(
    lot: Lot,
    table: periods.PeriodTable,
    terms: tuple[Terms, Terms],
    options: Options,
    results: Arrays,
) -> int:
    """Fill the results of a lot, block after block; how many values had to be settled."""
    settled = 0
    for lo, hi in _blocks(lot):
        block = Block(
            lot.part(lo, hi),
            table.part(lo, hi),
            (terms[0].part(lo, hi), terms[1].part(lo, hi)),
            options,
            {name: values[lo:hi] for name, values in results.items()},
        )
        block.compute()
        settled += block.settled
    return settled


def _is_beyond(s: NDArray[np.int64]) -> bool:
    return bool(s.size and (s.max() > k.SMIC_LIMIT or s.min() < -k.SMIC_LIMIT))


def _without(
    frame: pl.DataFrame,
    rules: Rules,
    options: Options,
    workspace: Workspace,
    faulty: NDArray[np.bool_],
    rejets: pl.DataFrame,
) -> Computed:
    """The outcome of the other rows, and the rejects of those."""
    rest = compute(frame.filter(pl.Series(~faulty)), rules, options, workspace=workspace)
    return replace(rest, rejets=pl.concat([rejets, rest.rejets]))


def _rule_errors(frame: pl.DataFrame, table: periods.PeriodTable) -> pl.DataFrame:
    return pl.concat(
        schema.rejets(
            frame[rows], colonne="profil", code=error.code, message=f"{error.message} {error.hint}"
        )
        for error, rows in table.errors
    )


def _out_of_bounds(frame: pl.DataFrame) -> pl.DataFrame:
    return schema.rejets(
        frame,
        colonne="smic_retenu",
        code="hors-bornes",
        message="The SMIC term of the month exceeds one million euros:"
        " check contract time, presence ratio and hours.",
    )


def _blocks(lot: Lot) -> Iterator[tuple[int, int]]:
    """Bounds of blocks of about BLOCK_ROWS rows that cut no contract-year."""
    starts = np.append(np.flatnonzero(lot.premier), len(lot))
    lo = 0
    while lo < len(lot):
        hi = int(starts[min(int(np.searchsorted(starts, lo + BLOCK_ROWS)), len(starts) - 1)])
        yield lo, hi
        lo = hi


# --- Frames to lots -------------------------------------------------------------------------------


_COMPUTED_ON: Final = {f.name for f in fields(MoisContrat)} - {*KEY, "motif_exclusion"}
"""Not what was declared."""


def lot_of(frame: pl.DataFrame, marques: Reperes | None = None) -> Lot:
    """A physical frame as arrays; `marques`: where its keys change, if that is known."""
    mois = numeros_de_mois(frame.get_column("mois").to_physical().to_numpy())
    noms = [column.physique for column in schema.COLONNES if _is_computed_on(column, frame)]
    nombres = [nom for nom in noms if nom not in lots.CHOIX]
    troues = [nom for nom in nombres if frame.get_column(nom).has_nulls()]
    arrays = frame.select(
        *(_number(nom) for nom in nombres),
        *(_place(nom) for nom in noms if nom in lots.CHOIX),
        *(pl.col(nom).is_not_null().alias(f"{nom} connu") for nom in troues),
    )
    contrats = (marques or reperes(frame)).contrat
    return Lot(
        mois,
        _first_rows(contrats, mois),
        {nom: arrays.get_column(nom).to_numpy() for nom in nombres},
        {nom: arrays.get_column(f"{nom} connu").to_numpy() for nom in troues},
        {nom: arrays.get_column(nom).to_numpy() for nom in noms if nom in lots.CHOIX},
    )


def _is_computed_on(column: schema.Colonne, frame: pl.DataFrame) -> bool:
    """Whether a column of numbers or choices is there, and not null throughout."""
    nom = column.physique
    if nom not in frame.columns or nom not in _COMPUTED_ON:
        return False
    values = frame.get_column(nom)
    return not values.len() or values.null_count() < values.len()


def _number(nom: str) -> pl.Expr:
    return pl.col(nom).to_physical().cast(pl.Int64).fill_null(lots.DEFAUTS.get(nom, 0))


def _place(nom: str) -> pl.Expr:
    places = {choice: place for place, choice in enumerate(lots.CHOIX[nom])}
    return pl.col(nom).replace_strict(places, default=0, return_dtype=pl.Int64)


def _first_rows(contrats: NDArray[np.bool_], mois: NDArray[np.int32]) -> NDArray[np.uint8]:
    """1 on the first row of each contract-year."""
    if not mois.size or mois.min() // 12 == mois.max() // 12:
        return contrats.view(np.uint8)
    year = mois // 12
    first = contrats.copy()
    first[1:] |= year[1:] != year[:-1]
    return first.view(np.uint8)


def entrees(frame: pl.DataFrame) -> Iterator[MoisContrat]:
    """The rows of a physical frame as the reference reads them."""
    names = [f.name for f in fields(MoisContrat) if f.name in frame.columns]
    months = frame.select(names).with_columns(
        pl.col(name).dt.truncate("1mo") for name in lots.DATES if name in names
    )
    for number, values in enumerate(months.iter_rows(), start=1):
        given = {n: v for n, v in zip(names, values, strict=True) if v is not None}
        yield MoisContrat(number, **given)


# --- Results to frames ----------------------------------------------------------------------------


def _statut(frame: pl.DataFrame, codes: NDArray[np.int8]) -> pl.Series:
    """Statuts as text, with the reason of an exclusion where one is given."""
    statut = pl.Series("statut", list(STATUTS)).gather(codes)
    if "motif_exclusion" not in frame.columns:
        return statut
    motif, named = pl.col("motif_exclusion"), pl.concat_str(pl.lit("exclu_"), "motif_exclusion")
    excluded = pl.Series(codes == k.EXCLU)
    return frame.select(
        pl.when(excluded & motif.is_not_null())
        .then(named)
        .otherwise(pl.lit(statut))
        .alias("statut")
    ).to_series()
