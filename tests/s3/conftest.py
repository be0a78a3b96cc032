from __future__ import annotations

import pytest

from tests import objets


@pytest.fixture(scope="session")
def endpoint():
    with objets.served() as url:
        yield url


@pytest.fixture(autouse=True)
def environment(endpoint, monkeypatch, tmp_path):
    objets.use(endpoint, monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bucket(environment):
    return objets.Bucket()
