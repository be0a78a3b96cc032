"""Texts laid out by a kernel, given to polars as they are: no Python object a cell, no copy.

The Arrow C data interface (`__arrow_c_array__`) is what polars reads other libraries by: two
structures, of which it takes the buffers over until it calls back to release them.
"""

from __future__ import annotations

import ctypes
from threading import Lock
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.kernels.lending import release_address
from batchcalc.schema.arrow import ArrowArray

_NULLABLE: Final = 2


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


def _release_schema(place: int) -> None:
    _Schema.from_address(place).release = None


# Called before the column is there: no frame can outlive it, and no exception is under way.
_SCHEMA_CALLBACK: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(_release_schema)
_RELEASE_SCHEMA: Final = ctypes.cast(_SCHEMA_CALLBACK, ctypes.c_void_p).value

_new_capsule: Final = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class _Texts:
    """A column of ASCII texts for one reader of the protocol."""

    def __init__(self, views: NDArray[np.uint64], kept: NDArray[np.uint8], *, nulls: bool) -> None:
        valid = np.packbits(views[:, 0] << np.uint64(32) != 0, bitorder="little") if nulls else None
        sizes = np.array([kept.size], np.int64)
        parts = (valid, views, kept, sizes)
        buffers = np.array([0 if part is None else part.ctypes.data for part in parts], np.uint64)
        self._lent = (*parts, buffers)
        self._done = np.zeros(1, np.int64)
        self._schema = _Schema(format=b"vu", name=b"", flags=_NULLABLE, release=_RELEASE_SCHEMA)
        self._array = ArrowArray(
            length=len(views),
            null_count=-1 if nulls else 0,
            n_buffers=len(parts),
            buffers=buffers.ctypes.data,
            release=release_address(),
            private_data=self._done.ctypes.data,
        )

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """The two capsules."""
        _LOANS.lend(self._done, self._lent)
        return (
            _new_capsule(ctypes.addressof(self._schema), b"arrow_schema", None),
            _new_capsule(ctypes.addressof(self._array), b"arrow_array", None),
        )


class _Loans:
    """What polars holds on to; what it gave back is dropped when something else is lent."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lent: list[tuple[NDArray[np.int64], object]] = []

    def lend(self, done: NDArray[np.int64], buffers: object) -> None:
        """Keep buffers until `done` is 1."""
        self.standing()
        with self._lock:
            self._lent.append((done, buffers))

    def standing(self) -> int:
        """How many loans are not given back; forgets the others."""
        with self._lock:
            self._lent = [loan for loan in self._lent if not loan[0][0]]
            return len(self._lent)


_LOANS: Final = _Loans()


def text_series(
    nom: str, views: NDArray[np.uint64], kept: NDArray[np.uint8], *, nulls: bool
) -> pl.Series:
    """The column of texts of `csv_cells.csv_texts`.

    Args:
        nom: name of the column.
        views: a length and the text, or its place in `kept`, a row.
        kept: the texts that do not fit in their view.
        nulls: whether a text of no length is null; else there is none.
    """
    return pl.Series(_Texts(views, kept, nulls=nulls)).alias(nom)
