"""Wide reads and writes: eight bytes as one integer, the next line feed among thirty-two.

A byte at a time, finding the ends of lines costs more than all the rest of a scan. Each function
has its plain Python form, used when kernels run uncompiled, and its machine form beside it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import types
from numba.core.cgutils import ir  # the instructions numba itself is made of
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

Integer = int | np.int64

SPAN: Final = 32
"""Bytes looked at together."""

PADDING: Final = 64
"""Bytes that must follow the last one read or written: wide ones go beyond it."""

_LINE_FEED: Final = 10


def eight(data: NDArray[np.uint8], at: Integer) -> int:
    """The eight bytes at `at`, the first one lowest, signed."""
    return int.from_bytes(data[at : at + 8].tobytes(), "little", signed=True)


def put_eight(data: NDArray[np.uint8], at: Integer, word: Integer) -> None:
    """Write what `eight` reads."""
    data[at : at + 8] = np.frombuffer(int(word).to_bytes(8, "little", signed=True), np.uint8)


def to_line_feed(data: NDArray[np.uint8], at: Integer) -> int:
    """How many of the next SPAN bytes come before the first line feed; SPAN if none is one."""
    found = data[at : at + SPAN].tobytes().find(b"\n")
    return found if found >= 0 else SPAN


def _pointer(context: Any, builder: Any, signature: Any, arguments: Any, kind: Any) -> Any:
    """Address of the element, as that of a value of another kind."""
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.bitcast(builder.gep(array.data, [arguments[1]]), kind.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def _eight(_typing: Any, _data: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _pointer(context, builder, signature, arguments, ir.IntType(64))
        return builder.load(place, align=1)

    return types.int64(_data, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _put_eight(_typing: Any, _data: Any, _at: Any, _word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _pointer(context, builder, signature, arguments, ir.IntType(64))
        builder.store(arguments[2], place, align=1)
        return context.get_dummy_value()

    return types.void(_data, types.int64, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _to_line_feed(_typing: Any, _data: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), SPAN)
        place = _pointer(context, builder, signature, arguments, vector)
        feeds = ir.Constant(vector, [_LINE_FEED] * SPAN)
        equal = builder.icmp_unsigned("==", builder.load(place, align=1), feeds)
        mask = builder.bitcast(equal, ir.IntType(SPAN))
        found = builder.cttz(mask, ir.Constant(ir.IntType(1), 0))  # SPAN where no bit is set
        return builder.zext(found, ir.IntType(64))

    return types.int64(_data, types.int64), generate


# numba calls these with the types of the arguments, and compiles what they return.


@overload(eight)  # type: ignore[untyped-decorator]
def _compiled_eight(data: Any, at: Any) -> Any:  # noqa: ARG001
    def compiled(data: Any, at: Any) -> Any:
        return _eight(data, at)

    return compiled


@overload(put_eight)  # type: ignore[untyped-decorator]
def _compiled_put_eight(data: Any, at: Any, word: Any) -> Any:  # noqa: ARG001
    def compiled(data: Any, at: Any, word: Any) -> Any:
        _put_eight(data, at, word)

    return compiled


@overload(to_line_feed)  # type: ignore[untyped-decorator]
def _compiled_to_line_feed(data: Any, at: Any) -> Any:  # noqa: ARG001
    def compiled(data: Any, at: Any) -> Any:
        return _to_line_feed(data, at)

    return compiled
