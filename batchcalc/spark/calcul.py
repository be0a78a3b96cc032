"""Whole contracts in buckets by hash, each sorted and computed by one worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from batchcalc.arrow.calcul import CONTRIBUTIONS
from batchcalc.arrow.ecarts import REJETS
from batchcalc.arrow.lecture import BLANCS
from batchcalc.arrow.paquet import SORTIE, paquet
from batchcalc.arrow.paquet_pandas import paquet_pandas
from batchcalc.errors import ConfigError, SchemaError
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.schema.colonnes import CLE, COLONNES, PAR_NOM, PRECISION, Colonne

VALIDATE: Final = "spark.sql.execution.arrow.pyspark.validateSchema.enabled"

_INTEGER: Final = "decimal(20,0)"  # pandas would make floats of integers with nulls


@dataclass(frozen=True, slots=True)
class Distributed:
    """What was computed, lazily.

    Attributes:
        rows: contributions, rejects and totals, told apart by `sorte`: one pass gives all three.
            Each action computes them again, unless they are kept by `rows.persist()`.
    """

    rows: DataFrame

    @property
    def contributions(self) -> DataFrame:
        """The result table, in no order."""
        return self.rows.where(f.col("sorte") == "contribution").select(*CONTRIBUTIONS.names)

    @property
    def rejets(self) -> DataFrame:
        """Rows that could not be used, each with its reason."""
        return self.rows.where(f.col("sorte") == "rejet").select(*REJETS.names)

    @property
    def totaux(self) -> DataFrame:
        """Sums and counts of each bucket, added up in the integers of the kernels."""
        return self.rows.where(f.col("sorte") == "total").drop("sorte")


def compute(
    frame: DataFrame, *, buckets: int, options: Options | None = None, rules: Rules | None = None
) -> Distributed:
    """Contributions of a Spark DataFrame of contract-months.

    Args:
        frame: the input table (see `schema.COLONNES`), in any order and partition; text `fichier`
            and integer `ligne` go to the rejects. Its session checks Arrow schemas from now on.
        buckets: of contracts, by hash; a worker holds one of them in memory: take one for every
            500 000 rows. The result does not depend on it.
        options: the employer's choices; progressive regularisation by default.
        rules: the parameters of law; those of the package by default.

    Raises:
        ConfigError: fewer than one bucket.
        SchemaError: a required column is missing, or one has a type that cannot hold it exactly.
    """
    if buckets < 1:
        hint = "Give 1 or more: one for every 500 000 rows."
        raise ConfigError("There is no bucket.", hint=hint, code="buckets-hors-bornes")
    rows = frame.select(*_columns(frame.schema))
    key = (f.btrim(f.col(nom).cast("string"), f.lit(BLANCS)) for nom in CLE[:3])
    grouped = rows.groupBy(f.pmod(f.hash(*key), f.lit(buckets)).alias("bucket"))
    frame.sparkSession.conf.set(VALIDATE, "true")
    rules, options, sortie = rules or Rules.load(), options or Options(), from_arrow_schema(SORTIE)
    # Lambdas: Spark guesses from annotations what a function takes, and they travel by value.
    if hasattr(grouped, "applyInArrow"):
        return Distributed(
            grouped.applyInArrow(lambda lignes: paquet(rules, options, lignes), sortie)
        )
    entree = to_arrow_schema(rows.schema)
    return Distributed(
        grouped.applyInPandas(lambda lignes: paquet_pandas(rules, options, entree, lignes), sortie)
    )


def _columns(schema: t.StructType) -> Iterator[Column]:
    """The known columns, in types that reach a worker as they are."""
    missing = [col.nom for col in COLONNES if col.requise and col.nom not in schema.names]
    if missing:
        raise SchemaError(
            f"The frame has no column {', '.join(missing)}.",
            hint="Name the columns exactly so: frame.withColumnRenamed(...).",
            code="colonne-manquante",
        )
    for field in schema:
        if field.name in PAR_NOM:
            yield _column(PAR_NOM[field.name], field.dataType)
        elif field.name == "fichier" and isinstance(field.dataType, t.StringType):
            yield f.col("fichier")
        elif field.name == "ligne" and isinstance(field.dataType, t.IntegralType):
            yield f.col("ligne").cast(_INTEGER)


def _column(colonne: Colonne, dtype: t.DataType) -> Column:
    """One column; no cast that can fail, for Spark would quote the value."""
    cell, right = f.col(colonne.nom), _right_type(colonne)
    if isinstance(dtype, (t.StringType, t.NullType)):
        return cell.cast("string")
    if isinstance(dtype, t.IntegralType) and (colonne.numerique or colonne.genre == "texte"):
        return cell.cast(_INTEGER if colonne.numerique else "string")
    if dtype.typeName() == right.partition("(")[0]:
        return cell
    raise SchemaError(
        f"Column {colonne.nom} has the type {dtype.simpleString()}, which cannot hold it exactly.",
        hint=f'Cast it: frame.withColumn("{colonne.nom}", frame["{colonne.nom}"].cast("{right}")).',
        code="type-de-colonne",
    )


def _right_type(colonne: Colonne) -> str:
    """What holds the values of a column."""
    if colonne.numerique:
        return f"decimal({PRECISION},{colonne.echelle})"
    return "date" if colonne.genre in ("mois", "jour") else "string"
