from __future__ import annotations

import json

import polars as pl
import pytest

HEADER = "siret,salarie,contrat,mois,remuneration\n"


def test_explain_derives_one_row_and_names_no_one(batchcalc, tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + "00000000000000,DURAND-1,C1,2024-07,1900\n")
    done = batchcalc("explain", "in.csv", "--contrat", "C1", "--mois", "2024-07")

    assert done.returncode == 0
    for figure in ("1766.916666...", "0.2597", "493.43", "400.58", "92.85", "D.241-7"):
        assert figure in done.stdout
    assert "DURAND" not in done.stdout + done.stderr


def test_explain_asks_which_where_several_persons_share_a_number(batchcalc, tmp_path):
    rows = "".join(f"00000000000000,DURAND-{i},C1,2024-07,1900\n" for i in (1, 2))
    (tmp_path / "in.csv").write_text(HEADER + rows)
    arguments = ("explain", "in.csv", "--contrat", "C1", "--mois", "2024-07")

    assert "error[ligne-ambigue]" in batchcalc(*arguments).stderr
    assert batchcalc(*arguments, "--ligne", 3).returncode == 0
    assert "error[ligne-introuvable]" in batchcalc(*arguments, "--ligne", 9).stderr


def test_explain_takes_the_options_that_change_amounts(batchcalc, tmp_path):
    header = HEADER.replace("\n", ",fin_contrat\n")
    (tmp_path / "in.csv").write_text(header + "00000000000000,X,C1,2026-06,2200,2026-06-15\n")
    arguments = ("explain", "in.csv", "--contrat", "C1", "--mois", "2026-06")
    lowered = ("--regularisation", "annuelle", "--abattement-anticipation", 15)

    assert "reduction = 538.56" in batchcalc(*arguments).stdout
    assert "reduction = 573.98" in batchcalc(*arguments, "--tolerances").stdout
    (tmp_path / "in.csv").write_text(HEADER + "00000000000000,X,C1,2026-06,2200\n")
    assert "reduction = 457.78" in batchcalc(*arguments, *lowered).stdout


def test_rules_show_prints_what_is_in_force_with_its_source(batchcalc):
    done = batchcalc("rules", "show", "2025-05")
    [line] = [x for x in done.stdout.splitlines() if x.startswith("t.commun.fnal_010 ")]

    assert "0.3193" in line
    assert "décret 2025-318" in line
    values = json.loads(batchcalc("rules", "show", "2025-05", "--output-format", "json").stdout)
    assert {"nom", "valeur", "unite", "debut", "source", "statut"} <= values[0].keys()


@pytest.mark.parametrize(
    ("month", "code"), [("2017-12", "mois-hors-tables"), ("2025-13", "bad-month")]
)
def test_rules_show_of_a_month_without_rules_is_an_error(batchcalc, month, code):
    done = batchcalc("rules", "show", month)

    assert done.returncode == 2
    assert f"error[{code}]" in done.stderr


def test_rules_list_prints_every_rule(batchcalc):
    done = batchcalc("rules", "list")

    assert "smic-gele-2026" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("fmt", ["dsn", "csv", "parquet"])
def test_what_is_generated_runs_clean(batchcalc, tmp_path, fmt):
    arguments = ("--contrats", 30, "--mois", "2025-12:2026-02", "--format", fmt, "--out", "made")
    assert batchcalc("generate", *arguments).returncode == 0

    done = batchcalc("run", "made", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert pl.read_parquet(tmp_path / "out" / "contributions").height > 30


def test_doctor_and_warmup(batchcalc):
    assert "kernel cache" in batchcalc("doctor").stdout
    assert "kernels ready" in batchcalc("warmup").stderr


def test_help_is_quick_to_import(batchcalc):
    done = batchcalc("--help")

    assert done.returncode == 0
    for verb in ("run", "explain", "verify", "generate", "rules", "warmup", "doctor"):
        assert verb in done.stdout
