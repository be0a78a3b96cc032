from __future__ import annotations

import pytest

from batchcalc.rules.load import Rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load()
