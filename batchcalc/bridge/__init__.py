"""Frames to arrays and back: the only room that knows both polars and the kernels.

Names resolve on first use: what works on arrays is imported without polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batchcalc.bridge.frames import SCHEMA, Computed, compute

__all__ = ["SCHEMA", "Computed", "compute"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("batchcalc.bridge.frames"), name)
    raise AttributeError(f"module 'batchcalc.bridge' has no attribute {name!r}")
