"""What a run gives: its tables, in memory or where they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from batchcalc import bridge, schema
from batchcalc.store import lis

_SMALL: Final = ("bordereau", "bordereau_trimestriel", "rejets")
_CONTRIBUTIONS: Final = "contributions/"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run computed.

    Attributes:
        contributions: one row per contract and month, sorted by key.
        bordereau: sums per establishment and month.
        bordereau_trimestriel: the same per quarter.
        rejets: rows that could not be used, each with its place and reason.
        record: inputs, rules, options, counts, control totals, timings, versions, exit status.

    The tables are data frames, or lazy frames over the files where they were written. The result
    itself is an Arrow stream of its contributions, for any library that reads one.
    """

    contributions: pl.DataFrame | pl.LazyFrame
    bordereau: pl.DataFrame | pl.LazyFrame
    bordereau_trimestriel: pl.DataFrame | pl.LazyFrame
    rejets: pl.DataFrame | pl.LazyFrame
    record: Mapping[str, Any]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The contributions, read into memory, as the capsule of an Arrow stream."""
        return self.contributions.lazy().collect().__arrow_c_stream__(requested_schema)


def written(out: str | Path, record: Mapping[str, Any]) -> Result:
    """The tables that a run wrote, as lazy frames.

    Args:
        out: the output folder, on disk or in an object store.
        record: the run record, which names its outputs.
    """
    folder = str(out).rstrip("/")
    places = [output["path"] for output in record["outputs"]]
    parts = [lis(f"{folder}/{place}") for place in places if place.startswith(_CONTRIBUTIONS)]
    contributions = parts[0] if "store" not in record else _months(parts)
    small = {name: pl.scan_parquet(f"{folder}/{name}.parquet", glob=False) for name in _SMALL}
    return Result(contributions, **small, record=record)


def _months(parts: list[pl.LazyFrame]) -> pl.LazyFrame:
    """The months of a store as one table, in key order."""
    return pl.concat([pl.LazyFrame(schema=bridge.SCHEMA), *parts]).sort(schema.CLE)
