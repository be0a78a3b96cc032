"""A packet of contracts as a worker takes and gives it: one table for all that it made."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from batchcalc.arrow.calcul import CONTRIBUTIONS, Calcul, calcule, decimales
from batchcalc.arrow.ecarts import REJETS
from batchcalc.bridge.results import RESULT
from batchcalc.errors import BatchcalcError
from batchcalc.options import Options
from batchcalc.rules.load import Rules

SORTIE: Final = pa.schema(
    [
        ("sorte", pa.string()),
        *CONTRIBUTIONS,
        *(champ for champ in REJETS if champ.name not in CONTRIBUTIONS.names),
        ("contrats_mois", pa.int64()),
        ("rejets", pa.int64()),
    ]
)
"""Rows of three sorts under one schema: `contribution`, `rejet`, and one `total` a packet."""


def paquet(rules: Rules, options: Options, lignes: pa.Table) -> pa.Table:
    """Compute whole contracts into a table of SORTIE.

    Raises:
        BatchcalcError: nothing of what broke is told but its kind and its place: its message may
            quote a value, and a worker's errors go to the logs of the cluster.
    """
    try:
        return _sortie(calcule(lignes, rules, options))
    except BatchcalcError:
        raise
    except Exception as erreur:
        raise sans_valeur(erreur) from None


def _sortie(calcul: Calcul) -> pa.Table:
    total: dict[str, Any] = {"sorte": ["total"]}
    for physique, somme in calcul.totaux.items():
        nom = RESULT[physique]
        total[nom] = decimales(np.array([somme]), CONTRIBUTIONS.field(nom).type)
    total["contrats_mois"] = [calcul.contributions.num_rows]
    total["rejets"] = [calcul.rejets.num_rows]
    sortes = (
        _marquees("contribution", calcul.contributions),
        _marquees("rejet", calcul.rejets),
        pa.table(total),
    )
    tables = pa.concat_tables(sortes, promote_options="default")
    return tables.select(SORTIE.names).cast(SORTIE)


def _marquees(sorte: str, table: pa.Table) -> pa.Table:
    return table.append_column("sorte", pa.repeat(sorte, table.num_rows))


def sans_valeur(erreur: Exception) -> BatchcalcError:
    """What may be told of an error that is not one of ours."""
    lieu = traceback.extract_tb(erreur.__traceback__)[-1]
    return BatchcalcError(
        f"A packet of contracts failed: {type(erreur).__name__}.",
        hint="Run its rows on one machine, with batchcalc.run, to see more.",
        code="paquet-en-echec",
        file=Path(lieu.filename).name,
        line=lieu.lineno,
    )
