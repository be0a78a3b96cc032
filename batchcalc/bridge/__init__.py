"""Frames to arrays and back: the only room that knows both polars and the kernels."""

from batchcalc.bridge.frames import RESULT, SCHEMA, Computed, compute
from batchcalc.bridge.sommes import SCHEMA_SOMMES

__all__ = ["RESULT", "SCHEMA", "SCHEMA_SOMMES", "Computed", "compute"]
