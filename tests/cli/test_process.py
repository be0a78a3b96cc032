"""What only a process of its own shows: entry points, a kill, a closed pipe."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEADER = "siret,salarie,contrat,mois,remuneration\n"


@pytest.mark.parametrize("verb", [["--help"], ["rules", "list"]])
def test_the_module_is_the_command(verb):
    done = subprocess.run(
        [sys.executable, "-m", "batchcalc", *verb], capture_output=True, check=False
    )

    assert done.returncode == 0
    assert done.stdout
    assert not done.stderr


def test_help_imports_neither_polars_nor_numba():
    code = (
        "import sys; sys.argv = ['batchcalc', '--help']\n"
        "from batchcalc.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert not {'polars', 'numba', 'numpy'} & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_an_unexpected_error_is_a_message_without_data(tmp_path):
    """A defect of ours: its place is told, the cell it tripped on is not."""
    (tmp_path / "in.csv").write_text(HEADER + "00000000000000,SECRET,1,2024-07,1900\n")
    code = (
        "import sys; sys.argv = ['batchcalc', 'run', 'in.csv', '--out', 'out']\n"
        "from batchcalc import calcul, pipeline\n"
        "def broken(*_, **__): raise ValueError('SECRET')\n"
        "calcul.bridge.compute = broken\n"
        "from batchcalc.cli.app import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "error[internal]: unexpected ValueError" in done.stderr
    assert "SECRET" not in done.stderr
    assert "Traceback" not in done.stderr
