"""The one way a kernel is compiled, and the array types of its signatures.

A kernel is compiled, or read from the cache on disk, when it is first called: a run pays for the
kernels it needs and for no others.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final, TypeVar

from numba import config, njit, types
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    InTreeCacheLocator,
)
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher
from numba.extending import intrinsic

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


# Divisions are unchecked (`numpy` error model), without which no loop with one is vectorised:
# kernels divide by what they have tested. Nobody calls a kernel from C. Arrays are the caller's
# and are not counted: each count is a locked instruction, for every slice of every tile, which
# waits for all that was written before it. So a kernel makes no array (`tiles.tile`).
_OPTIONS: Final = {
    "nopython": True,
    "nogil": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


def kernel(result: Any, *arguments: Any) -> Callable[[F], F]:
    """Compile for one explicit signature, without the GIL, with the disk cache.

    An explicit signature refuses a float array where integers are due: a null that became NaN
    cannot compile a second, wrong version of the kernel.
    """

    def wrap(function: F) -> F:
        if config.DISABLE_JIT:
            return function
        compiled: Any = Kernel(function, result(*arguments))
        return compiled  # type: ignore[no-any-return]

    return wrap


def inline(function: F) -> F:
    """Compile a small scalar helper into the kernels that call it."""
    compiled: F = njit(nogil=True, inline="always", error_model="numpy")(function)
    return compiled


def emitted(emit: Callable[..., Any]) -> Callable[[F], F]:
    """Put what `emit` says, as numba asks it of an intrinsic, where a kernel calls the function."""

    def wrap(function: F) -> F:
        if config.DISABLE_JIT:
            return function
        compiled: Any = intrinsic(emit)
        return compiled  # type: ignore[no-any-return]

    return wrap


def helper(function: F) -> F:
    """Compile a helper for the types of whoever calls it: a kernel, whose signature is explicit."""
    if config.DISABLE_JIT:
        return function
    compiled: Any = Helper(function)
    return compiled  # type: ignore[no-any-return]


class Helper(CPUDispatcher):  # type: ignore[misc]
    """A function compiled apart for the kernels that call it.

    There it has nothing that takes Python arguments in, it is not cached, for it becomes part of
    their code, and the value of a constant makes no type of its own.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, targetoptions=_OPTIONS)
        self._part = CPUDispatcher(function, targetoptions=_OPTIONS | {"no_cpython_wrapper": True})

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """What numba asks for when it compiles a kernel that calls this."""
        return self._part.get_call_template(tuple(map(types.unliteral, args)), kws)

    def get_overload(self, sig: Any) -> Any:
        """What that kernel calls."""
        return self._part.get_overload(sig)


class Kernel(Helper):
    """A function compiled for one signature, once, at its first call."""

    def __init__(self, function: Callable[..., Any], declared: Any) -> None:
        super().__init__(function)
        self._declared = declared

    def ready(self) -> None:
        """Compile it, or read it from the cache, unless that was done."""
        with global_compiler_lock:
            if not self.overloads:
                self._cache = _Cache(self.py_func)
                _compile(self, self._declared)

    def _compile_for_args(self, *_arguments: Any, **_named: Any) -> Kernel:
        """What numba asks for when no version fits; what it gets is called with the arguments."""
        self.ready()
        return self

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """What numba asks for when it compiles a kernel that calls this one."""
        with global_compiler_lock:
            if not self._part.overloads:
                _compile(self._part, self._declared)
        return super().get_call_template(args, kws)


def _compile(function: CPUDispatcher, declared: Any) -> None:
    function.compile(declared)
    function.disable_compile()


def every_kernel() -> Iterator[Kernel]:
    """All kernels of the package."""
    for found in iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        module = import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, Kernel) and value.__module__ == found.name:
                yield value


# --- The cache ------------------------------------------------------------------------------------


def place_of_cache() -> Path | None:
    """Where kernels are kept; None where nothing can be written."""
    place = Path(_Cache(_fingerprint).cache_path)
    return place if place.is_dir() and os.access(place, os.W_OK) else None


def is_kept(kernel: Callable[..., Any]) -> bool:
    """Whether the cache holds all there is to hold of a kernel, for this processor or another."""
    if not isinstance(kernel, Kernel):
        return True
    return any(file._load_index() for file in _Cache(kernel.py_func).files())


def _fingerprint() -> bytes:
    """Of the sources of all kernels, taken when they are imported."""
    found = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        found.update(source.name.encode() + b"\0" + source.read_bytes())
    return found.digest()


_FINGERPRINT: Final = _fingerprint()


class _Nowhere(InTreeCacheLocator):  # type: ignore[misc]
    """Beside the sources, although nothing can be written there."""

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Nowhere:
        return cls(py_func, py_file)


class _Places(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (*CompileResultCacheImpl._locator_classes, _Nowhere)


class _Cache(FunctionCache):  # type: ignore[misc]
    """The cache of numba, with three differences.

    What it holds is good for the sources of all kernels as they are: numba looks only at the file
    of the function, and helpers and constants of other files are compiled into it. What was left
    beside the sources by someone who could write there is read. And a cache that cannot be read or
    written costs time, not the run.
    """

    _impl_class = _Places

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = self.files()[0]

    def files(self) -> list[IndexDataCacheFile]:
        """The file that is written; then the other one that is read, unless a place was given."""
        places = [self.cache_path]
        beside = str(Path(__file__).parent / "__pycache__")
        if beside not in places and not config.CACHE_DIR:
            places.append(beside)
        base = self._impl.filename_base
        return [IndexDataCacheFile(place, base, _FINGERPRINT) for place in places]

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The code, if a place has it; a damaged file is as good as none."""
        written = self._cache_file
        for file in self.files():
            self._cache_file = file
            with suppress(Exception):
                if (code := super().load_overload(sig, target_context)) is not None:
                    return code
        self._cache_file = written
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code, if it can be; a damaged file is written anew."""
        with suppress(OSError):
            try:
                self._cache_file._load_index()
            except Exception:
                self.flush()
            super().save_overload(sig, data)
