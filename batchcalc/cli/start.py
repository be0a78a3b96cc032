"""What makes a run start sooner."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

USUAL = (
    "totals.monthly_sums",
    "smic.smic_displayed",
    "rate_cuts.rate_cut",
    "split.split",
    "regularisation.regularise_progressive",
    "regularisation.earn",
    "regularisation.cumulate",
    "regularisation.period_starts",
    "smic.smic_prorated",
    "smic.smic_full_month",
    "regularisation.cap_dfs",
    "regularisation.running_sum",
    "smic.smic_rescaled",
    "coefficient.coefficient_rgdu",
    "coefficient.coefficient_rg",
    "rate_cuts.eligibility",
)
"""Kernels of the law most runs call, the last one first; then those that declarations often do,
and those that depend on the year."""

SELDOM = 50_000
"""Objects made before the next search for garbage, while kernels are compiled."""


def limit_threads(threads: int | None) -> None:
    """Hold polars to as many threads as the run: it reads this once, when it is imported."""
    if threads and "polars" not in sys.modules:
        os.environ["POLARS_MAX_THREADS"] = str(threads)


@contextmanager
def imports() -> Iterator[None]:
    """Import without a search for garbage: there is none, and it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def compiled_beside(threads: int | None = None) -> Iterator[None]:
    """On a machine that has compiled nothing yet, compile in a second process too.

    The run compiles the kernels in the order in which it calls them, the other process from the
    last to the first: they meet in the cache, half way.
    """
    if threads == 1 or os.cpu_count() == 1 or not _is_cold():
        yield
        return
    command = [sys.executable, "-P", "-m", "batchcalc.cli.start"]
    quiet = subprocess.DEVNULL
    searches = gc.get_threshold()
    gc.set_threshold(SELDOM)  # compiling makes many objects and little garbage
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as beside:  # noqa: S603
        try:
            yield
        finally:
            beside.kill()
            gc.set_threshold(*searches)


def _is_cold() -> bool:
    from batchcalc.kernels import _jit, totals

    return _jit.place_of_cache() is not None and not _jit.is_kept(totals.monthly_sums)


def _compile_usual() -> None:
    gc.disable()
    for name in USUAL:
        module, _, kernel = name.partition(".")
        getattr(import_module(f"batchcalc.kernels.{module}"), kernel).ready()


if __name__ == "__main__":
    _compile_usual()
