"""Instructions a row of every kernel, counted by callgrind: the same on a busy machine.

`python -m bench.callgrind [--update]` compares with `instructions.json` and fails where a kernel
needs more than it did; under another compiler there is nothing to compare with.

The kernels are called in a child under valgrind, on arguments recorded here; the machine code is
that of one fixed processor, so that the counts depend on the compiler alone.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

COUNTS = Path(__file__).with_name("instructions.json")
PROCESSOR = "haswell"  # AVX2: valgrind runs no AVX-512
ROWS = 48_000
DSN_BYTES = 2_000_000
MORE = 1.02
"""A kernel may need this much more before it is a failure."""

_REQUESTS = """
#include <valgrind/callgrind.h>
void start(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void stop(const char *name) { CALLGRIND_DUMP_STATS_AT(name); CALLGRIND_STOP_INSTRUMENTATION; }
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="keep these counts")
    missing = [tool for tool in ("valgrind", "cc") if not shutil.which(tool)]
    arguments = parser.parse_args()
    if missing:
        parser.error(f"not installed: {', '.join(missing)}")
    counted = {"compiler": compiler(), "a_row": count()}
    if arguments.update:
        COUNTS.write_text(json.dumps(counted, indent=2, sort_keys=True) + "\n")
    return compare(counted, json.loads(COUNTS.read_text()))


def compiler() -> dict[str, str]:
    """What the machine code depends on."""
    return {"processor": PROCESSOR, **{name: version(name) for name in ("numba", "llvmlite")}}


def compare(counted: Mapping[str, Any], kept: Mapping[str, Any]) -> int:
    """Print both counts; 1 where a kernel needs more than before."""
    worse = []
    print(f"{'instructions a row':24} {'now':>9} {'before':>9}")
    for name, now in sorted(counted["a_row"].items()):
        before = kept["a_row"].get(name)
        print(f"{name:24} {now:9.2f} {before or float('nan'):9.2f}")
        if before and now > before * MORE:
            worse.append(name)
    if counted["compiler"] != kept["compiler"]:
        print(f"counted before with {kept['compiler']}: nothing is compared")
        return 0
    if worse:
        print(f"more than before: {', '.join(worse)}")
    return 1 if worse else 0


# --- Recording ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """The calls of one kernel to count together, and the rows (bytes, for a reader) they see."""

    calls: list[Any]
    rows: int


def to_count() -> dict[str, Counted]:
    """Every kernel of the law on one block; the scans of text on whole files."""
    from batchcalc.io.lecture import ouvre_entrees, silent
    from batchcalc.io.source import resolve
    from bench import calls, data

    law = calls.each(calls.physical(ROWS, data.YEAR))
    law = calls.each(calls.physical(ROWS, 2026)) | law
    counted = {name: Counted([call], call.rows) for name, call in law.items()}

    def read(*paths: Path) -> list[Any]:
        quiet = partial(ouvre_entrees, resolve(paths), threads=1, progress=silent)
        return calls.record(quiet, copies=True)

    declarations = data.declarations(DSN_BYTES)
    scans = [call for call in read(*declarations) if call.name == "scan"]
    counted["scan"] = Counted(scans, sum(path.stat().st_size for path in declarations))
    return counted | _of_csv(data.csv(ROWS))


def _of_csv(path: Path) -> dict[str, Counted]:
    """The shape of a text, by the byte; its cells, by the row of the longest column."""
    from batchcalc.io.source import Entree
    from batchcalc.io.tabular import ouvre
    from bench import calls

    def read() -> None:
        list(ouvre(Entree(str(path), "csv")).lots(ROWS))

    made = calls.longest(calls.record(read, copies=True))
    by_byte = {name: made.pop(name) for name in ("count", "csv_shape")}
    counted = {name: Counted([call], call.arguments[0].size) for name, call in by_byte.items()}
    return counted | {name: Counted([c], c.arguments[-1].size) for name, c in made.items()}


def count() -> dict[str, float]:
    """Instructions a row of every kernel."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = {}
        for kernel, counted in to_count().items():
            rows[kernel] = counted.rows
            for i, call in enumerate(counted.calls):
                np.savez(folder / f"{i:04d}.{call.module}.{kernel}.npz", *call.arguments)
        _run(folder)
        return {kernel: found / rows[kernel] for kernel, found in _read(folder).items()}


def _run(folder: Path) -> None:
    (folder / "requests.c").write_text(_REQUESTS)
    files = ["-o", str(folder / "requests.so"), str(folder / "requests.c")]
    subprocess.run(["cc", "-shared", "-fPIC", *files], check=True)
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": PROCESSOR,
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(folder / "cache"),
        "PYTHONHASHSEED": "0",
    }
    task = "import sys, bench.callgrind as c; c.child(sys.argv[1])"
    child = [sys.executable, "-c", task, str(folder)]
    valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet"]
    output = f"--callgrind-out-file={folder / 'counts'}"
    root = Path(__file__).parents[1]
    subprocess.run(child, env=environment, cwd=root, check=True)  # compiles, and keeps the code
    subprocess.run([*valgrind, output, *child], env=environment, cwd=root, check=True)


def _read(folder: Path) -> dict[str, int]:
    """Sum the dumps of each kernel."""
    found: dict[str, int] = {}
    for dump in folder.glob("counts.*"):
        text = dump.read_text()
        kernel = re.search(r"Client Request: (\w+)", text)
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)
        if kernel and total:
            found[kernel[1]] = found.get(kernel[1], 0) + int(total[1])
    return found


# --- In the child ---------------------------------------------------------------------------------


def child(name: str) -> None:
    """Call every kernel twice on the same arguments: the second time is counted."""
    folder = Path(name)
    requests = ctypes.CDLL(str(folder / "requests.so"))
    for place in sorted(folder.glob("*.npz")):
        _, module, kernel, _ = place.name.split(".")
        function = getattr(import_module(f"batchcalc.kernels.{module}"), kernel)
        function(*_arguments(place))
        arguments = _arguments(place)
        requests.start()
        function(*arguments)
        requests.stop(kernel.encode())


def _arguments(place: Path) -> list[Any]:
    with np.load(place) as saved:
        values = [saved[name] for name in saved.files]
    return [value if value.ndim else value.item() for value in values]


if __name__ == "__main__":
    sys.exit(main())
