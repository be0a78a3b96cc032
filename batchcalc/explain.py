"""Finding one contract-month and deriving it with the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from batchcalc import schema
from batchcalc.bridge.frames import entrees
from batchcalc.errors import InputError
from batchcalc.io.copies import copies
from batchcalc.io.lecture import ouvre_entrees, silent
from batchcalc.io.source import Format, resolve
from batchcalc.options import Options
from batchcalc.reference.contributions import compute_contract, parametres_of
from batchcalc.report.derivation import derivation
from batchcalc.rules.load import Rules


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which row to explain.

    Attributes:
        contrat, mois: contract number and first day of the month.
        siret, ligne: needed where several establishments or persons share the number.
    """

    contrat: str
    mois: date
    siret: str | None = None
    ligne: int | None = None


def explain(
    inputs: Sequence[str],
    wanted: Wanted,
    *,
    options: Options,
    rules: Rules,
    input_format: Format | None = None,
) -> list[str]:
    """The derivation of one contract-month, a line of text a step.

    Raises:
        InputError: no such row, or several; an input that cannot be read.
    """
    with copies(resolve(inputs, input_format=input_format)) as fichiers:
        lecture = ouvre_entrees(fichiers, threads=1, progress=silent)
        good, _ = checked(lecture.tout()[0], rules)
    row = _one(good, wanted)
    contract_year = good.filter(
        *(pl.col(name) == row[name] for name in ("siret", "salarie", "contrat")),
        pl.col("mois").dt.year() == wanted.mois.year,
    )
    lignes = compute_contract(list(entrees(contract_year)), parametres_of(rules, options), options)
    ligne = next(ligne for ligne in lignes if ligne.mois.entree.mois == wanted.mois)
    return list(derivation(ligne, options))


def _one(frame: pl.DataFrame, wanted: Wanted) -> dict[str, object]:
    rows = frame.filter(pl.col("contrat") == wanted.contrat, pl.col("mois") == wanted.mois)
    if wanted.siret is not None:
        rows = rows.filter(pl.col("siret") == wanted.siret)
    if wanted.ligne is not None:
        rows = rows.filter(pl.col("ligne") == wanted.ligne)
    if rows.height == 1:
        return rows.row(0, named=True)
    if rows.is_empty():
        raise InputError(
            f"No usable row for contract {wanted.contrat} in {wanted.mois:%Y-%m}.",
            hint="Check the number and the month; `run` shows the rows that were rejected.",
            code="ligne-introuvable",
        )
    places = ", ".join(
        f"{siret} (line {ligne})" for siret, ligne in rows.select("siret", "ligne").head(5).rows()
    )
    raise InputError(
        f"{rows.height} rows fit contract {wanted.contrat} in {wanted.mois:%Y-%m}: {places}.",
        hint="Add --siret, or --ligne with the line of the one you want.",
        code="ligne-ambigue",
    )


def checked(frame: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that can be computed, one a key and month, sorted; and the rejects."""
    good, faulty = schema.controle(
        frame, premier_mois=rules.premier_mois, dernier_mois=rules.dernier_mois
    )
    merged, _, disagreeing = schema.fusionne(good)
    return merged, pl.concat([faulty, disagreeing])
