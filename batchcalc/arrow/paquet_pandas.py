"""A packet of contracts for workers that take and give pandas frames: Spark 3.5."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from batchcalc.arrow.paquet import paquet, sans_valeur
from batchcalc.options import Options
from batchcalc.rules.load import Rules


def paquet_pandas(
    rules: Rules, options: Options, schema: pa.Schema, lignes: pd.DataFrame
) -> pd.DataFrame:
    """`paquet`, in types that are given and never guessed: pandas has floats where nulls are.

    Args:
        rules, options: see `paquet`.
        schema: of the rows.
        lignes: the rows; text, dates and decimals as objects.

    Returns:
        The columns of SORTIE, all of objects.
    """
    try:
        table = pa.Table.from_pandas(lignes[schema.names], schema, preserve_index=False)
    except Exception as erreur:
        raise sans_valeur(erreur) from None
    sortie = paquet(rules, options, table)
    return pd.DataFrame(
        {nom: pd.Series(sortie[nom].to_pylist(), dtype=object) for nom in sortie.column_names}
    )
