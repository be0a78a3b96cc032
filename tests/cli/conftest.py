from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from batchcalc.cli.app import main

SAMPLE = Path(__file__).parents[2] / "sample_dsn"


class Done(NamedTuple):
    """What one command left: exit code, data, talk."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def batchcalc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`batchcalc("run", file, "--out", "out")`: the command, in a folder of its own."""

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["batchcalc", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err, err
        return Done(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def sample() -> Path:
    return SAMPLE
