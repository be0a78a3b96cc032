"""The examples of docs/tables.md and docs/object-stores.md, run as they stand."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from tests import objets
from tests.etl.test_postgres import do

ROOT = Path(__file__).parents[2]
PAY = """siret,salarie,contrat,mois,remuneration
00000000000018,A-17,C1,2026-01,2000
00000000000018,A-17,C1,2026-02,9000
00000000000018,A-17,C1,2026-03,2000
"""


def failures(page: str, **names: object) -> str:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.DOTALL))
    example = doctest.DocTestParser().get_doctest(blocks, names, page, None, None)
    assert len(example.examples) > 3
    said: list[str] = []
    doctest.DocTestRunner().run(example, out=said.append)
    return "".join(said)


def test_tables(postgres, folder):
    Path("pay.csv").write_text(PAY)
    do(
        postgres,
        "CREATE TABLE pay"
        " (siret text, salarie text, contrat text, mois date, remuneration numeric)",
        "INSERT INTO pay VALUES ('00000000000018', 'A-17', 'C1', '2026-01-01', 2000)",
    )

    told = failures("tables.md", uri=postgres)
    assert not told, told


def test_object_stores(bucket):
    bucket = objets.Bucket("paie")
    for place in (ROOT / "sample_dsn" / "2026").glob("*.dsn"):
        bucket.put(f"dsn/{place.name}", place.read_bytes())

    told = failures("object-stores.md")
    assert not told, told
