"""An independent reading of DSN text, by the rules of the norm and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from batchcalc.rules.load import Rules

LINE = re.compile(r"(S\d\d\.G\d\d\.\d\d)\.(\d\d\d),'(.+)'")

# The master tree of the norm, as far as the generator goes: parent of each block.
PARENT = {
    "S10.G00.00": None,
    "S10.G00.01": "S10.G00.00",
    "S10.G00.02": "S10.G00.00",
    "S20.G00.05": "S10.G00.00",
    "S20.G00.07": "S20.G00.05",
    "S20.G00.96": "S20.G00.05",
    "S21.G00.06": "S20.G00.05",
    "S21.G00.11": "S21.G00.06",
    "S21.G00.15": "S21.G00.11",
    "S21.G00.20": "S21.G00.11",
    "S21.G00.55": "S21.G00.20",
    "S21.G00.22": "S21.G00.11",
    "S21.G00.23": "S21.G00.22",
    "S21.G00.30": "S21.G00.11",
    "S21.G00.40": "S21.G00.30",
    "S21.G00.62": "S21.G00.40",
    "S21.G00.65": "S21.G00.40",
    "S21.G00.70": "S21.G00.40",
    "S21.G00.71": "S21.G00.40",
    "S21.G00.50": "S21.G00.30",
    "S21.G00.51": "S21.G00.50",
    "S21.G00.53": "S21.G00.51",
    "S21.G00.52": "S21.G00.50",
    "S21.G00.54": "S21.G00.50",
    "S21.G00.58": "S21.G00.50",
    "S21.G00.78": "S21.G00.50",
    "S21.G00.79": "S21.G00.78",
    "S21.G00.81": "S21.G00.78",
    "S21.G00.86": "S21.G00.30",
    "S21.G00.85": "S21.G00.11",
    "S90.G00.90": "S10.G00.00",
}
ORDER = {code: rank for rank, code in enumerate(PARENT)}


@dataclass
class Block:
    """One occurrence of a block and what hangs under it."""

    code: str
    values: dict[str, str] = field(default_factory=dict)
    children: list[Block] = field(default_factory=list)

    def __getitem__(self, rubrique: str) -> str:
        return self.values[rubrique]

    def get(self, rubrique: str, default: str = "") -> str:
        return self.values.get(rubrique, default)

    def all(self, code: str) -> Iterator[Block]:
        """Every block of that number below, in order."""
        for child in self.children:
            if child.code.endswith(f".{code}"):
                yield child
            yield from child.all(code)


def split_lines(text: str) -> list[tuple[str, str, str]]:
    lines = text.split("\r\n")
    assert lines.pop() == ""
    found = []
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, line[:14]
        found.append(match.groups())
    return found


def parse(text: str) -> list[Block]:
    """The envois of a file; checks the tree and the order of siblings on the way."""
    envois: list[Block] = []
    path: list[Block] = []
    for code, rubrique, value in split_lines(text):
        if not (path and path[-1].code == code and rubrique > max(path[-1].values)):
            path = _open(code, path, envois)
        path[-1].values[rubrique] = value
    return envois


def _open(code: str, path: list[Block], envois: list[Block]) -> list[Block]:
    block = Block(code)
    if PARENT[code] is None:
        envois.append(block)
        return [block]
    while path[-1].code != PARENT[code]:
        path = path[:-1]
        assert path, f"{code} outside {PARENT[code]}"
    siblings = path[-1].children
    if siblings:
        assert ORDER[code] >= ORDER[siblings[-1].code] or code == "S20.G00.05", code
    siblings.append(block)
    return [*path, block]


def cents(amount: str) -> int:
    """A DSN amount, which has exactly two decimals."""
    assert re.fullmatch(r"-?(0|[1-9]\d*)\.\d\d", amount), amount
    return int(amount.replace(".", ""))


def day(value: str) -> date:
    return date(int(value[4:]), int(value[2:4]), int(value[:2]))


def euros(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


@dataclass(frozen=True)
class Dsn:
    """The functions above, for tests that cannot import this file."""

    parse = staticmethod(parse)
    split_lines = staticmethod(split_lines)
    cents = staticmethod(cents)
    day = staticmethod(day)
    euros = staticmethod(euros)


@pytest.fixture(scope="session")
def dsn() -> Dsn:
    return Dsn()


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()
