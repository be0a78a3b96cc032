from __future__ import annotations

import ast
from pathlib import Path

import pytest

from batchcalc.rules.registre import Regle, page, regles

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("regle", regles(), ids=lambda regle: regle.id)
def test_each_rule_names_a_test_that_exists(regle: Regle) -> None:
    path, _, name = regle.test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("regle", regles(), ids=lambda regle: regle.id)
def test_a_reading_chosen_names_the_one_left(regle: Regle) -> None:
    assert bool(regle.lecture) == bool(regle.alternative)
    assert regle.statut in {"S", "S2", "C", "I"}
    assert regle.jusque == "" or regle.depuis <= regle.jusque


def test_names_are_unique() -> None:
    names = [regle.id for regle in regles()]

    assert len(set(names)) == len(names)


def test_the_page_is_up_to_date() -> None:
    """`batchcalc rules list --output-format markdown > docs/rules.md`."""
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page(regles())
