"""The line of cron, as cron runs it: by `sh`, at home, `\\%` read as `%`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.recipes.conftest import (
    MONTHS,
    RECIPES,
    contributions,
    run_directly,
    run_into,
    spoil,
)

LAST_MONTH = f"{date.today().replace(day=1) - timedelta(days=1):%Y-%m}"


@pytest.fixture
def cron(paie):
    """Run the command of the table; the month before today's is the invented January."""
    (paie / ".venv").symlink_to(sys.prefix)
    _, line = (RECIPES / "cron" / "crontab").read_text(encoding="utf-8").splitlines()
    command = line.split(maxsplit=5)[5]
    assert not re.search(r"(?<!\\)%", command), "cron ends a command at a bare %"

    def run():
        return subprocess.run(
            ["/bin/sh", "-c", command.replace(r"\%", "%")],
            check=False,
            capture_output=True,
            text=True,
            cwd=paie.parent,
            env={"HOME": str(paie.parent), "PATH": os.defpath},
        )

    return run


def test_a_clean_month_is_published_without_a_word(cron, paie):
    run_directly(paie, "2026-01")
    (paie / "2026-01.dsn").rename(paie / f"{LAST_MONTH}.dsn")

    done = cron()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contributions(paie / "store") == contributions(paie / "direct")


def test_rejects_are_told_and_the_rest_published(cron, paie):
    (paie / "2026-01.dsn").rename(paie / f"{LAST_MONTH}.dsn")
    spoil(paie / f"{LAST_MONTH}.dsn")

    done = cron()

    assert done.returncode == 1
    assert done.stdout.startswith("exit code 1: ")
    assert f"{LAST_MONTH}.dsn" in done.stdout
    assert contributions(paie / "store")


def test_a_month_that_is_not_there_is_told_and_nothing_written(cron, paie):
    done = cron()

    assert done.returncode == 2
    assert done.stdout.startswith("exit code 2: ")
    assert f"{LAST_MONTH}.dsn" in done.stdout
    assert not (paie / "store").exists()


def test_a_month_corrected_by_hand_as_the_page_says(cron, paie):
    """The commands of the page: the store is then what the right files give."""
    right = (paie / "2026-01.dsn").read_bytes()
    spoil(paie / "2026-01.dsn")
    run_into(paie, "store", *MONTHS)
    (paie / "2026-01.dsn").write_bytes(right)
    page = (RECIPES / "cron.md").read_text(encoding="utf-8")
    run, stale = re.findall(r"^batchcalc (run .*)$", page, re.MULTILINE)
    for command in (run.replace("2026-02", "2026-01"), stale):
        batchcalc = f"{sys.executable} -m batchcalc {command}"
        subprocess.run(batchcalc.split(), check=True, cwd=paie, capture_output=True)

    run_directly(paie, *MONTHS)
    assert contributions(paie / "store") == contributions(paie / "direct")
