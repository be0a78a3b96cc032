"""Frames made one after the other by Python code, as a lazy frame that a sink drains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import polars as pl
from polars.io.plugins import register_io_source

Frames = Callable[[Sequence[str]], Iterator[pl.DataFrame]]
"""Makes the frames, of the columns asked for."""


def en_lazy(frames: Frames, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """A lazy frame over `frames`: they are made as they are consumed, only the columns used."""

    def source(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        reste = n_rows
        for faite in frames(with_columns or list(schema)):
            frame = faite if reste is None else faite.head(reste)
            reste = None if reste is None else reste - frame.height
            yield frame if predicate is None else frame.filter(predicate)
            if reste == 0:
                return

    return register_io_source(source, schema=dict(schema), is_pure=True)


@contextmanager
def robinet(frames: Frames, schema: Mapping[str, pl.DataType]) -> Iterator[pl.LazyFrame]:
    """The same for as long as a block lasts; what `frames` raises there is raised from the block.

    A library between the two would give its own error instead, with ours as a text.
    """
    pannes: list[BaseException] = []

    def gardees(columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        try:
            yield from frames(columns)
        except BaseException as panne:
            pannes.append(panne)
            raise

    try:
        yield en_lazy(gardees, schema)
    except BaseException:
        if pannes:
            raise pannes[0] from None
        raise
