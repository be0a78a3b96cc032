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

FIELDS = [field.name for field in fields(MoisContrat) if field.name != "row"]


@dataclass(frozen=True)
class Outcome:
    """How many rows were compared, which differ, and how many values were settled exactly."""

    rows: int
    differing: pl.DataFrame
    settled: int


def compare(frame: pl.DataFrame, options: Options, rules: Rules | None = None) -> Outcome:
    """Compare every column of the result; `differing` holds both sides of the rows that differ."""
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
    keys = frame.select("siret", "salarie", "contrat", "mois")
    both = pl.concat(
        [keys, kernels, reference.rename(lambda name: f"{name}_reference")], how="horizontal"
    )
    return Outcome(frame.height, both.filter(~agree), computed.settled)


def reference_rows(frame: pl.DataFrame, options: Options, rules: Rules) -> list[tuple[object, ...]]:
    """The reference's results in the physical columns of RESULT, then `statut`."""
    parametres = parametres_of(rules)
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
        parts.dont_chomage_cents,
        ligne.maladie.eligible,
        ligne.famille.eligible,
        ligne.maladie.assiette_cents,
        ligne.famille.assiette_cents,
        ligne.maladie.reduction_cents,
        ligne.famille.reduction_cents,
        ligne.statut,
    )
