"""The Python face from several threads, and in processes of every kind."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import batchcalc
from batchcalc import errors
from tests.tables import entree

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_dsn" / "2026"
THREADS = 4


def test_four_threads_compute_the_same():
    table = entree(3000, seed=8)
    alone = batchcalc.compute(table)

    def work(rank):
        if rank % 2:
            return batchcalc.compute(table.lazy()).collect()
        return batchcalc.compute(table)

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(work, range(3 * THREADS)))

    assert all(result.equals(alone) for result in results)


def test_four_threads_run_the_same(tmp_path):
    def work(rank):
        place = tmp_path / str(rank)
        batchcalc.run(SAMPLE, out=place)
        assert batchcalc.scan_dsn(SAMPLE).collect().height == 149
        return (place / "contributions" / "contributions.parquet").read_bytes()

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(work, range(THREADS)))) == 1


@pytest.mark.parametrize(
    ("kind", "when", "said"),
    [
        ("spawn", "early", "True"),
        ("spawn", "late", "True"),
        ("forkserver", "late", "True"),
        ("fork", "early", "True"),
        ("fork", "late", "fork-apres-polars"),
    ],
)
def test_a_child_computes_what_its_parent_does_or_says_that_it_cannot(kind, when, said):
    done = subprocess.run(
        [sys.executable, "-m", "tests.concurrent", kind, when],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=110,
    )

    assert (done.stdout.strip(), done.stderr) == (said, "")


@pytest.mark.parametrize(
    "value",
    [
        batchcalc.Options(regularisation="annuelle", abattement_anticipation=5),
        batchcalc.Rules.load(),
        *(
            kind("what", hint="do", code="c", file="f", line=3)
            for kind in (
                errors.BatchcalcError,
                errors.InputError,
                errors.SchemaError,
                errors.RuleError,
                errors.ConfigError,
            )
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_arguments_and_errors_can_be_pickled(value):
    again = pickle.loads(pickle.dumps(value))

    assert type(again) is type(value)
    if isinstance(value, Exception):
        assert vars(again) == vars(value)
    else:
        assert again == value


def test_results_in_memory_can_be_pickled():
    result = batchcalc.run(SAMPLE)
    again = pickle.loads(pickle.dumps(result))

    assert again.contributions.equals(result.contributions)
    assert again.record == result.record
