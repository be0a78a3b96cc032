"""Frames to arrays and back: the only room that knows both polars and the kernels."""

from batchcalc.bridge.frames import Computed, compute

__all__ = ["Computed", "compute"]
