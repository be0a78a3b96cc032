"""PostgreSQL through ADBC: the rows of a query in, contributions out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl

from batchcalc.bridge import SCHEMA
from batchcalc.errors import ConfigError
from batchcalc.etl.lots import lots, mois_de
from batchcalc.schema import CLE


def read_postgres(query: str, uri: str) -> pl.DataFrame:
    """The rows of a query, for `compute`.

    Numbers of type `numeric` come as text, digit for digit: `compute` reads it exactly.

    Args:
        query: SQL that gives the columns of the input table (see `schema.COLONNES`).
        uri: `postgresql://user@host/database`; shown nowhere. What it leaves out, such as the
            password, is looked up as by every PostgreSQL client: PGPASSWORD, ~/.pgpass...

    Raises:
        ConfigError: adbc-driver-postgresql is not installed, or the server refuses.
    """
    with _connexion(uri) as connexion, connexion.cursor() as curseur:
        curseur.execute(query)
        frame = pl.DataFrame(curseur.fetch_arrow())
    return frame.with_columns(
        pl.col(nom).ext.storage()
        for nom, genre in frame.schema.items()
        if isinstance(genre, pl.Extension)
    )


def write_postgres(
    contributions: pl.DataFrame | pl.LazyFrame, uri: str, table: str = "contributions"
) -> None:
    """Write contributions to a PostgreSQL table, replacing the months they have a row of.

    Everything happens in one transaction: a failure leaves the table as it was, and the same
    contributions twice give the same table. Another writer waits; readers do not.

    Args:
        contributions: of `compute`, or of the result of `run`.
        uri: as for `read_postgres`.
        table: its name, or `schema.name`; it is made where there is none.

    Raises:
        ConfigError: adbc-driver-postgresql is not installed, or the server refuses.
    """
    schema, _, nom = table.rpartition(".")
    cite = ".".join(_cite(partie) for partie in (schema, nom) if partie)
    mois = mois_de(contributions)
    with _connexion(uri) as connexion, connexion.cursor() as curseur:
        if not _existe(curseur, cite):
            curseur.execute(_creation(cite))
        curseur.execute(f"LOCK TABLE {cite} IN SHARE ROW EXCLUSIVE MODE")
        curseur.execute(_suppression(cite, mois))
        for lot in lots(contributions):
            curseur.adbc_ingest(nom, lot, mode="append", db_schema_name=schema or None)
        connexion.commit()


def _cite(nom: str) -> str:
    return '"' + nom.replace('"', '""') + '"'


def _existe(curseur: Any, cite: str) -> bool:
    litteral = cite.replace("'", "''")
    curseur.execute(f"SELECT to_regclass('{litteral}') IS NOT NULL AS existe")
    return bool(pl.DataFrame(curseur.fetch_arrow()).item())


def _creation(cite: str) -> str:
    colonnes = ", ".join(f"{nom} {_type(genre)}" for nom, genre in SCHEMA.items())
    return f"CREATE TABLE {cite} ({colonnes}, PRIMARY KEY (mois, {', '.join(CLE[:3])}))"


def _type(genre: pl.DataType) -> str:
    if isinstance(genre, pl.Decimal):
        return f"numeric({genre.precision}, {genre.scale})"
    return {pl.String: "text", pl.Date: "date", pl.Boolean: "boolean"}[type(genre)]


def _suppression(cite: str, mois: Sequence[date]) -> str:
    liste = ",".join(f"{un:%Y-%m-%d}" for un in mois)
    return f"DELETE FROM {cite} WHERE mois = ANY ('{{{liste}}}'::date[])"  # noqa: S608 - quoted


@contextmanager
def _connexion(uri: str) -> Iterator[Any]:
    """A connection, and its errors in our words: those of the server may quote rows and the URI."""
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise ConfigError(
            "PostgreSQL needs adbc-driver-postgresql, which is not installed.",
            hint="pip install batchcalc-paie[postgres]",
            code="postgres-absent",
        ) from None
    try:
        with dbapi.connect(uri) as connexion:
            yield connexion
    except dbapi.Error as error:
        etat = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
        raise ConfigError(
            f"PostgreSQL cannot be reached, or refuses what is asked{etat}; nothing was changed.",
            hint="Check the URI, the rights of its user, and the query or the table.",
            code="postgres-refus",
        ) from None
