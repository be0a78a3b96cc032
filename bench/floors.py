"""The least any program would take: copying the bytes, reading and writing the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import polars as pl


def copy_of(size: int) -> Callable[[], None]:
    """np.copyto that reads and writes `size` bytes together, on pages already touched."""
    source = np.ones(max(1, size // 16))
    target = np.ones_like(source)
    return lambda: np.copyto(target, source)


def read(sources: Iterable[Path]) -> pl.DataFrame:
    """polars reading Parquet or CSV files, every column as it is."""
    paths = list(sources)
    if paths[0].suffix == ".csv":
        return pl.read_csv(paths, try_parse_dates=True)
    return pl.read_parquet(paths)


def read_write(sources: Iterable[Path], result: pl.DataFrame, target: Path) -> None:
    """polars reading the input columns, then writing the output columns, computed beforehand."""
    read(sources)
    result.lazy().sink_parquet(target)
