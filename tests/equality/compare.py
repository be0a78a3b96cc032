"""The kernels against the reference, row by row and column by column, with no tolerance."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import groupby

import polars as pl

from batchcalc.bridge import compute
from batchcalc.bridge.frames import RESULT
from batchcalc.options import Options
from batchcalc.reference.contributions import Ligne, compute_contract, parametres_of
from batchcalc.reference.money import round_half_away
from batchcalc.reference.rows import MoisContrat
from batchcalc.rules.load import Rules

MODES = (
    Options("progressive", "52/12"),
    Options("annuelle", "52/12", abattement_anticipation=15),
    Options("progressive", "151.67", tolerances=True),
    Options("annuelle", "151.67", abattement_anticipation=7, tolerances=True),
)
"""Options that together take every branch they open."""

FIELDS = [field.name for field in fields(MoisContrat) if field.name != "row"]


@dataclass(frozen=True)
class Outcome:
    """What a comparison found.

    Attributes:
        results: key and results of every row, as the kernels gave them.
        differing: both sides of the rows that differ.
        settled: how many values exact arithmetic had to settle.
    """

    results: pl.DataFrame
    differing: pl.DataFrame
    settled: int


def compare(frame: pl.DataFrame, options: Options, rules: Rules | None = None) -> Outcome:
    """Compare every column of the result of a frame sorted by key."""
    rules = rules or Rules.load()
    computed = compute(frame, rules, options)
    assert computed.rejets.is_empty(), computed.rejets
    columns = [*RESULT, "statut"]
    kernels = computed.physical.select(columns)
    reference = pl.DataFrame(
        reference_rows(frame, options, rules), schema=kernels.schema, orient="row"
    )
    same = pl.all_horizontal(
        kernels.get_column(name).eq_missing(reference.get_column(name)) for name in columns
    )
    agree = pl.select(same).to_series()
    both = pl.concat(
        [computed.physical, reference.rename(lambda name: f"{name}_reference")], how="horizontal"
    )
    return Outcome(computed.physical, both.filter(~agree), computed.settled)


def agreed(frame: pl.DataFrame, options: Options | None = None) -> pl.DataFrame:
    """The results, once kernels and reference agree on every one of them."""
    outcome = compare(frame, options or Options())
    assert outcome.differing.is_empty(), differences(outcome.differing)
    return outcome.results


def differences(differing: pl.DataFrame) -> list[dict[str, object]]:
    """The keys and the columns that differ, kernels first, of a few rows."""
    return [
        {name: row[name] for name in ("salarie", "contrat", "mois")}
        | {
            name: (row[name], row[f"{name}_reference"])
            for name in (*RESULT, "statut")
            if row[name] != row[f"{name}_reference"]
        }
        for row in differing.head(5).iter_rows(named=True)
    ]


def reference_rows(frame: pl.DataFrame, options: Options, rules: Rules) -> list[tuple[object, ...]]:
    """The reference's results in the physical columns of RESULT, then `statut`."""
    parametres = parametres_of(rules, options)
    months = frame.with_columns(pl.col("debut_contrat", "fin_contrat").dt.truncate("1mo"))
    entrees = (
        MoisContrat(i, **{k: v for k, v in zip(FIELDS, values, strict=True) if v is not None})
        for i, values in enumerate(months.select(FIELDS).iter_rows(), start=1)
    )
    rows = []
    for _, contract_year in groupby(entrees, key=_unit):
        lignes = compute_contract(list(contract_year), parametres, options)
        rows.extend(physical(ligne) for ligne in lignes)
    return rows


def _unit(entree: MoisContrat) -> tuple[str, str, str, int]:
    return entree.siret, entree.salarie, entree.contrat, entree.mois.year


def physical(ligne: Ligne) -> tuple[object, ...]:
    """One reference row in integers, in the order of RESULT."""
    etape, total, parts = ligne.etape, ligne.etape.total, ligne.repartition
    return (
        ligne.mois.entree.remuneration_cents,
        round_half_away(ligne.mois.donnees.s * 10_000),
        etape.cumul.r,
        round_half_away(etape.cumul.s * 10_000),
        total.coefficient.e4,
        total.coefficient_complement.e4,
        etape.reduction_cents,
        etape.cumul_reduction_cents,
        parts.urssaf_cents,
        parts.agirc_arrco_cents,
        parts.france_travail_cents,
        parts.dont_chomage_cents,
        ligne.maladie.eligible,
        ligne.famille.eligible,
        ligne.maladie.assiette_cents,
        ligne.famille.assiette_cents,
        ligne.maladie.reduction_cents,
        ligne.famille.reduction_cents,
        ligne.statut,
    )
