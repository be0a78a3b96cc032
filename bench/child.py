"""One task in a process of its own, for what only a fresh process shows: peak memory, threads.

`python -m bench.child TASK JSON` runs the task and prints its seconds and the peak of the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Seconds of the task, imports and kernels apart, and the peak memory of its process, bytes."""

    seconds: float
    peak: int


def run(task: str, *, threads: int | None = None, **arguments: Any) -> Outcome:
    """Run a task of TASKS in a child, on that many processors and polars threads."""
    shown = {key: _plain(value) for key, value in arguments.items()}
    command = [sys.executable, "-m", "bench.child", task, json.dumps(shown)]
    environment = dict(os.environ)
    if threads:
        command.insert(3, f"--threads={threads}")
        environment["POLARS_MAX_THREADS"] = str(threads)
    root = Path(__file__).parents[1]
    printed = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd=root, check=True
    )
    return Outcome(**json.loads(printed.stdout))


def _plain(value: Any) -> Any:
    return [str(v) for v in value] if isinstance(value, (list, tuple)) else str(value)


# --- In the child ---------------------------------------------------------------------------------


def _run(inputs: Iterable[str], out: str, threads: int | None) -> Callable[[], object]:
    from batchcalc.kernels._jit import every_kernel

    from batchcalc.pipeline import run as run_files

    for kernel in every_kernel():
        kernel.ready()
    return lambda: run_files(inputs, out=out, threads=threads)


def _baseline(name: str, source: str, target: str, year: str) -> Callable[[], object]:
    from bench import baselines

    law = baselines.law(int(year))
    return lambda: baselines.FILES[name](Path(source), Path(target), law)


TASKS: dict[str, Callable[..., Callable[[], object]]] = {"run": _run, "baseline": _baseline}
"""Each imports and prepares, then returns what is timed."""


def _main(arguments: list[str]) -> None:
    threads = None
    if arguments[0].startswith("--threads="):
        threads = int(arguments.pop(0).removeprefix("--threads="))
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[:threads])
    task, given = arguments[0], json.loads(arguments[1])
    if task == "run":
        given["threads"] = threads
    prepared = TASKS[task](**given)
    start = time.perf_counter()
    prepared()
    print(json.dumps({"seconds": time.perf_counter() - start, "peak": _peak()}))


def _peak() -> int:
    """Highest resident memory of this process: getrusage would also count its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM in /proc/self/status")


if __name__ == "__main__":
    _main(sys.argv[1:])
