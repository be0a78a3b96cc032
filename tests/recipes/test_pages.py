"""What a page shows is the file that the tests run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
SHOWN = re.compile(r"^\[(\S+)\]\(\1\):\n\n```\w*\n(.*?)```$", re.DOTALL | re.MULTILINE)
PAGES = ("airflow", "cron", "dagster", "dbt")


def page(name: str) -> str:
    return (RECIPES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_shows_is_the_file(name):
    shown = SHOWN.findall(page(name))

    assert shown
    for path, text in shown:
        assert text == (RECIPES / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_links_every_file_of_its_recipe(name):
    files = [path for path in (RECIPES / name).rglob("*") if path.is_file()]
    sources = [path for path in files if path.suffix not in {".in", ".pyc"}]

    assert sources
    assert not [path for path in sources if f"({path.relative_to(RECIPES)})" not in page(name)]


def test_the_index_links_every_page():
    index = page("README")

    assert sorted(path.stem for path in RECIPES.glob("*.md")) == ["README", *PAGES]
    assert all(f"({name}.md)" in index for name in PAGES)
