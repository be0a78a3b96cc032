"""Laying out the parameters of a tile of rows, so that the loops that compute are vectorised.

Most columns of a period table hold one value throughout: those are laid out once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numpy.typing import DTypeLike, NDArray

from ._jit import emitted, helper
from .types import LINE, TILE


def _on_the_stack(_context: Any, dtype: Any) -> Any:
    kind = types.Array(dtype.dtype, 1, "C")

    def emit(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        rows, item = cgutils.intp_t(TILE + 1), context.get_data_type(kind.dtype)
        width = cgutils.intp_t(context.get_abi_sizeof(item))
        data = cgutils.alloca_once(builder, item, size=rows)
        data.align = LINE
        array = context.make_array(kind)(context, builder)
        shape, strides = (cgutils.pack_array(builder, [n]) for n in (rows, width))
        context.populate_array(
            array, data=data, shape=shape, strides=strides, itemsize=width, meminfo=None
        )
        return array._getvalue()

    return kind(dtype), emit


@emitted(_on_the_stack)
def tile(dtype: DTypeLike) -> NDArray[Any]:
    """An array for the rows of a tile and one more, which lasts as long as the kernel."""
    return np.empty(TILE + 1, dtype)


@helper
def is_constant(table: NDArray[Any], column: int) -> bool:
    """Whether a column holds one value throughout."""
    for p in range(1, table.shape[0]):  # noqa: SIM110 - a generator is dear to compile
        if table[p, column] != table[0, column]:
            return False
    return True


@helper
def is_marked(table: NDArray[Any], column: int) -> bool:
    """Whether a flag is 1 somewhere."""
    for p in range(table.shape[0]):  # noqa: SIM110 - as above
        if table[p, column] == 1:
            return True
    return False


def _alone(_context: Any, table: Any, row: Any, column: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given, row, column = arguments
        array = context.make_array(signature.args[0])(context, builder, given)
        width = builder.extract_value(array.shape, 1)
        place = builder.gep(array.data, [builder.add(builder.mul(row, width), column)])
        return builder.load_atomic(place, "unordered", align=8)

    return table.dtype(table, row, column), emit


@emitted(_alone)
def entry(table: NDArray[Any], row: np.uint64, column: int) -> Any:
    """One value of a table; read alone, for processors are slow to gather several at once."""
    return table[row, column]


@helper
def lay_out(
    here: NDArray[np.int32], table: NDArray[Any], column: int, values: NDArray[Any]
) -> None:
    """The value that governs each row of a tile; `values` is at least as long as `here`."""
    for i in range(here.size):
        values[i] = entry(table, np.uint64(here[i]), column)
