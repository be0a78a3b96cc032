"""How kernels are compiled and kept, each test on a package of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from batchcalc.kernels import _jit

SCALED = """
import numpy as np
from ._jit import i64, kernel, out_i64, void
from .parts import FACTOR, plus_one

@kernel(void, i64, out_i64)
def fill(value, out):
    for i in range(out.size):
        out[i] = plus_one(value) * FACTOR
"""
PARTS = """
from ._jit import i64, kernel

FACTOR = 10

@kernel(i64, i64)
def plus_one(value):
    return value + 1
"""
CALL = """
import numpy as np
from invented import scaled
out = np.empty(1, np.int64)
scaled.fill(4, out)
hits = sum(scaled.fill.stats.cache_hits.values()) if hasattr(scaled.fill, "stats") else 0
print(out[0], hits)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Two kernels and a constant in files of their own."""
    folder = tmp_path / "invented"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "_jit.py").write_bytes(Path(_jit.__file__).read_bytes())
    (folder / "scaled.py").write_text(SCALED)
    (folder / "parts.py").write_text(PARTS)
    return folder


@pytest.fixture
def call(package: Path) -> Callable[..., str]:
    """Call the kernel in a process of its own: the value, and how often the cache had it."""

    def call(code: str = CALL, **environment: object) -> str:
        places = {
            "PYTHONPATH": package.parent,
            "PYTHONDONTWRITEBYTECODE": 1,
            "NUMBA_CACHE_DIR": "",
            "XDG_CACHE_HOME": package.parent / "home",
        }
        variables = {name: str(value) for name, value in (places | environment).items()}
        done = subprocess.run(
            [sys.executable, "-W", "default", "-c", code],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.strip()

    return call


def _occupied(place: Path) -> Path:
    """Where no folder can be made, whoever asks."""
    place.write_text("a file")
    return place


def _sentence(package: Path) -> None:
    """The same moment for every source, as an archive that keeps times would leave it."""
    for source in package.glob("*.py"):
        os.utime(source, (1_700_000_000, 1_700_000_000))


def test_a_second_process_reads_what_the_first_compiled(call):
    assert [call(), call()] == ["50 0", "50 1"]


def test_a_constant_of_another_file_is_never_an_old_one(package, call):
    _sentence(package)
    before = call().split()[0]
    (package / "parts.py").write_text(PARTS.replace("10", "20"))
    _sentence(package)

    assert (before, call()) == ("50", "100 0")


def test_a_kernel_called_by_another_is_never_an_old_one(package, call):
    _sentence(package)
    call()
    (package / "parts.py").write_text(PARTS.replace("+ 1", "+ 2"))
    _sentence(package)

    assert call() == "60 0"


def test_where_nothing_can_be_written_kernels_are_compiled_without_a_word(package, call):
    _occupied(package / "__pycache__")
    nowhere = _occupied(package.parent / "occupied")
    places = {"NUMBA_CACHE_DIR": nowhere, "XDG_CACHE_HOME": nowhere}

    assert [call(**places), call(**places)] == ["50 0", "50 0"]
    code = "from invented import _jit; print(_jit.place_of_cache())"
    assert call(code, **places) == "None"


def test_a_cache_beside_sources_nobody_may_write_to_is_read(call):
    """Left by the installer; the test stands in for a folder that even root cannot write to."""
    call()
    refused = "_jit.CompileResultCacheImpl._locator_classes[1].ensure_cache_path = refuse\n"
    code = (
        "from invented import _jit\n"
        "def refuse(*_): raise PermissionError\n"
        f"{refused}{CALL}\nprint(_jit.place_of_cache())"
    )

    value, place = call(code).splitlines()
    assert value == "50 1"
    assert place.endswith("home/numba/" + Path(place).name)


def test_where_a_place_is_given_no_other_is_read(package, call):
    call()

    assert call(NUMBA_CACHE_DIR=package.parent / "given") == "50 0"


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_cache_is_made_again(package, call, suffix):
    call()
    for kept in (package / "__pycache__").glob(f"*.{suffix}"):
        kept.write_bytes(b"damaged")

    assert [call(), call()] == ["50 0", "50 1"]


def test_nothing_is_compiled_before_it_is_called():
    kernel = _invented()

    assert kernel.signatures == []
    kernel(np.arange(3), np.empty(3, np.int64))
    assert len(kernel.signatures) == 1


def test_floats_where_integers_are_due_are_refused_by_the_very_first_call():
    kernel = _invented()

    with pytest.raises(TypeError, match="No matching definition"):
        kernel(np.zeros(3), np.empty(3, np.int64))
    assert len(kernel.signatures) == 1


def test_threads_that_call_it_first_together_compile_it_once():
    kernel = _invented()

    def call(n: int) -> int:
        out = np.empty(n, np.int64)
        kernel(np.arange(n), out)
        return int(out.sum())

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(1, 33))) == [n * (n - 1) for n in range(1, 33)]
    assert len(kernel.signatures) == 1
    assert sum(kernel.stats.cache_misses.values()) <= 1


def test_every_kernel_is_found():
    found = {kernel.__name__ for kernel in _jit.every_kernel()}

    assert {"split", "scan", "csv_shape", "monthly_sums", "record"} <= found


def _invented():
    def double(values, out):
        for i in range(out.size):
            out[i] = values[i] * 2

    return _jit.kernel(_jit.void, _jit.in_i64, _jit.out_i64)(double)
