"""A lot through the rules and the kernels: its results in integers, or the rows without and why.

Nothing here needs a data frame: workers that have no polars compute by it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from batchcalc.bridge import periods
from batchcalc.bridge.block import Block
from batchcalc.bridge.lot import Lot
from batchcalc.bridge.terms import Terms, smic_terms
from batchcalc.bridge.workspace import Arrays, Workspace
from batchcalc.kernels import types as k
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.schema.raisons import SMIC_HORS_BORNES, Raison

BLOCK_ROWS = 1 << 16
"""Rows computed together: their arrays stay in the processor's cache."""

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

TOTAUX: Final = (
    "remuneration_cents",
    "smic_e6",
    "reduction_cents",
    "reduction_urssaf_cents",
    "reduction_agirc_arrco_cents",
    "reduction_france_travail_cents",
    "dont_chomage_cents",
    "reduction_maladie_cents",
    "reduction_allocations_familiales_cents",
)
"""What the control totals sum over all results: cents, and millionths of a euro for S."""

_SCALES: Final = {"_cents": (18, 2), "_e4": (6, 4), "_e6": (18, 6)}


def decimal_places(physical: str) -> tuple[int, int] | None:
    """Precision and scale of the public column; None for a column that is not a number."""
    return next((s for end, s in _SCALES.items() if physical.endswith(end)), None)


@dataclass(frozen=True, slots=True)
class Ecart:
    """Some rows of a lot that cannot be computed, and why."""

    rows: NDArray[np.intp]
    raison: Raison


@dataclass(frozen=True, slots=True)
class Results:
    """What a lot gives: the results, or the rows to set apart before there can be any.

    Attributes:
        arrays: the columns of `block.COLUMNS`; empty where there are `ecarts`.
        settled: how many values exact arithmetic had to settle.
        ecarts: rows the rules hold no value for, or whose SMIC term is out of bounds.
    """

    arrays: Arrays
    settled: int
    ecarts: tuple[Ecart, ...] = ()


def results(
    lot: Lot, rules: Rules, options: Options, workspace: Workspace | None = None
) -> Results:
    """Compute whole contract-years, sorted and merged.

    Args:
        lot: the contract-months.
        rules: the parameters of law.
        options: the employer's choices.
        workspace: what holds the results, until it serves again; by default one of its own.
    """
    table = periods.build(lot, rules, options)
    if table.errors:
        return Results({}, 0, tuple(_without_rule(table)))
    terms = smic_terms(lot, table)
    if any(_is_beyond(term.s) for term in terms):
        beyond = np.maximum(np.abs(terms[0].s), np.abs(terms[1].s)) > k.SMIC_LIMIT
        return Results({}, 0, (Ecart(np.flatnonzero(beyond), SMIC_HORS_BORNES),))
    return compute_blocks(lot, table, terms, options, workspace or Workspace())


def compute_blocks(
    lot: Lot,
    table: periods.PeriodTable,
    terms: tuple[Terms, Terms],
    options: Options,
    workspace: Workspace,
) -> Results:
    """The results of a lot, block after block."""
    arrays, settled = workspace.results(len(lot)), 0
    for lo, hi in _blocks(lot):
        main = terms[0].part(lo, hi)
        block = Block(
            lot.part(lo, hi),
            table.part(lo, hi),
            (main, main if terms[1] is terms[0] else terms[1].part(lo, hi)),
            options,
            {name: values[lo:hi] for name, values in arrays.items()},
            workspace,
        )
        block.compute()
        settled += block.settled
    return Results(arrays, settled)


def _without_rule(table: periods.PeriodTable) -> Iterator[Ecart]:
    for error, rows in table.errors:
        yield Ecart(rows, Raison("profil", error.code, f"{error.message} {error.hint}"))


def _is_beyond(s: NDArray[np.int64]) -> bool:
    return bool(s.size and (s.max() > k.SMIC_LIMIT or s.min() < -k.SMIC_LIMIT))


def _blocks(lot: Lot) -> Iterator[tuple[int, int]]:
    """Bounds of blocks of about BLOCK_ROWS rows that cut no contract-year."""
    premier, lo = lot.premier.view(np.bool_), 0
    while lo < len(lot):
        later = premier[lo + BLOCK_ROWS :]
        hi = lo + BLOCK_ROWS + int(later.argmax()) if later.any() else len(lot)
        yield lo, hi
        lo = hi
