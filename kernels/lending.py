"""Memory lent to another library, which says when it is done with it.

The Arrow C data interface gives back an array by a call to its `release`, at any moment and from
any thread: also while Python unwinds an exception, which a callback written in Python would lose.
So this one is compiled.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numba import carray, cfunc, types
from numba.core import cgutils
from numba.extending import intrinsic

RELEASE: Final = 8
"""Place of `release` in an ArrowArray, in words of eight bytes."""

PRIVATE_DATA: Final = 9
"""That of `private_data`: the address of a word that becomes 1 once the array was given back."""


@intrinsic  # type: ignore[untyped-decorator]
def _pointer(_context: Any, address: Any) -> Any:
    """The pointer an address stands for."""

    def inttoptr(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), inttoptr


def give_back(array: Any) -> None:
    """Mark an ArrowArray as given back, as the interface asks, and say so to its owner."""
    words = carray(array, (PRIVATE_DATA + 1,))
    done = carray(_pointer(words[PRIVATE_DATA]), (1,), np.int64)
    words[RELEASE] = 0
    done[0] = 1


@cache
def release_address() -> int:
    """Address of the compiled `give_back`, good for as long as the process lasts."""
    signature = types.void(types.CPointer(types.int64))
    try:
        compiled = cfunc(signature, cache=True)(give_back)
    except RuntimeError:  # no place to keep it
        compiled = cfunc(signature)(give_back)
    _KEPT.append(compiled)
    return int(compiled.address)


_KEPT: Final[list[Any]] = []
