from __future__ import annotations

from pathlib import Path

import pytest

import batchcalc
from tests import objets
from tests import postgres as server

OTHERS = """siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2025-12,2000
00000000000018,A-17,C1,2026-01,2500
"""
PAY = """siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2026-01,2000
00000000000018,A-17,C1,2026-02,9000
00000000000018,B-20,C2,2026-02,2000.01
00000000000018,B-20,C2,2026-03,-12.34
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pay.csv").write_text(PAY)
    Path("others.csv").write_text(OTHERS)


@pytest.fixture
def result():
    return batchcalc.run("pay.csv")


@pytest.fixture
def others():
    """December 2025, and January 2026 otherwise than in `result`."""
    return batchcalc.run("others.csv")


@pytest.fixture
def bucket(monkeypatch):
    with objets.served() as endpoint:
        objets.use(endpoint, monkeypatch)
        yield objets.Bucket()


@pytest.fixture(scope="session")
def postgres():
    with server.served() as uri:
        yield uri
