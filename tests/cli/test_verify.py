"""`batchcalc verify`: exit codes and what is said."""

from __future__ import annotations

import pytest

HEADER = "siret,salarie,contrat,mois,remuneration\n"
ROW = "00000000000000,DURAND-1,1,2024-07,1900\n"


@pytest.fixture
def ran(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW)
    assert batchcalc("run", "in.csv", "--out", "out").returncode == 0
    return batchcalc


def test_all_equal(ran):
    done = ran("verify", "out/run.json")

    assert done.returncode == 0
    assert done.stdout.endswith("of which differ: 0\n")


def test_the_sample_in_another_folder(batchcalc, sample, tmp_path, monkeypatch):
    (tmp_path / "dsn").symlink_to(sample / "2026")
    batchcalc("run", "dsn", "--out", "out", "--format", "csv", "--regularisation", "annuelle")
    (tmp_path / "moved").mkdir()
    (tmp_path / "dsn").rename(tmp_path / "moved" / "dsn")

    assert batchcalc("verify", "out/run.json").returncode == 2
    assert batchcalc("verify", "out/run.json", "--inputs", "moved").returncode == 0


def test_a_difference(ran, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW.replace("1900", "1950"))
    done = ran("verify", "out/run.json")

    assert done.returncode == 1
    assert "differs: control total remuneration: recorded 1900.00, found 1950.00\n" in done.stdout
    assert "DURAND" not in done.stdout + done.stderr


def test_what_cannot_be_verified(ran, tmp_path):
    (tmp_path / "in.csv").unlink()
    done = ran("verify", "out/run.json")

    assert done.returncode == 2
    assert "error[entree-introuvable]: in.csv: " in done.stderr
    assert ran("verify", "nowhere.json").returncode == 2


def test_rules_of_ones_own(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW)
    (tmp_path / "mine.toml").write_text('version = "mine"\n')
    batchcalc("run", "in.csv", "--out", "out", "--rules", "mine.toml")

    assert "error[regles-a-redonner]" in batchcalc("verify", "out/run.json").stderr
    assert batchcalc("verify", "out/run.json", "--rules", "mine.toml").returncode == 0
