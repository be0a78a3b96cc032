"""Side by side: each round runs every side once, so that a noisy minute falls on all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from bench.settings import SECONDS

OURS = "batchcalc"
LEAST_ROUNDS, MOST_ROUNDS = 3, 25

Side = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """Seconds of every side, round by round, and the record they are kept in."""

    seconds: Mapping[str, list[float]]
    record: dict[str, Any]
    rows: int
    size: int

    def speed(self, *sides: str) -> float:
        """How many times faster than the fastest of `sides` (median of the rounds)."""
        rounds = zip(*(self.seconds[name] for name in (OURS, *sides)), strict=True)
        return float(median(min(others) / ours for ours, *others in rounds))

    def slowness(self, *sides: str) -> float:
        """How many times longer than the fastest of `sides`."""
        return 1 / self.speed(*sides)

    @property
    def rate(self) -> float:
        """Bytes a second (median of the rounds)."""
        return self.size / median(self.seconds[OURS])

    def goal(self, number: int, text: str, value: float, **bound: float) -> None:
        """Keep a goal and what was measured; `bound` is `at_least=` or `at_most=`."""
        self.record.setdefault("goals", []).append(
            {"number": number, "text": text, "value": value, **bound}
        )

    def fact(self, text: str, value: float | str) -> None:
        """Keep a figure that is no ratio."""
        self.record.setdefault("facts", {})[text] = value


@dataclass
class SideBySide:
    """The fixture `side_by_side`."""

    benchmark: BenchmarkFixture
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def __call__(
        self,
        title: str,
        ours: Side,
        sides: Mapping[str, Side] | None = None,
        *,
        rows: int = 0,
        size: int = 0,
        rounds: int | None = None,
    ) -> Measured:
        """Time `ours` beside `sides`.

        Args:
            title: what is measured, for the table.
            ours, sides: run once a round each.
            rows: contract-months, for a rate.
            size: bytes, for a rate.
            rounds: how many, where each starts processes of its own; by default as many as
                `settings.SECONDS` allow, 3 to 25, after one that is not counted.
        """
        sides = dict(sides or {})
        if self.benchmark.enabled and rounds is None:
            start = time.perf_counter()
            for side in (*sides.values(), ours):
                side()
            rounds = _rounds(time.perf_counter() - start)
        self.seconds.update({name: [] for name in (OURS, *sides)})
        self.benchmark.pedantic(
            lambda: self._time(OURS, ours),
            setup=lambda: self._time_all(sides),
            rounds=rounds or 1,
        )
        record = self.benchmark.extra_info
        record.update(title=title, rows=rows, size=size, seconds=self.seconds)
        return Measured(self.seconds, record, rows, size)

    def _time_all(self, sides: Mapping[str, Side]) -> None:
        for name, side in sides.items():
            self._time(name, side)
        gc.collect()

    def _time(self, name: str, side: Side) -> None:
        start = time.perf_counter()
        side()
        self.seconds[name].append(time.perf_counter() - start)


def _rounds(once: float) -> int:
    return min(MOST_ROUNDS, max(LEAST_ROUNDS, int(SECONDS / once)))
