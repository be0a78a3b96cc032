"""From frame to frame: contributions of contract-months in memory, or as they stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import polars as pl

from batchcalc import bridge, schema
from batchcalc.calcul import Calcul
from batchcalc.flux import DesordreError, en_lazy
from batchcalc.flux.fusion import GRAND_ETABLISSEMENT
from batchcalc.io.lecture import Source
from batchcalc.io.tabular import ArrowStream, depuis_objet
from batchcalc.options import Options
from batchcalc.processus import processors, verifie_fork
from batchcalc.rules.load import Rules


@overload
def compute(
    frame: pl.LazyFrame, *, options: Options | None = None, rules: Rules | None = None
) -> pl.LazyFrame: ...


@overload
def compute(
    frame: ArrowStream, *, options: Options | None = None, rules: Rules | None = None
) -> pl.DataFrame: ...


def compute(
    frame: ArrowStream | pl.LazyFrame,
    *,
    options: Options | None = None,
    rules: Rules | None = None,
) -> pl.DataFrame | pl.LazyFrame:
    """Contributions of a frame of contract-months; also `frame.pipe(batchcalc.compute)`.

    Args:
        frame: the input table (see `schema.COLONNES`), in any order: of polars, or of any library
            that gives an Arrow stream (pandas, pyarrow, DuckDB). A lazy frame in key order is
            computed as it streams, and only the columns asked of the result are made.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.

    Returns:
        The result table, sorted by key: a polars frame, lazy where `frame` is.

    Raises:
        ConfigError: the process was forked from one in which polars was at work.
        InputError: a row that cannot be used: nothing is left out silently. `run` sets such rows
            apart and goes on. From a lazy frame, it is raised when the result is collected.
        SchemaError: a required column is missing, or one has a type that cannot hold it.

    >>> frame = pl.read_csv("pay.csv", infer_schema=False)
    >>> frame.pipe(batchcalc.compute)["statut"].to_list()
    ['ok', 'au_dessus_du_seuil', 'ok']
    >>> batchcalc.compute(frame.lazy()).select(pl.col("reduction").sum()).collect().item()
    Decimal('400.40')
    """
    verifie_fork()
    table = depuis_objet(frame)
    source = Source("<frame>", table.lots)
    rules, options = rules or Rules.load(), options or Options()
    threads = processors()

    def whole() -> pl.DataFrame:
        with Calcul([source], rules, options, threads, sommes=False) as calcul:
            result = calcul.passe(lambda: pl.concat(calcul.frames()))
            calcul.bilan.refuse_les_rejets()
            return result

    def streamed(columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        verifie_fork()  # it may be collected elsewhere
        with Calcul([source], rules, options, threads, sommes=False) as calcul:
            if not _est_en_ordre(table.frame):
                calcul.trie(0)
            try:
                for part in calcul.frames(columns):
                    calcul.bilan.refuse_les_rejets()
                    yield part
            except DesordreError:  # unseen above for want of a siret, which is a reject
                calcul.bilan.refuse_les_rejets()
                raise

    if isinstance(frame, pl.LazyFrame):
        return en_lazy(streamed, bridge.SCHEMA)
    return whole()


def _est_en_ordre(frame: pl.LazyFrame) -> bool:
    """Whether rows can be given away as they come: read before any is.

    No siret comes before the one above, nor any row in an establishment so great that its contracts
    do not wait for its end. Blanks in front of a siret would stand at either end.
    """
    siret = pl.col("siret").cast(pl.String)
    ordre = frame.select(
        monte=~(siret < siret.shift()).any(),
        nue=(siret.first() >= "0") & (siret.last() < ":"),
        grand=(siret == siret.shift(GRAND_ETABLISSEMENT // 2)).any(),
    )
    monte, nue, grand = ordre.collect().row(0)
    if not (monte and nue):
        return False
    return not (grand and frame.select(_recule().any()).collect().item())


def _recule() -> pl.Expr:
    """Whether a row comes before the one above."""
    recule = pl.lit(value=False)
    for nom in reversed(schema.CLE):
        cellule = pl.col(nom).cast(pl.String).str.strip_chars()
        avant = cellule.shift()
        recule = (cellule < avant) | ((cellule == avant) & recule)
    return recule
