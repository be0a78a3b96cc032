"""What each room may import, and what starting the program must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNELS = sorted((ROOT / "kernels").glob("*.py"))
KERNEL_TESTS = sorted((ROOT / "tests" / "kernels").glob("*.py"))
HEAVY = {"numba", "numpy", "polars", "pyarrow", "pyspark"}
EXTRAS = {"adbc_driver_manager", "adbc_driver_postgresql", "boto3", "botocore", "deltalake"}
TEST_TOOLS = {"hypothesis", "pytest"}


def imported(path: Path) -> set[str]:
    """Every module a file imports, at any depth, with the names taken from it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def is_foreign(name: str, *allowed: str) -> bool:
    top = name.split(".", maxsplit=1)[0]
    return top not in sys.stdlib_module_names and not name.startswith(allowed)


def loaded_by(statement: str) -> set[str]:
    """The modules a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.name)
def test_a_kernel_file_knows_numpy_numba_and_its_neighbours(path):
    assert not {name for name in imported(path) if is_foreign(name, ".", "numba", "numpy")}


@pytest.mark.parametrize("path", KERNEL_TESTS, ids=lambda path: path.name)
def test_a_kernel_test_knows_the_kernels_and_its_tools(path):
    """Copied into an empty project with the kernels, it must still pass."""
    allowed = ("batchcalc.kernels.", "numba", "numpy", *TEST_TOOLS)

    assert not {name for name in imported(path) if is_foreign(name, *allowed)}


def test_every_kernel_file_has_a_test_of_its_name():
    tested = {path.name.removeprefix("test_") for path in KERNEL_TESTS}
    kernels = {path.name for path in KERNELS} - {"__init__.py", "_jit.py", "types.py"}

    assert kernels <= tested


def test_every_room_is_packaged():
    """An editable install finds rooms that a wheel would leave out."""
    rooms = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "batchcalc").rglob("__init__.py")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert set(project["tool"]["setuptools"]["packages"]) == rooms | {"batchcalc.kernels"}


@pytest.mark.parametrize(
    "statement", ["import batchcalc", "import batchcalc.cli.app", "from batchcalc import errors"]
)
def test_starting_loads_nothing_heavy(statement):
    assert not loaded_by(statement) & HEAVY


def test_the_reference_and_the_rules_load_nothing_heavy():
    assert not loaded_by("from batchcalc import reference; reference.compute([])") & HEAVY


def test_what_spark_workers_run_loads_no_frames():
    statement = (
        "import pyarrow as pa\n"
        "from batchcalc.arrow.paquet import paquet\n"
        "from batchcalc.options import Options\n"
        "from batchcalc.rules.load import Rules\n"
        "row = dict(siret='00000000000018', salarie='A-17', contrat='C1', mois='2026-01')\n"
        "rows = pa.Table.from_pylist([row | {'remuneration': '2000'}])\n"
        "sortes = paquet(Rules.load(), Options(), rows)['sorte'].to_pylist()\n"
        "assert sortes == ['contribution', 'total']"
    )

    assert not loaded_by(statement) & {"polars", "pyspark"}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["rules", "--help"], ["verify", "--help"]]
)
def test_help_loads_nothing_heavy(arguments):
    statement = (
        "import sys\n"
        "from batchcalc.cli.app import main\n"
        f"sys.argv = ['batchcalc', *{arguments}]\n"
        "import contextlib, io\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main()"
    )

    assert not loaded_by(statement) & HEAVY


def test_a_run_on_files_loads_no_extra(tmp_path):
    (tmp_path / "pay.csv").write_text(
        "siret,salarie,contrat,mois,remuneration\n00000000000018,A,C1,2026-01,2000\n"
    )
    ran = f"import batchcalc; batchcalc.run({str(tmp_path / 'pay.csv')!r}, out={str(tmp_path)!r})"

    assert not loaded_by(ran) & EXTRAS


def test_the_sinks_load_what_they_need_when_they_are_called():
    assert not loaded_by("import batchcalc; batchcalc.etl.write_delta") & EXTRAS


@pytest.mark.parametrize("path", sorted((ROOT / "bench").glob("*.py")), ids=lambda path: path.name)
def test_what_is_measured_is_there(path):
    """Benchmarks are run by hand: what they import must not go away unseen."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("batchcalc"):
            home = import_module(node.module)
            for alias in node.names:
                assert hasattr(home, alias.name) or import_module(f"{node.module}.{alias.name}")
