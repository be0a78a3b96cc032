"""Frames to arrays and back: the only room that knows both polars and the kernels."""

from batchcalc.bridge.frames import SCHEMA, Computed, compute
from batchcalc.bridge.workspace import Workspace

__all__ = ["SCHEMA", "Computed", "Workspace", "compute"]
