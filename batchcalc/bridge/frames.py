"""From a data frame to a lot and back: contract-months in, the result table out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc import schema
from batchcalc.bridge import lot as lots
from batchcalc.bridge.block import STATUTS
from batchcalc.bridge.lot import Lot
from batchcalc.bridge.results import RESULT, Ecart, decimal_places, results
from batchcalc.bridge.sommes import sommes
from batchcalc.bridge.workspace import Arrays, Workspace
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.reference.rows import MoisContrat
from batchcalc.rules.load import Rules
from batchcalc.schema.calendrier import numeros_de_mois
from batchcalc.schema.ordre import Reperes, jours_de_mois, reperes

KEY: Final = schema.CLE


def _public_type(physical: str) -> pl.DataType:
    places = decimal_places(physical)
    return pl.Decimal(*places) if places else pl.Boolean()


SCHEMA: Final[pl.Schema] = pl.Schema(
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
        results: the columns of `block.COLUMNS`, in integers.
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


@cache
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
    given = results(lot, rules, options, workspace)
    if given.ecarts:
        return _without(frame, given.ecarts, rules, options, workspace)
    return Computed(frame, marques, lot.mois, given.arrays, schema.no_rejets(), given.settled)


def _without(
    frame: pl.DataFrame,
    ecarts: tuple[Ecart, ...],
    rules: Rules,
    options: Options,
    workspace: Workspace,
) -> Computed:
    """The outcome of the other rows, and the rejects of those."""
    kept = np.ones(frame.height, np.bool_)
    for ecart in ecarts:
        kept[ecart.rows] = False
    rejets = [schema.rejets(frame[ecart.rows], **ecart.raison._asdict()) for ecart in ecarts]
    rest = compute(frame.filter(pl.Series(kept)), rules, options, workspace=workspace)
    return replace(rest, rejets=schema.tous_les_rejets(*rejets, rest.rejets))


# --- Frames to lots -------------------------------------------------------------------------------


def lot_of(frame: pl.DataFrame, marques: Reperes | None = None) -> Lot:
    """A physical frame as arrays; `marques`: where its keys change, if that is known."""
    mois = numeros_de_mois(jours_de_mois(frame))
    presents = lots.COMPUTED_ON & set(frame.columns)
    noms = [
        column.physique
        for column in schema.COLONNES
        if column.physique in presents and _holds_something(frame.get_column(column.physique))
    ]
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
        lots.first_rows(contrats, mois),
        {nom: arrays.get_column(nom).to_numpy() for nom in nombres},
        {nom: arrays.get_column(f"{nom} connu").to_numpy() for nom in troues},
        {nom: arrays.get_column(nom).to_numpy() for nom in noms if nom in lots.CHOIX},
    )


def _holds_something(values: pl.Series) -> bool:
    return not values.len() or values.null_count() < values.len()


def _number(nom: str) -> pl.Expr:
    return pl.col(nom).to_physical().cast(pl.Int64).fill_null(lots.DEFAUTS.get(nom, 0))


def _place(nom: str) -> pl.Expr:
    places = {choice: place for place, choice in enumerate(lots.CHOIX[nom])}
    return pl.col(nom).replace_strict(places, default=0, return_dtype=pl.Int64)


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
