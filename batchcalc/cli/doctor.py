"""`batchcalc doctor`: what this installation computes with."""

from __future__ import annotations

from typing import Any

from batchcalc.cli.output import data


def doctor() -> None:
    """Print versions, rules, threads and the place of the kernel cache."""
    import os

    import polars

    from batchcalc import __version__
    from batchcalc.kernels import coefficient
    from batchcalc.report.record import versions
    from batchcalc.rules.load import Rules

    rules = Rules.load()
    compiled: Any = coefficient.coefficient_rg
    cache = compiled.stats.cache_path
    lines = {
        "batchcalc": __version__,
        **versions(),
        "rules": f"{rules.version} ({rules.premier_mois:%Y-%m} to {rules.dernier_mois:%Y-%m})",
        "processors": str(os.cpu_count()),
        "polars threads": str(polars.thread_pool_size()),
        "kernel cache": f"{cache} ({'writable' if os.access(cache, os.W_OK) else 'read-only'})",
    }
    data(f"{name}: {value}" for name, value in lines.items())
