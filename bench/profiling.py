"""Where the time of a run goes: its phases, its kernels, and the lines that were running.

`python -m bench.profiling [parquet|monthly|csv|dsn ...]`. A thread looks at all the others every
few milliseconds and notes the innermost line of batchcalc: time spent in polars or in a kernel
counts for the line that called it, whichever thread it was on.
"""

from __future__ import annotations

import argparse
import linecache
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import batchcalc
from batchcalc import kernels
from bench import calls, data
from bench.settings import DATA, DSN_BYTES, ROWS

INTERVAL = 0.002
SHOWN = 30
ROOMS = tuple(str(Path(module.__path__[0])) for module in (batchcalc, kernels))
WAITING = ("threading.py", "_base.py", "thread.py", "queue.py")

INPUTS: Mapping[str, Callable[[], Sequence[Path]]] = {
    "parquet": lambda: [data.parquet(ROWS)],
    "monthly": lambda: data.monthly(ROWS),
    "csv": lambda: [data.csv(ROWS)],
    "dsn": lambda: data.declarations(DSN_BYTES),
}

Line = tuple[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["parquet", "dsn"], choices=INPUTS)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    for kind in arguments.kinds:
        show(kind, arguments.threads)


def show(kind: str, threads: int) -> None:
    """Profile one run of a kind of input, after one that is not counted."""
    sources = INPUTS[kind]()
    with tempfile.TemporaryDirectory(prefix="out-", dir=DATA) as out:

        def run() -> batchcalc.Result:
            return batchcalc.run(sources, out=out, threads=threads)

        run()
        print(f"\n== {kind}, {ROWS} rows, {threads} threads of kernels")
        print_phases(run().record["timings_seconds"])
        print_kernels(calls.seconds(run))
        with sampling() as samples:
            start = time.perf_counter()
            run()
            seconds = time.perf_counter() - start
    print_lines(samples, seconds)


def print_phases(seconds: Mapping[str, float]) -> None:
    for phase, spent in seconds.items():
        print(f"{spent:8.3f} s  {phase}")


def print_kernels(seconds: Mapping[str, float]) -> None:
    print(f"{sum(seconds.values()):8.3f} s  in kernels")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"{spent:12.3f} s  {name}")


def print_lines(samples: Counter[Line], seconds: float) -> None:
    """The lines that ran longest; over several threads they may sum to more than the run took."""
    total = sum(samples.values())
    print(f"{seconds:8.3f} s  in all, by line ({total} samples)")
    for (file, number), count in samples.most_common(SHOWN):
        place = f"{Path(file).parent.name}/{Path(file).name}:{number}"
        text = linecache.getline(file, number).strip()
        print(f"{count / total:7.1%}  {place:32} {text[:80]}")


@contextmanager
def sampling() -> Iterator[Counter[Line]]:
    """Count the innermost lines of batchcalc while the block runs."""
    samples: Counter[Line] = Counter()
    stop = threading.Event()

    def look() -> None:
        mine = threading.get_ident()
        while not stop.wait(INTERVAL):
            for thread, frame in sys._current_frames().items():
                if thread != mine and (line := innermost(frame)):
                    samples[line] += 1

    sampler = threading.Thread(target=look)
    sampler.start()
    try:
        yield samples
    finally:
        stop.set()
        sampler.join()


def innermost(frame: FrameType | None) -> Line | None:
    """The innermost line of batchcalc; None where there is none, or the thread only waits."""
    if frame is None or frame.f_code.co_filename.endswith(WAITING):
        return None
    while frame is not None:
        if frame.f_code.co_filename.startswith(ROOMS):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


if __name__ == "__main__":
    main()
