"""The examples of docs/spark.md, run as they stand."""

from __future__ import annotations

import doctest
import re
from decimal import Decimal
from pathlib import Path

from tests.spark.marks import WARNINGS
from tests.test_examples import PAY, failures

pytestmark = WARNINGS

PAGE = Path(__file__).parents[2] / "docs" / "spark.md"


def test_the_page(spark, tmp_path):
    (tmp_path / "pay.csv").write_text(PAY)
    page = PAGE.read_text(encoding="utf-8").replace('"pay.csv"', f'"{tmp_path}/pay.csv"')
    page = page.replace('"out', f'"{tmp_path}/out')
    [block] = re.findall(r"```pycon\n(.*?)```", page, re.DOTALL)
    names = {"spark": spark, "Decimal": Decimal}

    assert not failures([doctest.DocTestParser().get_doctest(block, names, "spark.md", None, None)])
