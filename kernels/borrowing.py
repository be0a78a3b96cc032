"""Memory another library lends: its bytes, by their address."""

from __future__ import annotations

from ctypes import c_uint64
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload


def word_at(address: np.uint64) -> np.uint64:
    """The eight bytes at an address, the first one lowest."""
    return np.uint64(c_uint64.from_address(int(address)).value)


@intrinsic  # type: ignore[untyped-decorator]
def _load(_context: Any, address: Any) -> Any:
    def load(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], cgutils.intp_t.as_pointer())
        return builder.load(pointer, align=1)

    return types.uint64(address), load


@overload(word_at, strict=False)  # type: ignore[untyped-decorator]
def _compiled(_address: Any) -> Any:
    return lambda address: _load(address)  # noqa: PLW0108 - numba compiles functions, not intrinsics
