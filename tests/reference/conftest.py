from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from batchcalc import reference
from batchcalc.reference.rows import MoisContrat, read_rows
from batchcalc.rules.load import Rules
from batchcalc.rules.model import Parametres

KEY = {"siret": "00000000000000", "salarie": "DUPONT-1", "contrat": "1"}


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()


@pytest.fixture(scope="session")
def parametres(rules: Rules) -> Callable[..., Parametres]:
    """`parametres("2024-01", fnal_e4=50, majoration="interim")`: what the tables say."""

    def look_up(mois: str, *, fnal_e4: int = 10, **kind: Any) -> Parametres:
        return rules.parametres(date.fromisoformat(f"{mois}-01"), fnal_e4=fnal_e4, **kind)

    return look_up


@pytest.fixture
def contract() -> Callable[..., list[dict[str, Any]]]:
    """`contract("2024-01", 1900, 3000, fnal="0.50")`: one input row a month from January on."""

    def rows(first: str, *pays: object, **columns: Any) -> list[dict[str, Any]]:
        year, month = map(int, first.split("-"))
        return [
            {**KEY, "mois": date(year, month + i, 1), "remuneration": pay, **columns}
            for i, pay in enumerate(pays)
        ]

    return rows


@pytest.fixture
def entree() -> Callable[..., MoisContrat]:
    """One contract-month, as read from an input row with these columns."""

    def one(**columns: Any) -> MoisContrat:
        row = {**KEY, "mois": "2024-01", "remuneration": 1900, **columns}
        [month] = read_rows([row])
        return month

    return one


@pytest.fixture
def column() -> Callable[..., list[Any]]:
    """One column of the result of the reference."""

    def values(name: str, rows: list[dict[str, Any]], **options: Any) -> list[Any]:
        return [row[name] for row in reference.compute(rows, **options)]

    return values
