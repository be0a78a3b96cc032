"""The kernel calls the bridge makes on one payroll, recorded: to be timed and counted alone."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
from batchcalc.kernels._jit import Kernel, every_kernel

from batchcalc import bridge, schema
from batchcalc.bridge import periods
from batchcalc.bridge.frames import lot_of
from batchcalc.bridge.results import compute_blocks
from batchcalc.bridge.terms import smic_terms
from batchcalc.explain import checked
from batchcalc.options import Options
from batchcalc.rules.load import Rules
from batchcalc.schema.ordre import reperes
from bench.data import payroll


@dataclass(frozen=True)
class Call:
    """One call: its kernel, the module it stands in, its arguments."""

    module: str
    kernel: Kernel
    arguments: tuple[Any, ...]

    def __call__(self) -> None:
        self.kernel(*self.arguments)

    def copied(self) -> Call:
        """The same call on copies of its arrays."""
        copies = (a.copy() if isinstance(a, np.ndarray) else a for a in self.arguments)
        return replace(self, arguments=tuple(copies))

    @property
    def name(self) -> str:
        """Name of the kernel."""
        return str(self.kernel.py_func.__name__)

    def columns(self, *, written: bool) -> dict[int, int]:
        """Address and bytes of each column it writes, or only reads."""
        types = self.kernel.nopython_signatures[0].args
        return {
            value.ctypes.data: value.nbytes
            for value, kind in zip(self.arguments, types, strict=True)
            if isinstance(value, np.ndarray) and value.ndim == 1 and kind.mutable == written
        }

    @property
    def rows(self) -> int:
        """Length of its columns."""
        return max(a.size for a in self.arguments if isinstance(a, np.ndarray) and a.ndim == 1)

    @property
    def size(self) -> int:
        """Bytes of the columns it reads and writes."""
        return sum((self.columns(written=False) | self.columns(written=True)).values())


class Chain:
    """From S and R of the months to every column of the result, block after block on one thread."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.rows = frame.height
        self._lot = lot_of(frame)
        self._periods = periods.build(self._lot, Rules.load(), Options())
        self._terms = smic_terms(self._lot, self._periods)
        self._workspace = bridge.Workspace()

    def __call__(self) -> None:
        compute_blocks(self._lot, self._periods, self._terms, Options(), self._workspace)

    @property
    def size(self) -> int:
        """Bytes of the columns it reads and writes, whatever it keeps in between."""
        read = {
            array.ctypes.data: array.nbytes
            for array in (
                self._periods.par,
                self._lot.premier,
                self._lot.nombres["remuneration_cents"],
                *(column for term in self._terms for column in (term.s, term.inexact)),
            )
        }
        return sum(read.values()) + sum(
            column.nbytes for column in self._workspace.results(self.rows).values()
        )


def each(frame: pl.DataFrame) -> dict[str, Call]:
    """The longest call of every kernel, over the special cases and both regularisations."""
    made: list[Call] = []
    cases = special(frame)
    marques = reperes(cases)  # by a kernel that takes addresses: those of this process
    for options in (Options(), Options("annuelle")):
        made += record(partial(bridge.compute, cases, Rules.load(), options, marques))
    return longest(made)


def longest(made: Iterable[Call]) -> dict[str, Call]:
    """The longest call of each kernel."""
    kept: dict[str, Call] = {}
    for call in made:
        if call.name not in kept or call.size > kept[call.name].size:
            kept[call.name] = call
    return kept


def block(frame: pl.DataFrame) -> bridge.Computed:
    """A physical frame through the bridge on one thread."""
    return bridge.compute(frame, Rules.load(), Options())


def physical(rows: int, year: int) -> pl.DataFrame:
    """The payroll of the benchmarks as the bridge takes it."""
    good, _, _ = schema.normalise(payroll(rows, year))
    merged, _ = checked(good, Rules.load())
    return merged


def special(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, now and then with what calls the rarer kernels."""
    pay, row = pl.col("remuneration_cents"), pl.int_range(pl.len())
    return frame.with_columns(
        remuneration_sans_dfs_cents=pl.when(row // 12 % 10 == 0).then(pay * 10 // 9),
        cotisations_dues_cents=pl.when(row // 12 % 10 == 1).then(pay * 3 // 10),
        smic_retenu_cents=pl.when(row // 12 % 3 == 2).then(pl.lit(180_180, pl.Int64)),
        remuneration_due_cents=pl.when(row % 20 == 0).then(pay),
        remuneration_habituelle_cents=pl.when(row % 20 == 0).then(pay * 2),
    )


# --- Recording ------------------------------------------------------------------------------------

Wrapper = Callable[[str, Kernel], Callable[..., Any]]
"""From the module and the kernel to what stands in its place."""


def record(run: Callable[[], object], *, copies: bool = False) -> list[Call]:
    """The kernel calls that `run` makes; `copies` keeps the arguments as they were before."""
    made: list[Call] = []

    def recorder(module: str, kernel: Kernel) -> Callable[..., Any]:
        def recorded(*arguments: Any) -> Any:
            call = Call(module, kernel, arguments)
            made.append(call.copied() if copies else call)
            return kernel(*arguments)

        return recorded

    with _replaced(recorder):
        run()
    return made


def seconds(run: Callable[[], object]) -> dict[str, float]:
    """Seconds spent in each kernel while `run` runs, all threads together."""
    spent: dict[str, float] = defaultdict(float)

    def timer(_module: str, kernel: Kernel) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            result = kernel(*arguments)
            spent[kernel.py_func.__name__] += time.perf_counter() - start
            return result

        return timed

    with _replaced(timer):
        run()
    return dict(spent)


@contextmanager
def _replaced(wrapper: Wrapper) -> Iterator[None]:
    """Every name under which the package calls a kernel stands for its wrapped form."""
    places = list(_places())
    for module, name, kernel in places:
        setattr(module, name, wrapper(kernel.__module__.rpartition(".")[2], kernel))
    try:
        yield
    finally:
        for module, name, kernel in places:
            setattr(module, name, kernel)


def _places() -> Iterator[tuple[ModuleType, str, Kernel]]:
    for kernel in every_kernel():
        kernel.ready()  # what is compiled while a name stands for something else finds that
    for module in [m for name, m in sys.modules.items() if name.startswith("batchcalc.")]:
        for name, value in list(vars(module).items()):
            if isinstance(value, Kernel):
                yield module, name, value
