"""The main job as its user sees it: files, tables, summary, exit codes."""

from __future__ import annotations

import gzip
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

HEADER = "siret,salarie,contrat,mois,remuneration,fnal\n"
ROW = "00000000000000,DURAND-1,1,2024-07,1900,0.10\n"
TABLES = ("contributions/contributions", "bordereau", "rejets")


def hashes(folder: Path, suffix: str = "parquet") -> dict[str, str]:
    return {
        name: hashlib.sha256((folder / f"{name}.{suffix}").read_bytes()).hexdigest()
        for name in TABLES
    }


def table(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "contributions" / "contributions.parquet")


def test_the_sample_year_runs_clean_and_equals_what_it_declares(batchcalc, sample, tmp_path):
    """The sample declares what the reference computes: 018 and 106 add up to the reduction."""
    done = batchcalc("run", sample / "2026", "--out", "out", "--output-format", "json")
    record = json.loads(done.stdout)

    assert done.returncode == 0
    assert record["exit_status"] == 0
    assert record["counts"]["rejets"] == 0
    result = table(tmp_path / "out")
    assert result.columns[:5] == ["siret", "salarie", "contrat", "mois", "remuneration"]
    assert record["control_totals"]["reduction"] == str(result["reduction"].sum())
    parts = result["reduction_urssaf"] + result["reduction_agirc_arrco"]
    assert (parts == result["reduction"]).all()


def test_a_second_run_and_another_order_give_the_same_bytes(batchcalc, sample, tmp_path):
    months = sorted((sample / "2026").glob("*.dsn"))
    batchcalc("run", *months, "--out", "first")
    batchcalc("run", *reversed(months), "--out", "second", "--threads", "1")
    batchcalc("run", sample / "2026", "--out", "second")

    assert hashes(tmp_path / "first") == hashes(tmp_path / "second")


def test_csv_output_holds_the_same_amounts(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW)
    assert batchcalc("run", "in.csv", "--out", "out", "--format", "csv").returncode == 0

    [row] = pl.read_csv(
        tmp_path / "out" / "contributions" / "contributions.csv", infer_schema=False
    ).to_dicts()
    assert (tmp_path / "out" / "bordereau.csv").exists()
    assert pl.read_parquet(tmp_path / "out" / "bordereau.parquet").height == 1
    assert (row["reduction"], row["coefficient"], row["mois"]) == (
        "493.43",
        "0.2597",
        "2024-07-01",
    )


def test_annual_mode_and_standard_input(batchcalc, tmp_path):
    rows = "".join(ROW.replace("2024-07", f"2024-{month:02}") for month in range(1, 13))
    done = batchcalc(
        "run",
        "-",
        "--input-format",
        "csv",
        "--regularisation",
        "annuelle",
        "--out",
        "out",
        stdin=(HEADER + rows).encode(),
    )

    assert done.returncode == 0
    # 22 800 € against S 21 272.77: C 0.2623
    assert table(tmp_path / "out")["reduction"].sum() == Decimal("5980.44")


def test_rows_that_cannot_be_used_are_set_apart(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(
        HEADER
        + ROW
        + "00000000000000,DURAND-2,2,2024-13,1900,0.10\n"
        + "00000000000000,DURAND-3,3,2017-12,1900,0.10\n"
        + "00000000000000,DURAND-4,4,2024-07,19OO,0.10\n"
    )
    done = batchcalc("run", "in.csv", "--out", "out")

    assert done.returncode == 1
    rejets = pl.read_parquet(tmp_path / "out" / "rejets.parquet")
    assert rejets.select("ligne", "colonne", "code").rows() == [
        (3, "mois", "mois-illisible"),
        (4, "mois", "mois-hors-periode"),
        (5, "remuneration", "montant-illisible"),
    ]
    assert table(tmp_path / "out").height == 1
    assert "DURAND" not in done.stderr + done.stdout + str(rejets.to_dicts())


@pytest.mark.parametrize(
    "given", [["in.csv"], ["--regularisation", "annuelle"], ["--format", "csv"], ["--no-store"]]
)
def test_stale_months_are_computed_as_their_store_is(given, batchcalc, sample, tmp_path):
    batchcalc("run", sample / "2026" / "2026-01.dsn", "--out", "store")
    refused = batchcalc("run", *given, "--stale", "--out", "store")

    assert refused.returncode == 2
    assert "option-inconnue" in refused.stderr
    assert batchcalc("run", "--stale", "--out", "store", "--threads", "1").returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.csv", None, "entree-introuvable"),
        ("in.xls", b"x", "extension-inconnue"),
        ("in.csv", b"", "fichier-vide"),
        ("in.csv", b"a,b\n1,2\n", "colonne-manquante"),
        ("in.parquet", b"not parquet", "format-inattendu"),
        ("in.dsn", b"", "fichier-vide"),
        ("in.dsn", b"\x00\x01\x02" * 100, None),
        ("in.dsn.gz", gzip.compress(b"S" * 300_000_000, 9, mtime=0), None),
    ],
)
def test_an_input_that_cannot_be_read_stops_the_run(batchcalc, tmp_path, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = batchcalc("run", name, "--out", "out")

    assert done.returncode == 2, done.stderr
    assert f"error[{code or ''}" in done.stderr
    assert "hint: " in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_wrong_option_is_a_usage_error(batchcalc):
    assert batchcalc("run", "x.csv", "--out", "out", "--format", "xlsx").returncode == 2


def test_a_run_that_fails_leaves_the_previous_output(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW)
    batchcalc("run", "in.csv", "--out", "out")
    before = hashes(tmp_path / "out")
    (tmp_path / "in.csv").write_text("nothing of the kind\n")

    assert batchcalc("run", "in.csv", "--out", "out").returncode == 2
    assert hashes(tmp_path / "out") == before


def test_rules_of_ones_own(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + ROW)
    (tmp_path / "mine.toml").write_text(
        '[majoration.interim]\nunite = "fraction"\nvaleurs = [{ debut = 2018-01-01,'
        ' valeur = "12/10", source = "test", statut = "I" }]\n'
    )
    done = batchcalc(
        "run", "in.csv", "--out", "out", "--rules", "mine.toml", "--output-format", "json"
    )

    assert json.loads(done.stdout)["rules"]["version"].endswith("+local")


def test_columns_that_are_ignored_are_said(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(
        HEADER.replace("fnal", "fnal,service") + ROW.strip() + ",compta\n"
    )
    assert "service" in batchcalc("run", "in.csv", "--out", "out").stderr
