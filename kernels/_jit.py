"""The one way a kernel is compiled, and the array types of its signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit, types

F = TypeVar("F", bound=Callable[..., Any])

void = types.void
i64 = types.int64
f64 = types.float64


def _read(dtype: Any, ndim: int = 1) -> Any:
    return types.Array(dtype, ndim, "C", readonly=True)


# Inputs are read-only: arrays lent by a data frame are, and writable ones are accepted too.
in_u8 = _read(types.uint8)
in_i8 = _read(types.int8)
in_i32 = _read(types.int32)
in_i64 = _read(types.int64)
in_table = _read(types.int64, 2)
in_factors = _read(types.float64, 2)

out_u8 = types.uint8[::1]
out_i8 = types.int8[::1]
out_i32 = types.int32[::1]
out_i64 = types.int64[::1]
out_table = types.int64[:, ::1]


def kernel(result: Any, *arguments: Any) -> Callable[[F], F]:
    """Compile for one explicit signature, without the GIL, with the disk cache.

    An explicit signature refuses a float array where integers are due: a null that became NaN
    cannot compile a second, wrong version of the kernel. Divisions are unchecked (`numpy` error
    model), without which no loop with one is vectorised: kernels divide by what they have tested.
    """

    def wrap(function: F) -> F:
        compiled: F = njit(result(*arguments), nogil=True, cache=True, error_model="numpy")(
            function
        )
        return compiled

    return wrap


def inline(function: F) -> F:
    """Compile a small scalar helper into the kernels that call it."""
    compiled: F = njit(nogil=True, cache=True, inline="always", error_model="numpy")(function)
    return compiled


def helper(function: F) -> F:
    """Compile a helper for the types of whoever calls it: a kernel, whose signature is explicit."""
    compiled: F = njit(nogil=True, error_model="numpy")(function)
    return compiled
