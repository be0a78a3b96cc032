"""The run record (`run.json`): what went in, by which rules, what came out."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

from batchcalc import __version__
from batchcalc.options import Options
from batchcalc.rules.load import Rules


class Clock:
    """Seconds spent in each part of the run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Time a block."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = time.perf_counter() - start


_SCALES = {"_cents": 2, "_e6": 6}
_PACKAGES = ("numba", "numpy", "polars")


def record(  # noqa: PLR0913 - one keyword a section
    *,
    inputs: list[dict[str, Any]],
    rules: Rules,
    options: Options,
    format: str,
    counts: Mapping[str, int],
    totals: Mapping[str, int],
    notes: list[str],
    outputs: Sequence[Mapping[str, Any]],
    timings: Mapping[str, float],
    exit_status: int,
    store: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The run record as plain JSON values; amounts are decimal text, in euros."""
    of_store = {} if store is None else {"store": dict(store)}
    return {
        **of_store,
        "batchcalc": __version__,
        "exit_status": exit_status,
        "inputs": inputs,
        "rules": {"version": rules.version, "sha256": rules.sha256, "path": rules.path},
        "options": asdict(options),
        "format": format,
        "counts": dict(counts),
        "control_totals": shown(totals),
        "notes": notes,
        "outputs": outputs,
        "timings_seconds": {name: float(f"{value:.3f}") for name, value in timings.items()},
        "versions": versions(),
    }


def shown(totals: Mapping[str, int]) -> dict[str, int | str]:
    """Control totals as the record shows them."""
    return {_public(name): _shown(name, value) for name, value in totals.items()}


@cache
def versions() -> dict[str, str]:
    """Versions of what computed the result."""
    packages = {name: version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), "platform": sys.platform, **packages}


def _public(name: str) -> str:
    return next((name.removesuffix(s) for s in _SCALES if name.endswith(s)), name)


def _shown(name: str, value: int) -> int | str:
    scale = next((d for s, d in _SCALES.items() if name.endswith(s)), None)
    return value if scale is None else f"{Decimal(value).scaleb(-scale):f}"
