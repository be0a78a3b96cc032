"""Inputs of an object store, on disk for as long as they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from batchcalc.io import objets
from batchcalc.io.s3 import est_objet
from batchcalc.io.source import Entree

_A_LA_FOIS: Final = 8


@contextmanager
def copies(entrees: Sequence[Entree]) -> Iterator[list[Entree]]:
    """The same inputs, where our own readers can read them.

    Declarations, CSV and Arrow files are fetched to a temporary folder, removed on leaving; Parquet
    is left to polars, which reads it in the store.

    Raises:
        InputError, ConfigError: an object is no longer there, or the store cannot be used.
    """
    distantes = [e for e in entrees if est_objet(e.nom) and e.format != "parquet"]
    if not distantes:
        yield list(entrees)
        return
    with TemporaryDirectory(prefix="batchcalc-") as dossier:
        places = {entree.nom: Path(dossier, str(rang)) for rang, entree in enumerate(distantes)}
        with ThreadPoolExecutor(_A_LA_FOIS) as pool:
            list(pool.map(objets.rapatrie, places, places.values()))
        yield [replace(entree, copie=str(places.get(entree.nom, ""))) for entree in entrees]
