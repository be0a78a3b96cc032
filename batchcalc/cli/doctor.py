"""`batchcalc doctor`: what this installation computes with."""

from __future__ import annotations

from batchcalc.cli.output import data


def doctor() -> None:
    """Print versions, rules, threads and the place of the kernel cache."""
    import os

    import polars

    from batchcalc import __version__
    from batchcalc.kernels import _jit
    from batchcalc.report.record import versions
    from batchcalc.rules.load import Rules

    rules = Rules.load()
    cache = _jit.place_of_cache()
    lines = {
        "batchcalc": __version__,
        **versions(),
        "rules": f"{rules.version} ({rules.premier_mois:%Y-%m} to {rules.dernier_mois:%Y-%m})",
        "processors": str(os.cpu_count()),
        "polars threads": str(polars.thread_pool_size()),
        "kernel cache": str(cache or "none can be written: kernels are compiled by every run"),
    }
    data(f"{name}: {value}" for name, value in lines.items())
