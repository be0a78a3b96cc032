"""Input tables with rows that cannot be used, and what one machine makes of them."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import polars as pl

from batchcalc import bridge, schema
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from tests.tables import entree

SECRET = "zq7x"
"""Stands in cells that no log may quote."""

CELLULES = (
    None, "", "  ", SECRET, "1e5", "1,5", " 12.30 ", "-0", "+5", "--1", "0x1F", ".5", "5.", "0.100",
    "1.2345678", "1.5000000000", "12.340000000000000", "99999999999999", "123456789012.5",
    "99999999.99", "-100000000", "2026-13", "2026-02-30", "2026-1", "2017-12", "2027-01-05",
    " 2025-03-31 ", "1850578006084", "1 85 05 78 006 084 36", "\x07ab\x9fc", "é" * 50, "exclu",
    "general ", "Interim", "commun", "0", "0.10", "0.5", "35", "\u3000A\u2003", "12345678901234",
    "1234567890123", "00000000000018 ",
)  # fmt: skip


def textes(lignes: int, seed: int) -> pl.DataFrame:
    """Random contract-years as text, with `fichier` and `ligne`."""
    table = entree(lignes, seed).with_columns(pl.all().cast(pl.String))
    return _numerotee(table)


def sale(table: pl.DataFrame, seed: int, part: float = 0.004) -> pl.DataFrame:
    """The same text with some cells of any kind in any column."""
    rng = np.random.default_rng(seed)
    cellules = pl.Series(CELLULES, dtype=pl.String)

    def gatee(nom: str) -> pl.Series:
        touche = pl.Series(rng.random(table.height) < part)
        autre = cellules.gather(rng.integers(0, len(CELLULES), table.height))
        return table.select(pl.when(touche).then(autre).otherwise(nom).alias(nom)).to_series()

    return table.with_columns(gatee(col.nom) for col in schema.COLONNES)


def typee(lignes: int, seed: int) -> pl.DataFrame:
    """Random contract-years in the types of the input table, of which some rows are at fault."""
    table = entree(lignes, seed)
    rang = pl.int_range(pl.len())

    def gate(nom: str, valeur: pl.Expr, reste: int) -> pl.Expr:
        return pl.when(rang % 97 == reste).then(valeur).otherwise(nom).cast(table.schema[nom])

    fautes = {
        "siret": pl.lit(SECRET),
        "salarie": pl.lit(None),
        "contrat": pl.lit(" C9 "),
        "mois": pl.date(2017, 12, 1),
        "remuneration": pl.lit(99_999_999_999).cast(pl.Decimal(18, 2)),
        "majoration": pl.lit(SECRET),
        "remuneration_due": pl.lit(None),
        "profil": pl.lit("journaliste"),
        "fnal": pl.lit(7).cast(pl.Decimal(18, 2)),
    }
    return _numerotee(
        table.with_columns(
            gate(nom, valeur, reste).alias(nom)
            for reste, (nom, valeur) in enumerate(fautes.items())
        )
    )


def _numerotee(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        fichier=pl.lit("pay.csv"), ligne=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )


def sur_une_machine(
    table: pl.DataFrame, rules: Rules, options: Options
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contributions and rejects of a table with `fichier` and `ligne`."""
    lues, illisibles, _ = schema.normalise(table)
    bonnes, fautives = schema.controle(
        lues, premier_mois=rules.premier_mois, dernier_mois=rules.dernier_mois
    )
    entree, marques, desaccords = schema.fusionne(bonnes)
    computed = bridge.compute(entree, rules, options, marques)
    rejets = pl.concat([illisibles, fautives, desaccords, computed.rejets])
    return computed.contributions(), rejets


def empreinte(table: pl.DataFrame) -> str:
    """SHA-256 of a table, whatever the order of its rows: names, and rows as sorted text."""
    texte = table.select(sorted(table.columns)).cast(pl.String)
    return sha256(texte.sort(pl.all(), nulls_last=True).write_csv().encode()).hexdigest()
