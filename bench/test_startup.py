"""Goal 7: start-up, and the first run on a machine that has compiled nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import data
from bench.settings import ROWS

pytestmark = pytest.mark.process

HEAVY = ("polars", "numba")
SMALL = min(ROWS, 1_200)
DECLARATION = Path(__file__).parents[1] / "sample_dsn" / "2026" / "2026-01.dsn"

_COMMAND = "from batchcalc.cli.app import main; main()"
_HELP = """
import json, sys
sys.argv = ["batchcalc", "--help"]
from batchcalc.cli.app import main
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted(set(%r) & set(sys.modules))))
"""


def _batchcalc(*arguments, **environment):
    return _python("-c", _COMMAND, *arguments, **environment)


def _python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def test_help(side_by_side):
    sides = {
        "python": lambda: _python("-c", "pass"),
        "python, import polars, numba": lambda: _python("-c", "import polars, numba"),
    }
    measured = side_by_side("start, --help", lambda: _batchcalc("--help"), sides, rounds=7)
    imported = json.loads(_python("-c", _HELP % (HEAVY,)).stderr)
    measured.goal(7, "--help: heavy modules imported", len(imported), at_most=0)


@pytest.fixture(params=["csv", "parquet", "dsn"])
def small(request):
    """A small input of each kind: kernels are compiled for what is read."""
    if request.param == "dsn":
        return DECLARATION
    return getattr(data, request.param)(SMALL)


def test_cold_cache(side_by_side, out, small):
    """The same small run with an empty kernel cache, and with a warm one."""
    if not side_by_side.benchmark.enabled:
        pytest.skip("compiles kernels several times")
    caches = iter(range(1_000))

    def run(cache):
        cache = str(out / cache)
        _batchcalc("run", str(small), "--out", str(out / "run"), NUMBA_CACHE_DIR=cache)

    run("warm")
    sides = {"cold kernel cache": lambda: run(f"cold-{next(caches)}")}
    kind = small.suffix.removeprefix(".")
    measured = side_by_side(f"start, small {kind} run", lambda: run("warm"), sides, rounds=3)
    extra = min(measured.seconds["cold kernel cache"]) - min(measured.seconds["batchcalc"])
    measured.goal(7, f"cold kernel cache, {kind}: seconds more than warm", extra, at_most=3)


def test_warmup(side_by_side, out):
    """What a machine pays once, so that no run does."""
    if not side_by_side.benchmark.enabled:
        pytest.skip("compiles every kernel")
    caches = iter(range(1_000))

    def warmup():
        _batchcalc("warmup", NUMBA_CACHE_DIR=str(out / f"cache-{next(caches)}"))

    side_by_side("start, warmup", warmup, {}, rounds=1)


def test_import(side_by_side):
    sides = {"python, import polars, numba": lambda: _python("-c", "import polars, numba")}
    ours = "import batchcalc.pipeline"
    side_by_side(f"start, {ours}", lambda: _python("-c", ours), sides, rounds=5)
