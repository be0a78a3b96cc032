"""What every benchmark shares."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench import child, data, machine
from bench.measure import SideBySide
from bench.settings import DATA, ROWS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--huge", action="store_true", help="100 million rows, 5 GB of declarations")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "huge: hours and gigabytes; runs only with --huge")
    config.addinivalue_line("markers", "process: starts processes of its own")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--huge"):
        return
    for item in items:
        if item.get_closest_marker("huge"):
            item.add_marker(pytest.mark.skip(reason="needs --huge"))


def pytest_benchmark_update_machine_info(machine_info: dict[str, object]) -> None:
    machine_info["bench"] = machine.described()


@pytest.fixture
def side_by_side(benchmark: BenchmarkFixture, request: pytest.FixtureRequest) -> SideBySide:
    benchmark.group = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    return SideBySide(benchmark)


@pytest.fixture(scope="session")
def _computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the largest table, by a child: its memory is given back."""
    folder = tmp_path_factory.mktemp("computed")
    child.run("run", inputs=[data.parquet(ROWS)], out=folder)
    return folder / "contributions" / "contributions.parquet"


@pytest.fixture
def contributions(_computed: Path) -> pl.DataFrame:
    """All the output columns of the largest table."""
    return pl.read_parquet(_computed)


@pytest.fixture
def out() -> Iterator[Path]:
    """A folder on the disk of the inputs, deleted with what was written there."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="out-", dir=DATA) as folder:
        yield Path(folder)
