"""Tables of contract-months: CSV, Parquet, Arrow files, and anything that gives an Arrow stream.

A table is opened lazily: its header and its shape are checked at once, its rows are read when
asked for, all together or in batches.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import polars as pl

from batchcalc.errors import InputError, SchemaError
from batchcalc.io import objets
from batchcalc.io.csv_table import TableCsv, ouvre_csv
from batchcalc.io.refus import abime, lisible
from batchcalc.io.s3 import est_objet
from batchcalc.io.source import STANDARD_INPUT, Entree
from batchcalc.schema import PAR_NOM, Normalise, colonnes_inconnues, normalise

Source = str | bytes

_PARQUET: Final = b"PAR1"
_ARROW_FILE: Final = b"ARROW1"
_ARROW_STREAM: Final = b"\xff\xff\xff\xff"
_END_OF_STREAM: Final = b"\xff\xff\xff\xff\0\0\0\0"


@runtime_checkable
class ArrowStream(Protocol):
    """Any frame of another library that follows the Arrow PyCapsule protocol."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream capsule."""


@dataclass(frozen=True, slots=True)
class Table:
    """One open table.

    Attributes:
        nom: the file, as given.
        frame: its known columns.
        lignes: its rows, where any of them can be read without the others.
        ignorees: columns the contract does not know.
        notes: what the summary should say.
    """

    nom: str
    frame: pl.LazyFrame
    lignes: int | None = None
    ignorees: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lots(self, taille: int) -> Iterator[Normalise]:
        """Read the rows in physical batches of about `taille`, in order, each with its rejects.

        Raises:
            InputError: the file cannot be read to its end.
        """
        lues = 0
        with lisible(self.nom):
            lots = self._lots(taille)
        while True:
            with lisible(self.nom):
                lot = next(lots, None)
            if lot is None:
                break
            yield normalise(_numerote(lot, self.nom, lues + 1))
            lues += lot.height
        if self.lignes not in (None, lues):
            raise InputError(
                f"{lues} rows were read where {self.lignes} were counted.",
                hint="The file changed while it was read: start again.",
                code="fichier-change",
                file=self.nom,
            )

    def _lots(self, taille: int) -> Iterator[pl.DataFrame]:
        if self.lignes is None:
            return iter(self.frame.collect_batches(chunk_size=taille, maintain_order=True))
        # Twelve files read in one go hold gigabytes; a slice of each holds what it gives.
        debuts = range(0, self.lignes, taille)
        return (self.frame.slice(debut, taille).collect() for debut in debuts)


def ouvre(entree: Entree) -> Table | TableCsv:
    """Open a CSV, Parquet or Arrow file, or standard input.

    Raises:
        InputError: the file cannot be read as what its name says.
        SchemaError: a required column is missing, one is named twice, or one has a type that cannot
            hold its values.
    """
    with lisible(entree.nom):
        if entree.format == "csv":
            return ouvre_csv(entree)
        entree_standard = entree.nom == STANDARD_INPUT
        source = sys.stdin.buffer.read() if entree_standard else str(entree.chemin or entree.nom)
        lecteur = _scan_parquet if entree.format == "parquet" else _scan_arrow
        return _table(entree.nom, lecteur(source, entree.nom), comptee=True)


def depuis_objet(objet: ArrowStream | pl.LazyFrame, nom: str = "<frame>") -> Table:
    """Open a frame of any library that gives an Arrow stream (pandas, pyarrow, DuckDB, polars).

    Raises:
        InputError: `objet` gives no Arrow stream, or one that breaks off.
        SchemaError: as `ouvre`.
    """
    if isinstance(objet, pl.LazyFrame):
        return _table(nom, objet, comptee=False)
    if isinstance(objet, pl.DataFrame):
        return _table(nom, objet.lazy(), comptee=True)
    if not isinstance(objet, ArrowStream):
        raise InputError(
            f"A value of type {type(objet).__name__} is no frame.",
            hint="Give a polars, pandas or pyarrow frame, or what has __arrow_c_stream__.",
            code="pas-un-tableau",
        )
    return _table(nom, _recueilli(objet, nom).lazy(), comptee=True)


def _recueilli(flux: ArrowStream, nom: str) -> pl.DataFrame:
    """All of an Arrow stream; what its maker says of an error may quote a cell."""
    try:
        return pl.DataFrame(flux)
    except pl.exceptions.DuplicateError:
        raise SchemaError(
            "Two columns have the same name.",
            hint="Rename or drop one of them.",
            code="colonne-en-double",
            file=nom,
        ) from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise InputError(
            "The Arrow stream cannot be read to its end.",
            hint="Check that the frame can be used where it was made.",
            code="flux-illisible",
            file=nom,
        ) from None


def _table(nom: str, scan: pl.LazyFrame, *, comptee: bool) -> Table:
    with lisible(nom):
        noms = scan.collect_schema()
        lignes = scan.select(pl.len()).collect().item() if comptee else None
    ignorees = colonnes_inconnues(noms, nom)
    connues = [colonne for colonne in noms if colonne in PAR_NOM]
    return Table(nom, scan.select(connues), lignes, ignorees)


def _numerote(lot: pl.DataFrame, nom: str, premiere: int) -> pl.DataFrame:
    """Say where each row comes from: done by the reader it would hold many lots in memory."""
    lignes = pl.int_range(premiere, premiere + lot.height, dtype=pl.UInt32, eager=True)
    return lot.with_columns(ligne=lignes, fichier=pl.lit(nom))


def _scan_parquet(source: Source, nom: str) -> pl.LazyFrame:
    debut = objets.lis(nom, 8) if est_objet(source) else _extremites(source)[0]
    if not debut.startswith(_PARQUET):
        raise _inattendu(nom, debut, "Parquet")
    return pl.scan_parquet(source, glob=False, hive_partitioning=False)


def _scan_arrow(source: Source, nom: str) -> pl.LazyFrame:
    debut, fin = _extremites(source)
    if debut.startswith(_ARROW_FILE):
        return pl.scan_ipc(source, glob=False, hive_partitioning=False)
    if not debut.startswith(_ARROW_STREAM):
        raise _inattendu(nom, debut, "Arrow")
    if fin != _END_OF_STREAM:
        raise abime(nom)
    return pl.read_ipc_stream(source).lazy()


def _extremites(source: Source) -> tuple[bytes, bytes]:
    """First and last eight bytes."""
    if isinstance(source, bytes):
        return source[:8], source[-8:]
    with io.FileIO(source) as fichier:
        debut = fichier.read(8)
        fichier.seek(max(0, fichier.seek(0, os.SEEK_END) - 8))
        return debut, fichier.read(8)


def _inattendu(nom: str, debut: bytes, attendu: str) -> InputError:
    quoi = f"is not in the {attendu} format" if debut else "is empty"
    return InputError(
        f"The file {quoi}.",
        hint="Export it anew, or give it the end of name of what it holds.",
        code="format-inattendu" if debut else "fichier-vide",
        file=nom,
    )
