"""What kernels take: the period table of some figures of law, and texts as Arrow holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numba
import numpy as np
import pytest
from batchcalc.kernels import types as k
from batchcalc.kernels.text_runs import INLINE
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

BORDERS = (
    0,
    1,
    *(tiles * k.TILE + beside for tiles in (1, 2) for beside in (-1, 0, 1)),
)


@dataclass(frozen=True)
class Law:
    """T, Tmin, the exit, b and T' of one period, in the units of the rule tables."""

    t_e6: int
    t_min_e6: int = 0
    seuil_e2: int = 160
    b: Fraction = Fraction(1)
    complement_e6: int = 0

    @property
    def cap_e4(self) -> int:
        return half_up(self.t_e6 * self.b / 100)

    @property
    def complement_cap_e4(self) -> int:
        return half_up(self.complement_e6 * self.b / 100)

    def factors(self) -> np.ndarray:
        width = self.seuil_e2 - 100
        factors = np.zeros((1, k.N_FACTORS))
        factors[0, k.GAIN] = self.seuil_e2 / width / k.UNITS_PER_CENT
        factors[0, k.LAG] = 100 / width
        factors[0, k.SLOPE] = (self.t_e6 - self.t_min_e6) * self.b / 100
        factors[0, k.FLOOR] = self.t_min_e6 * self.b / 100
        factors[0, k.COMPLEMENT_SLOPE] = self.complement_e6 * self.b / 100
        factors[0, k.TOP] = self.cap_e4 + 1
        factors[0, k.COMPLEMENT_TOP] = self.complement_cap_e4 + 1
        return factors


def half_up(x: Fraction) -> int:
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


def table_of(*rows: dict[int, int]) -> np.ndarray:
    table = np.zeros((len(rows), k.N_COLUMNS), np.int64)
    for row, columns in zip(table, rows, strict=True):
        for column, value in columns.items():
            row[column] = value
    return table


class TextColumn:
    """Texts as Arrow lays them out, in some chunks of two buffers each: kernels take addresses."""

    def __init__(self, chunks, shared):
        self.kept, self.places, self.buffers = [], [], []
        for texts in chunks:
            views, heaps = [], [b"", b""]
            for i, text in enumerate(texts):
                views.append(self._view(text.encode(), heaps, i % 2, shared))
            self.places.append((self._keep(b"".join(views)), len(texts), len(self.buffers)))
            self.buffers += [self._keep(heap) for heap in heaps]

    @staticmethod
    def _view(text, heaps, number, shared):
        length = len(text).to_bytes(4, "little")
        if len(text) <= INLINE:
            return length + text.ljust(INLINE, b"\0")
        place = heaps[number].find(text) if shared else -1
        if place < 0:
            place = len(heaps[number])
            heaps[number] += text
        return length + text[:4] + number.to_bytes(4, "little") + place.to_bytes(4, "little")

    def _keep(self, data):
        self.kept.append(np.frombuffer(data, np.uint8))
        return self.kept[-1].ctypes.data if data else 0


@pytest.fixture(scope="session")
def text_column() -> type[TextColumn]:
    return TextColumn


@pytest.fixture(scope="session")
def law() -> type[Law]:
    return Law


@pytest.fixture(scope="session")
def period_table() -> Callable[..., np.ndarray]:
    """`period_table({k.T_CAP: 3194}, {...})`: one row a dict, 0 in the other columns."""
    return table_of


@pytest.fixture(params=BORDERS)
def height(request: pytest.FixtureRequest) -> int:
    """A number of rows: none, one, and around one and two tiles."""
    return int(request.param)


@pytest.fixture(scope="session")
def check_signature() -> Callable[..., None]:
    """Read-only inputs are accepted; floats for integers, or the reverse, are not."""
    return _check_signature


def _check_signature(kernel: Callable[..., Any], *arguments: Any, outputs: int) -> None:
    for argument in arguments[:-outputs]:
        if isinstance(argument, np.ndarray):
            argument.flags.writeable = False
    kernel(*arguments)
    if numba.config.DISABLE_JIT:
        return
    for i, argument in enumerate(arguments):
        if isinstance(argument, np.ndarray):
            wrong = np.int64 if argument.dtype == np.float64 else np.float64
            _refused(kernel, arguments, i, np.zeros_like(argument, wrong))
    for i in range(len(arguments) - outputs, len(arguments)):
        frozen = arguments[i].copy()
        frozen.flags.writeable = False
        _refused(kernel, arguments, i, frozen)


def _refused(kernel: Callable[..., Any], arguments: tuple[Any, ...], i: int, wrong: Any) -> None:
    with pytest.raises(TypeError, match="No matching definition"):
        kernel(*arguments[:i], wrong, *arguments[i + 1 :])
