"""The Python face (contract.md, section 6)."""

from __future__ import annotations

import pickle
import shutil
from decimal import Decimal

import polars as pl
import pytest

import batchcalc
from batchcalc.errors import ConfigError, InputError, SchemaError

ROW = {
    "siret": "00000000000000",
    "salarie": "DURAND-1",
    "contrat": "1",
    "mois": "2024-07",
    "remuneration": Decimal("1900.00"),
}


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame([ROW | columns])


def test_compute_takes_a_frame_and_gives_a_frame() -> None:
    [row] = frame().pipe(batchcalc.compute).to_dicts()

    assert row["reduction"] == Decimal("493.43")
    assert row["salarie"] == "DURAND-1"


def test_a_lazy_frame_gives_a_lazy_frame() -> None:
    result = batchcalc.compute(frame().lazy())

    assert isinstance(result, pl.LazyFrame)
    assert result.collect()["reduction"].to_list() == [Decimal("493.43")]


def test_columns_types_and_scales_of_the_result() -> None:
    schema = batchcalc.compute(frame()).schema

    assert schema["reduction"] == pl.Decimal(18, 2)
    assert schema["smic"] == pl.Decimal(18, 6)
    assert schema["coefficient"] == pl.Decimal(6, 4)
    assert schema["mois"] == pl.Date
    assert schema["taux_maladie_reduit"] == pl.Boolean
    assert schema["statut"] == pl.String


def test_the_reference_is_the_scalar_twin() -> None:
    [fast] = batchcalc.compute(frame()).to_dicts()
    [exact] = batchcalc.reference.compute([ROW])

    assert fast == exact


def test_a_row_that_cannot_be_used_is_an_error_without_its_value() -> None:
    with pytest.raises(InputError, match="remuneration") as caught:
        batchcalc.compute(frame(remuneration="secret"))

    assert "secret" not in str(caught.value)
    assert caught.value.line == 1
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(SchemaError, match="mois"):
        batchcalc.compute(frame().drop("mois"))


def test_floats_pass_where_they_are_whole_cents() -> None:
    assert batchcalc.compute(frame(remuneration=1900.1))["remuneration"].to_list() == [
        Decimal("1900.10")
    ]
    with pytest.raises(InputError):
        batchcalc.compute(frame(remuneration=1900.001))


def test_run_returns_the_tables_and_writes_only_where_told(tmp_path) -> None:
    frame().write_parquet(tmp_path / "in.parquet")
    result = batchcalc.run(tmp_path / "in.parquet")

    assert result.contributions["reduction"].to_list() == [Decimal("493.43")]
    assert result.bordereau["ctp_668_euros"].to_list() == [401]
    assert result.rejets.is_empty()
    assert result.record["exit_status"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_options_and_rules_are_given_by_name(tmp_path) -> None:
    frame().write_parquet(tmp_path / "in.parquet")
    result = batchcalc.run(
        tmp_path / "in.parquet",
        options=batchcalc.Options(convention_smic="151.67"),
        rules=batchcalc.Rules.load(),
        out=tmp_path / "out",
    )

    assert result.contributions.collect()["reduction"].to_list() == [Decimal("493.62")]
    assert (tmp_path / "out" / "run.json").exists()


def test_progress_tells_files_then_what_is_made_of_them(tmp_path) -> None:
    for name in ("a.parquet", "b.parquet"):
        frame(contrat=name).write_parquet(tmp_path / name)
    shutil.copytree("sample_dsn/2024", tmp_path / "dsn")
    steps: list[tuple[str, int, int]] = []
    batchcalc.run(tmp_path, progress=lambda *step: steps.append(step))

    *files, computing, writing = steps
    assert sorted(what for what, _, _ in files) == sorted(
        f"reading {path}" for path in tmp_path.rglob("*.*")
    )
    assert [(done, total) for _, done, total in files] == [(i, 4) for i in range(4)]
    assert (computing, writing) == (("computing", 0, 1), ("writing", 0, 1))


@pytest.mark.parametrize("stop", ["reading", "computing", "writing"])
def test_what_progress_raises_stops_the_run_and_nothing_is_written(tmp_path, stop) -> None:
    frame().write_parquet(tmp_path / "in.parquet")

    def step(what: str, _done: int, _total: int) -> None:
        if what.startswith(stop):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batchcalc.run(tmp_path / "in.parquet", out=tmp_path / "out", progress=step)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "wrong", [{"regularisation": "annual"}, {"convention_smic": "151,67"}], ids=str
)
def test_an_option_that_does_not_exist_is_an_error(wrong) -> None:
    with pytest.raises(ConfigError) as caught:
        batchcalc.Options(**wrong)
    assert caught.value.code == "option-inconnue"


def test_names_of_the_face() -> None:
    assert set(batchcalc.__all__) <= set(dir(batchcalc))
    for name in batchcalc.__all__:
        assert getattr(batchcalc, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        batchcalc.nothing  # noqa: B018
