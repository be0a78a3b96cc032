"""Where and with what a benchmark ran: without it a figure means nothing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.settings import DSN_BYTES, ROWS

PACKAGES = ("batchcalc-paie", "polars", "numba", "numpy", "duckdb", "pandas", "pyarrow")


def described() -> dict[str, Any]:
    """Processor, memory, system, versions and sizes."""
    return {
        "processor": _cpu(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "rows": ROWS,
        "dsn_bytes": DSN_BYTES,
    }


def has(package: str) -> bool:
    """Whether a package is installed."""
    return _version(package) is not None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
