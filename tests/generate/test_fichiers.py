from datetime import date
from pathlib import Path

import pytest

from batchcalc.errors import ConfigError, RuleError
from batchcalc.generate import generate

JANVIER = date(2026, 1, 1)


def test_says_what_was_written(tmp_path: Path) -> None:
    result = generate(10, JANVIER, date(2026, 2, 1), "csv", tmp_path / "new" / "folder")
    (path,) = result["fichiers"]
    assert (result["contrats"], result["mois"]) == (10, 2)
    assert result["mois_contrat"] == len(path.read_text().splitlines()) - 1
    assert result["octets"] == path.stat().st_size


@pytest.mark.parametrize(
    ("contrats", "fin", "seed", "code"),
    [
        (0, JANVIER, 0, "empty-payroll"),
        (1, date(2025, 12, 1), 0, "empty-payroll"),
        (1, JANVIER, -1, "empty-payroll"),
        (10_000_001, JANVIER, 0, "too-many-contracts"),
    ],
)
def test_refuses(contrats: int, fin: date, seed: int, code: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        generate(contrats, JANVIER, fin, "csv", tmp_path, seed)
    assert caught.value.code == code


def test_refuses_a_month_outside_the_tables(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        generate(1, date(1999, 1, 1), date(1999, 1, 1), "dsn", tmp_path)


def test_refuses_a_folder_that_is_a_file(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(ConfigError) as caught:
        generate(1, JANVIER, JANVIER, "csv", place)
    assert caught.value.code == "output-folder"
