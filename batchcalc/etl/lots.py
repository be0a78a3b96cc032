"""Contributions as sinks take them: their months, and their rows a lot at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

LOT: Final = 1 << 17
"""Rows given at once."""


def mois_de(contributions: pl.DataFrame | pl.LazyFrame) -> list[date]:
    """The months that have a row, in order."""
    return contributions.lazy().select(pl.col("mois").unique().sort()).collect()["mois"].to_list()


def lots(contributions: pl.DataFrame | pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows in order, never more of them in memory than a few lots."""
    return iter(contributions.lazy().collect_batches(chunk_size=LOT, maintain_order=True))
