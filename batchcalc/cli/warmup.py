"""`batchcalc warmup`: compile every kernel once, so that no run pays for it."""

from __future__ import annotations

from batchcalc.cli.output import talk


def warmup() -> None:
    """Compile the kernels and keep them in the cache."""
    import time
    from importlib import import_module
    from pkgutil import iter_modules

    from batchcalc import kernels

    start = time.perf_counter()
    names = sorted(module.name for module in iter_modules(kernels.__path__))
    for name in names:
        import_module(f"batchcalc.kernels.{name}")
    talk().print(f"kernels ready in {time.perf_counter() - start:.1f} s")
