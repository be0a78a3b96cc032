"""The environments of the recipes compute with the versions that everything else is tested with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("airflow", "dagster", "dbt")


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("tool", TOOLS)
def test_batchcalc_has_the_versions_of_constraints(tool):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split(r"[<>=]", line)[0] for line in project["dependencies"]]
    there = pins(ROOT / "docs" / "recipes" / tool / "requirements.txt")
    wanted = pins(ROOT / "constraints.txt")

    assert {name: there[name] for name in needed} == {name: wanted[name] for name in needed}
