from __future__ import annotations

import pytest

from tests import store


@pytest.fixture(scope="session")
def endpoint():
    with store.served() as url:
        yield url


@pytest.fixture(autouse=True)
def environment(endpoint, monkeypatch, tmp_path):
    store.use(endpoint, monkeypatch)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bucket(environment):
    return store.Bucket()
