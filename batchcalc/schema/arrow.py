"""Columns of polars as it holds them, for kernels: no copy, and no library between the two.

The Arrow C stream interface (`__arrow_c_stream__`) lends the buffers of each chunk until they are
given back.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl


class ArrowArray(ctypes.Structure):
    """One array, as the interface lays it out."""

    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )

    def addresses(self) -> list[int]:
        """Of its buffers; 0 where there is none."""
        found = (ctypes.c_void_p * self.n_buffers).from_address(self.buffers)
        return [address or 0 for address in found]


_NEXT: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ArrowArray))
_RELEASE: Final = ctypes.CFUNCTYPE(None, ctypes.POINTER(ArrowArray))


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", ctypes.c_void_p),
        ("get_next", _NEXT),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


_pointer: Final = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


@contextmanager
def morceaux(serie: pl.Series) -> Iterator[list[ArrowArray]]:
    """The chunks of a column, lent for as long as the block lasts."""
    capsule = serie.__arrow_c_stream__()
    place = _pointer(capsule, b"arrow_array_stream")
    assert place is not None
    pretes: list[ArrowArray] = []
    try:
        while (array := _suivant(place)).release:
            pretes.append(array)
        yield pretes
    finally:
        for array in pretes:
            _RELEASE(array.release)(ctypes.byref(array))


def _suivant(place: int) -> ArrowArray:
    """The next chunk; one without `release` after the last."""
    array = ArrowArray()
    faute = _Stream.from_address(place).get_next(place, ctypes.byref(array))
    assert not faute  # the column is in memory: nothing is left that could fail
    return array
