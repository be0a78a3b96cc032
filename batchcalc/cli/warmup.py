"""`batchcalc warmup`: compile every kernel once, so that no run pays for it."""

from __future__ import annotations

from batchcalc.cli import start
from batchcalc.cli.output import talk


def warmup() -> None:
    """Compile the kernels and keep them in the cache."""
    import time

    began = time.perf_counter()
    with start.compiled_beside():
        from batchcalc.kernels import _jit, lending

        for kernel in _jit.every_kernel():
            kernel.ready()
        lending.release_address()
    seconds = time.perf_counter() - began
    kept = "" if _jit.place_of_cache() else ", but kept nowhere: no cache can be written"
    talk().print(f"kernels ready in {seconds:.1f} s{kept}")
