"""How a run starts: threads, and the cache of kernels on a new machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from batchcalc.kernels import _jit

from batchcalc.cli import start

ROOT = Path(__file__).parents[2]
COMMAND = "from batchcalc.cli.app import main; main()"
ROW = "siret,salarie,contrat,mois,remuneration\n00000000000000,X,C1,2024-07,1900\n"


def _batchcalc(*arguments: object, code: str = COMMAND, **environment: object) -> str:
    """What the command said, in a process of its own."""
    variables = {name: str(value) for name, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code, *map(str, arguments)],
        env=os.environ | variables,
        cwd=tempfile.gettempdir(),  # far from the sources, which come first in their own folder
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def row(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text(ROW)
    return tmp_path / "in.csv"


def _kept(cache: Path) -> set[str]:
    return {place.name for place in cache.rglob("*.nbc")}


def test_threads_govern_polars_too(row, tmp_path):
    code = (
        "from batchcalc.cli.app import main\n"
        "try:\n    main()\n"
        "finally:\n    import polars; print('threads', polars.thread_pool_size())"
    )
    arguments = ("run", row, "--out", tmp_path / "out", "--threads")

    assert "threads 1\n" in _batchcalc(*arguments, 1, code=code)
    assert "threads 3\n" in _batchcalc(*arguments, 3, code=code)


def test_after_a_warmup_a_run_compiles_nothing(row, sample, tmp_path):
    cache = tmp_path / "cache"
    assert "kernels ready" in _batchcalc("warmup", NUMBA_CACHE_DIR=cache)
    warm = _kept(cache)
    for source in (row, sample / "2026" / "2026-01.dsn"):
        _batchcalc("run", source, "--out", tmp_path / "out", NUMBA_CACHE_DIR=cache)

    assert {kernel.__name__ for kernel in _jit.every_kernel()} <= {
        name.partition(".")[2].partition("-")[0] for name in warm
    }
    assert _kept(cache) == warm


def test_a_run_on_a_new_machine_leaves_its_kernels(row, tmp_path):
    cache = tmp_path / "cache"
    said = _batchcalc("run", row, "--out", tmp_path / "out", NUMBA_CACHE_DIR=cache)

    assert "493.43" in said
    for name in ("csv_shape.csv_shape", "split.split", "totals.monthly_sums"):
        assert any(kept.startswith(f"{name}-") for kept in _kept(cache))


def test_where_no_cache_can_be_written_a_run_says_nothing_of_it(row, tmp_path):
    """A package nobody may write to, and a home that is none: for root too."""
    package, occupied = tmp_path / "site" / "batchcalc", tmp_path / "occupied"
    occupied.write_text("a file")
    unwritten = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "batchcalc", package, ignore=unwritten)
    shutil.copytree(ROOT / "kernels", package / "kernels", ignore=unwritten)
    (package / "kernels" / "__pycache__").write_text("a file")
    places = {
        "PYTHONPATH": package.parent,
        "HOME": occupied,
        "XDG_CACHE_HOME": occupied,
        "NUMBA_CACHE_DIR": occupied,
    }

    said = _batchcalc("run", row, "--out", tmp_path / "out", **places)
    assert "493.43" in said
    assert "kernel cache: none" in _batchcalc("doctor", **places)


def test_doctor_shows_the_place_of_the_cache(tmp_path):
    said = _batchcalc("doctor", NUMBA_CACHE_DIR=tmp_path)

    assert f"kernel cache: {tmp_path}" in said


def test_the_usual_kernels_are_kernels():
    known = {f"{k.__module__.rpartition('.')[2]}.{k.__name__}" for k in _jit.every_kernel()}

    assert set(start.USUAL) <= known
