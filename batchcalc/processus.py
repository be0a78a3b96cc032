"""What this process computes with: its processors, and the threads that polars started in it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from batchcalc.errors import ConfigError

_THREADS: Final = Path("/proc/self/task")
_PREMIER_THREAD: Final = "polars-0"

_FORKES: Final[set[int]] = set()
"""Processes that forked while polars had threads in them. A child inherits the set and not the
threads, and whoever waits for them there waits for ever."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def verifie_fork() -> None:
    """Refuse to compute where it would never end.

    Raises:
        ConfigError: the process was forked from one in which polars had begun to work.
    """
    if _FORKES - {os.getpid()}:
        raise ConfigError(
            "This process was forked from one in which polars was at work: its threads stayed"
            " there.",
            hint="Start processes by spawn or forkserver, or fork before the first frame.",
            code="fork-apres-polars",
        )


def _note_fork() -> None:
    noms = []
    for place in _THREADS.glob("*/comm"):
        with suppress(OSError):  # the thread ended
            noms.append(place.read_text().strip())
    if _PREMIER_THREAD in noms:
        _FORKES.add(os.getpid())


os.register_at_fork(before=_note_fork)
