from __future__ import annotations

import ast
import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from batchcalc.io.dsn import codes
from batchcalc.rules.registre import Regle, page, regles

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
TRAPS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs" / "traps.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]
RULES = pytest.mark.parametrize("regle", regles(), ids=lambda regle: regle.id)

FIGURE = re.compile(r"(?<![\d.])\d+(?: \d{3})*\.\d+")
CASE = re.compile(r"\b[A-Z]+\d+[a-z]?(?:-[A-Z\d]+[a-z]?)?\b")
SAMPLE = re.compile(r"sample_dsn/[\w/-]*\w")


def function(test: str) -> ast.FunctionDef:
    """The test function of this name, as pytest names it."""
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    [node] = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    return node


def digits(number: str) -> str:
    """What is left of a figure in any unit: 493.43, 493_43 and 493430 are one."""
    return re.sub(r"[ _.]", "", number).strip("0")


def held(test: str) -> set[str]:
    """Digits of every number a test states, but for those of its docstring and its comments."""
    node = function(test)
    doc = ast.get_docstring(node, clean=False)
    constants = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and n.value != doc]
    return {digits(number) for c in constants for number in re.findall(r"\d+(?:\.\d+)?", str(c))}


@cache
def cases() -> dict[str, set[str]]:
    """Digits of what goes in and is expected of each case, which tests/cases runs."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in CASES.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                line.pop("source", None)
                found[line.pop("salarie")] |= {digits(cell) for cell in line.values()}
    return dict(found)


def unproved(exemple: str, *tests: str) -> Iterator[str]:
    """What an example says that neither its tests nor the cases it names hold."""
    proofs = set().union(*map(held, tests))
    for name in CASE.findall(exemple):
        if name not in cases():
            yield name
        proofs |= cases().get(name, set())
    yield from (sample for sample in SAMPLE.findall(exemple) if not [*ROOT.glob(f"{sample}*")])
    yield from (figure for figure in FIGURE.findall(exemple) if digits(figure) not in proofs)


@RULES
def test_each_rule_names_a_test_that_exists(regle: Regle) -> None:
    assert function(regle.test)


@RULES
def test_the_test_of_a_rule_holds_the_figures_of_its_example(regle: Regle) -> None:
    assert list(unproved(regle.exemple, regle.test)) == []


@pytest.mark.parametrize(
    ("exemple", "lacking"),
    [
        ("473.42 = 401.95 + 71.47", []),
        ("473.42 = 401.95 + 71.48", ["71.48"]),
        ("4 734.20", []),
        ("G26-5: 1 900 €, C 0.3588, 681.72", []),
        ("G26-5: 681.73", ["681.73"]),
        ("G99-5: 473.42", ["G99-5"]),
        ("sample_dsn/situations/20", []),
        ("sample_dsn/situations/99", ["sample_dsn/situations/99"]),
        ("Derived", []),
    ],
)
def test_a_figure_that_is_nowhere_is_seen(exemple: str, lacking: list[str]) -> None:
    boss_1160 = "tests/reference/test_split.py::test_boss_1160"

    assert list(unproved(exemple, boss_1160)) == lacking


@RULES
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


def test_the_traps_are_all_listed() -> None:
    assert [int(number) for number, *_ in TRAPS] == list(range(1, 26))


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap[0])
def test_a_trap_is_held_by_tests_with_its_figures(trap: list[str]) -> None:
    _, _, here, held_by = trap
    tests = re.findall(r"`([^`]+)`", held_by)

    assert tests
    assert list(unproved(here, *tests)) == []


def test_the_page_of_the_scope_names_every_reason() -> None:
    page_of_scope = (ROOT / "docs" / "scope.md").read_text(encoding="utf-8")
    reasons = {
        *codes.NATURES_EXCLUES.values(),
        *codes.DISPOSITIFS_EXCLUS.values(),
        *codes.REGIMES_EXCLUS.values(),
        *codes.MOTIFS_D_EXONERATION,
        codes.REGIME_INCONNU,
        "apprenti_2018",
    }

    assert reasons <= set(re.findall(r"`(\w+)`", page_of_scope))
