from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from batchcalc.generate import generate
from batchcalc.generate.tables import COLONNES

PERIOD = (date(2026, 1, 1), date(2026, 6, 1))
EUROS = pl.Decimal(18, 2)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    out = tmp_path_factory.mktemp("parquet")
    result = generate(400, *PERIOD, "parquet", out, seed=9)
    found = pl.concat(pl.read_parquet(path) for path in result["fichiers"])
    assert found.height == result["mois_contrat"]
    return found


def test_columns_and_types(frame: pl.DataFrame) -> None:
    assert tuple(frame.columns) == COLONNES
    text = {"siret", "salarie", "contrat", "majoration", "perimetre"}
    dates = {"mois", "debut_contrat", "fin_contrat"}
    for name, kind in frame.schema.items():
        expected = pl.String if name in text else pl.Date if name in dates else EUROS
        assert kind == expected


def test_required_columns_are_never_null(frame: pl.DataFrame) -> None:
    required = ["siret", "salarie", "contrat", "mois", "remuneration"]
    assert frame.select(required).null_count().sum_horizontal().item() == 0


def test_ratio_comes_in_pairs(frame: pl.DataFrame) -> None:
    due, usual = frame["remuneration_due"], frame["remuneration_habituelle"]
    assert (due.is_null() == usual.is_null()).all()
    assert 0 < due.is_not_null().sum() < frame.height


def test_some_establishments_export_the_smic(frame: pl.DataFrame) -> None:
    months = frame.filter(pl.col("heures_equivalence").is_not_null())
    assert 0 < months["smic_retenu"].is_not_null().sum() < months.height


def test_correction_is_a_second_row_of_its_month(frame: pl.DataFrame) -> None:
    keys = frame.group_by("siret", "salarie", "contrat", "mois").len()
    assert keys["len"].max() == 2


def test_csv_holds_the_same_rows(frame: pl.DataFrame, tmp_path: Path) -> None:
    (path,) = generate(400, *PERIOD, "csv", tmp_path, seed=9)["fichiers"]
    read = pl.read_csv(path, schema=frame.schema)
    assert read.equals(frame)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_same_seed_same_bytes(kind, tmp_path: Path) -> None:
    first, second = (generate(50, *PERIOD, kind, tmp_path / n, seed=1) for n in ("a", "b"))
    pairs = zip(first["fichiers"], second["fichiers"], strict=True)
    assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)


def test_files_are_cut_at_a_bounded_size(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("batchcalc.generate.tables._LIGNES_PAR_FICHIER", 1)
    result = generate(2_001, *PERIOD[:1] * 2, "parquet", tmp_path)
    assert [path.name for path in result["fichiers"]] == [
        "mois-contrat-0000.parquet",
        "mois-contrat-0001.parquet",
    ]


def test_the_dsn_declares_the_same_pay(tmp_path: Path, dsn) -> None:
    period = (date(2026, 5, 1), date(2026, 7, 1))
    (table,) = generate(160, *period, "parquet", tmp_path, seed=9)["fichiers"]
    expected: Counter[tuple[object, ...]] = Counter()
    for row in pl.read_parquet(table).iter_rows(named=True):
        key = (row["siret"], row["salarie"], row["contrat"], row["mois"])
        expected[key] += int(row["remuneration"] * 100)
    found: Counter[tuple[object, ...]] = Counter()
    for path in generate(160, *period, "dsn", tmp_path, seed=9)["fichiers"]:
        for envoi in dsn.parse(path.read_bytes().decode("latin-1")):
            for establishment in envoi.all("05"):
                _add(establishment, found, dsn)
    assert found == expected


def _add(establishment, found, dsn) -> None:
    siret = next(establishment.all("06"))["001"] + next(establishment.all("11"))["001"]
    for person in establishment.all("30"):
        contracts = [contract["009"] for contract in person.all("40")]
        for base in person.all("78"):
            if base["001"] == "03":
                number = base.get("006") or contracts[0]
                month = dsn.day(base["002"]).replace(day=1)
                found[siret, person["001"], number, month] += dsn.cents(base["004"])


def test_apprentices_have_the_single_t_in_2019_only(tmp_path: Path) -> None:
    period = (date(2019, 12, 1), date(2020, 1, 1))
    (path,) = generate(1_000, *period, "parquet", tmp_path)["fichiers"]
    scopes = pl.read_parquet(path).drop_nulls("perimetre").group_by("mois").agg("perimetre")
    by_month = {row[0]: set(row[1]) for row in scopes.iter_rows()}
    assert by_month[period[0]] == {"general", "complet_2019", "exclu"}
    assert by_month[period[1]] == {"general", "exclu"}
