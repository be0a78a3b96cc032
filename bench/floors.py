"""The least any program would take: copying bytes, finding line ends, reading and writing."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
from numba import njit
from numpy.typing import NDArray

SHORTEST_LINE = 16
"""Bytes a line of DSN takes at least: its key and an empty value."""


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


def line_ends(sources: Iterable[Path], threads: int) -> int:
    """A bare pass over files: where their lines end, and how many there are."""
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(_line_ends_of, sources))


def _line_ends_of(source: Path) -> int:
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        data = np.frombuffer(mapped, np.uint8)
        found = _line_ends(data, np.empty(data.size // SHORTEST_LINE + 1, np.int64))
        del data
        return int(found)


@njit(nogil=True, cache=True)
def _line_ends(data: NDArray[np.uint8], ends: NDArray[np.int64]) -> int:
    found = 0
    for i in range(data.size):
        if data[i] == 10:
            ends[found] = i
            found += 1
    return found
