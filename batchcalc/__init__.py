"""batchcalc: French employer payroll reductions in batch, exact to the cent.

Names resolve on first use: importing `batchcalc` imports neither polars nor numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batchcalc import errors, etl, reference, schema
    from batchcalc.frame import compute
    from batchcalc.options import Options
    from batchcalc.pipeline import refresh, run
    from batchcalc.result import Result
    from batchcalc.rules.load import Rules
    from batchcalc.scan import scan_dsn
    from batchcalc.verification import Verification, verify

__version__ = "0.1.0"

__all__ = [
    "Options",
    "Result",
    "Rules",
    "Verification",
    "__version__",
    "compute",
    "errors",
    "etl",
    "reference",
    "refresh",
    "run",
    "scan_dsn",
    "schema",
    "verify",
]

_HOMES = {
    "Options": "batchcalc.options",
    "Result": "batchcalc.result",
    "Rules": "batchcalc.rules.load",
    "Verification": "batchcalc.verification",
    "compute": "batchcalc.frame",
    "refresh": "batchcalc.pipeline",
    "run": "batchcalc.pipeline",
    "scan_dsn": "batchcalc.scan",
    "verify": "batchcalc.verification",
}
_MODULES = ("errors", "etl", "reference", "schema")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _MODULES:
        return import_module(f"batchcalc.{name}")
    raise AttributeError(f"module 'batchcalc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
