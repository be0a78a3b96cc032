"""Frames to arrays and back: the only room that knows both polars and the kernels.

Names resolve on first use: what works on arrays is imported without polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batchcalc.bridge.frames import SCHEMA, Computed, compute
    from batchcalc.bridge.results import RESULT
    from batchcalc.bridge.sommes import SCHEMA_SOMMES
    from batchcalc.bridge.workspace import Workspace

__all__ = ["RESULT", "SCHEMA", "SCHEMA_SOMMES", "Computed", "Workspace", "compute"]

_HOMES = {"RESULT": "results", "SCHEMA_SOMMES": "sommes", "Workspace": "workspace"}


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"batchcalc.bridge.{_HOMES.get(name, 'frames')}"), name)
    raise AttributeError(f"module 'batchcalc.bridge' has no attribute {name!r}")
