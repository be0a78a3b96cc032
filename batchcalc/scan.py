"""DSN files as a lazy frame of the input table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from batchcalc import schema
from batchcalc.errors import InputError
from batchcalc.flux import en_lazy
from batchcalc.io.copies import copies
from batchcalc.io.lecture import LOT, lis_declarations
from batchcalc.io.source import Entree, resolve
from batchcalc.pipeline import Inputs, listed
from batchcalc.processus import processors, verifie_fork
from batchcalc.report.bilan import Bilan


def scan_dsn(paths: Inputs) -> pl.LazyFrame:
    """The contract-months of DSN files, as the table that `compute` takes.

    One row a contract, month of employment and declaration, sorted by key: corrections of a past
    month are rows of their own, signed differences. Columns and types are those of `schema.SCHEMA`;
    null stands for the default.

    Nothing is read before the frame is collected, and it is read again each time it is. All files
    have to be read before one row is known, since a later declaration may replace it; only the
    columns and the first rows that are asked for become a table.

    Args:
        paths: files, folders or globs, of DSN only.

    Raises:
        InputError: nothing is there, or something else than DSN. When the frame is collected: a
            file cannot be read, or holds what cannot be used: nothing is left out silently. `run`
            sets that apart and goes on.

    >>> dsn = batchcalc.scan_dsn("dsn/*.dsn")
    >>> dsn.select("remuneration").head(2).collect()["remuneration"].to_list()
    [Decimal('1365.00'), Decimal('1365.00')]
    >>> dsn.pipe(batchcalc.compute).select(pl.len()).collect().item()
    147
    """
    entrees = resolve(listed(paths))
    _refuse_les_tables(entrees)

    def mois(columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        verifie_fork()
        with copies(entrees) as fichiers:
            lu = lis_declarations(fichiers, threads=processors())
        bilan = Bilan()
        bilan.ecarte(lu.rejets)
        bilan.refuse_les_rejets()
        for debut in range(0, max(1, lu.mois_contrat.height), LOT):
            yield schema.publique(lu.mois_contrat[debut : debut + LOT], columns)

    return en_lazy(mois, schema.SCHEMA)


def _refuse_les_tables(entrees: Sequence[Entree]) -> None:
    for entree in entrees:
        if entree.genre == "table":
            raise InputError(
                "The file is a table, not DSN.",
                hint="Read it with polars, or leave it to batchcalc.run.",
                code="pas-une-dsn",
                file=entree.nom,
            )
