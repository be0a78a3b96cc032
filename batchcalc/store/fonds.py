"""What a store keeps of its deliveries: where it stands, and how it is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from batchcalc.errors import ConfigError
from batchcalc.io.dsn import garde
from batchcalc.store.etat import Livraison

PLACE: Final = "etat"
"""Folder of what is kept."""

LIGNES: Final = "lignes.parquet"
REJETS: Final = "rejets.parquet"
"""Files of a delivery of tables: rows that can be computed, and rows that cannot."""

Place = Callable[[str], Path]
"""Where a file of the store can be read."""


def relues(livraison: Livraison, place: Place) -> dict[str, pl.DataFrame]:
    """What was kept of the declarations of a month.

    Raises:
        ConfigError: as `relis`.
    """
    dossier = f"{PLACE}/{livraison.dossier}"
    return {nom: relis(place(f"{dossier}/{nom}.parquet")) for nom in garde.FRAMES}


def relis(place: Path) -> pl.DataFrame:
    """A table kept.

    Raises:
        ConfigError: it is not there, or damaged.
    """
    with intact(place):
        return pl.read_parquet(place, glob=False, hive_partitioning=False)


@contextmanager
def intact(place: Path) -> Iterator[None]:
    """Say what became of a file that cannot be read.

    Raises:
        ConfigError: as `relis`.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise ConfigError(
            "What the store keeps to go on from is not there, or damaged.",
            hint="Deliver that month again, or all months to another folder.",
            code="depot-abime",
            file=str(place),
        ) from None
