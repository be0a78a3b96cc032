"""Month after month in one folder: the same bytes as all at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc.schema import CLE
from tests.store.folders import SIRETS, published, row, stale

BAD = Path(__file__).parents[2] / "sample_dsn" / "bad"
YEAR = [f"2026-{month:02}" for month in range(1, 13)]


def month_by_month(inputs, out, **choices) -> None:
    for one in inputs:
        batchcalc.run(one, out=out, **choices)


def test_twelve_months_of_declarations_give_the_bytes_of_their_year(declared, tmp_path):
    """The sample has late corrections: March changes January, and January is published anew."""
    month_by_month(declared, tmp_path / "months")
    batchcalc.run(declared, out=tmp_path / "year", store=True)

    assert published(tmp_path / "months") == published(tmp_path / "year")
    assert stale(tmp_path / "months") == []
    whole = batchcalc.run(declared)
    kept = batchcalc.run(declared[-1], out=tmp_path / "months")
    assert kept.contributions.collect().equals(whole.contributions)
    assert kept.bordereau.collect().equals(whole.bordereau)
    assert kept.rejets.collect().equals(whole.rejets)
    assert kept.record["control_totals"] == whole.record["control_totals"]


def test_the_months_stand_in_folders_of_their_own(declared, tmp_path):
    batchcalc.run(declared[0], out=tmp_path)
    batchcalc.run(declared[1], out=tmp_path)

    for month in ("2026-01-01", "2026-02-01"):
        place = tmp_path / "contributions" / f"mois={month}" / "contributions.parquet"
        frame = pl.read_parquet(place)
        assert frame["mois"].cast(pl.String).unique().to_list() == [month]
        assert frame.equals(frame.sort(CLE))


def test_the_declarations_of_several_months_make_no_store_unless_asked(declared, tmp_path):
    batchcalc.run(declared[:2], out=tmp_path)

    assert (tmp_path / "contributions" / "contributions.parquet").is_file()
    assert not (tmp_path / "etat").exists()


@pytest.mark.parametrize("regularisation", ["progressive", "annuelle"])
def test_twelve_months_of_tables_give_the_bytes_of_their_year(regularisation, tables, tmp_path):
    """In annual mode the size class that changes in July closes June, once July is known."""
    options = batchcalc.Options(regularisation)
    months = [
        tables(
            f"{month}.csv",
            row("A", month, 1900 + 7 * i, "0.10" if i < 6 else "0.50"),
            row("B", month, "25OO" if i == 4 else 2500),
            row("C", month, 1801.8, siret=SIRETS[1]),
        )
        for i, month in enumerate(YEAR)
    ]
    month_by_month(months, tmp_path / "months", store=True, options=options)
    batchcalc.run(months, out=tmp_path / "year", store=True, options=options)

    assert published(tmp_path / "months") == published(tmp_path / "year")
    whole = batchcalc.run(months, options=options)
    kept = batchcalc.run(months[-1], out=tmp_path / "months", options=options)
    assert kept.contributions.collect().equals(whole.contributions)
    assert kept.rejets.collect().equals(whole.rejets)
    assert kept.record["counts"]["rejets"] == 1


def test_rows_of_two_deliveries_that_disagree_are_rejected_with_both_places(tables, tmp_path):
    """A correction of January, from the same delivery as February: only seen together."""
    batchcalc.run(tables("1.csv", row("A", "2026-01", 1900)), out=tmp_path / "s", store=True)
    both = tables("2.csv", row("A", "2026-02", 1900, "0.10"), row("A", "2026-02", 10, "0.50"))
    result = batchcalc.run(both, out=tmp_path / "s")

    assert result.rejets.select("fichier", "ligne", "code").collect().rows() == [
        ("2.csv", 2, "doublon-incoherent"),
        ("2.csv", 3, "doublon-incoherent"),
    ]
    assert result.record["exit_status"] == 1


def test_the_same_month_again_replaces_it_with_the_same_bytes(declared, tmp_path):
    month_by_month(declared[:3], tmp_path)
    before = published(tmp_path)
    result = batchcalc.run(declared[2], out=tmp_path)

    assert published(tmp_path) == before
    assert "delivered again: 2026-03" in result.record["notes"]
    kept = (place.name for place in (tmp_path / "etat").iterdir() if place.is_dir())
    assert sorted(name.partition(".")[0] for name in kept) == [
        "2026",
        "2026-01-01-dsn",
        "2026-02-01-dsn",
        "2026-03-01-dsn",
    ]


def test_an_earlier_month_corrected_leaves_the_later_ones_stale(tables, tmp_path):
    store = tmp_path / "s"
    months = [tables(f"{month}.csv", row("A", month, 1900)) for month in YEAR[:4]]
    month_by_month(months, store, store=True)
    before = published(store)
    tables("2026-02.csv", row("A", "2026-02", 9000))
    result = batchcalc.run("2026-02.csv", out=store)

    assert stale(store) == ["2026-03-01", "2026-04-01"]
    assert any("2026-03, 2026-04" in note for note in result.record["notes"])
    after = published(store)
    changed = {name for name in before if after[name] != before[name]}
    months_changed = {name for name in changed if name.startswith("contributions/")}
    assert months_changed == {"contributions/mois=2026-02-01/contributions.parquet"}

    batchcalc.refresh(store)
    batchcalc.run(months, out=tmp_path / "year", store=True)
    assert stale(store) == []
    assert published(store) == published(tmp_path / "year")


def test_the_month_after_a_stale_one_brings_its_year_up_to_date(tables, tmp_path):
    store = tmp_path / "s"
    months = [tables(f"{month}.csv", row("A", month, 1900)) for month in YEAR[:4]]
    month_by_month(months[:3], store, store=True)
    tables("2026-01.csv", row("A", "2026-01", 9000))
    batchcalc.run("2026-01.csv", out=store)
    batchcalc.run(months[3], out=store)

    batchcalc.run(months, out=tmp_path / "year", store=True)
    assert published(store) == published(tmp_path / "year")


def test_bordereau_and_totals_of_stale_months_are_those_published(tables, tmp_path):
    store = tmp_path / "s"
    months = [tables(f"{month}.csv", row("A", month, 1900)) for month in YEAR[:2]]
    month_by_month(months, store, store=True)
    tables("2026-01.csv", row("A", "2026-01", 9000))
    result = batchcalc.run("2026-01.csv", out=store)

    contributions, bordereau = result.contributions.collect(), result.bordereau.collect()
    parts = contributions.group_by("mois").agg(pl.col("reduction").sum()).sort("mois")
    sums = bordereau["ctp_668"] - bordereau["ctp_669"] + bordereau["agirc_arrco"]
    assert sums.to_list() == parts["reduction"].to_list()
    assert result.record["control_totals"]["reduction"] == f"{parts['reduction'].sum()}"


def test_a_year_does_not_change_another(tables, tmp_path):
    store = tmp_path / "s"
    ends = [tables(f"{month}.csv", row("A", month, 1900)) for month in ("2025-11", "2025-12")]
    month_by_month(ends, store, store=True)
    before = published(store)
    batchcalc.run(tables("2026-01.csv", row("A", "2026-01", 1900)), out=store)
    batchcalc.run("2025-12.csv", out=store)

    assert stale(store) == []
    after = published(store)
    assert {name: after[name] for name in before if "mois=2025" in name} == {
        name: digest for name, digest in before.items() if "mois=2025" in name
    }


def test_a_month_delivered_empty_of_rows_that_can_be_used_is_published_no_more(tables, tmp_path):
    store = tmp_path / "s"
    batchcalc.run(tables("1.csv", row("A", "2026-01", 1900)), out=store, store=True)
    batchcalc.run(tables("2.csv", row("A", "2026-02", 1900)), out=store)
    tables("2.csv", row("A", "2026-02", 1900), row("A", "2026-02", 10, "0.50"))
    tables("2.csv", row("A", "2026-02", 1900, "0.10"), row("A", "2026-02", 10, "0.50"))
    result = batchcalc.run("2.csv", out=store)

    assert result.contributions.collect()["mois"].dt.month().to_list() == [1]
    assert not (store / "contributions" / "mois=2026-02-01").exists()


def test_a_file_of_which_nothing_can_be_used_changes_nothing_but_the_rejects(tables, tmp_path):
    store = tmp_path / "s"
    batchcalc.run(tables("1.csv", row("A", "2026-01", 1900)), out=store, store=True)
    result = batchcalc.run(tables("2.csv", row("A", "2026-13", 1900)), out=store)

    assert result.record["counts"]["rejets"] == 1
    assert result.contributions.collect().height == 1
    assert batchcalc.run("1.csv", out=store).record["counts"]["rejets"] == 0


def test_tables_as_csv(tables, tmp_path):
    store = tmp_path / "s"
    months = [tables(f"{month}.csv", row("A", month, 1900)) for month in YEAR[:2]]
    month_by_month(months, store, store=True, format="csv")
    result = batchcalc.run(months, format="csv", out=tmp_path / "year", store=True)

    assert published(store) == published(tmp_path / "year")
    assert (store / "contributions" / "mois=2026-02-01" / "contributions.csv").is_file()
    assert result.contributions.collect().height == 2


def test_a_table_of_several_months_may_be_given_again(tables, tmp_path):
    store = tmp_path / "s"
    tables("pay.csv", row("A", "2026-01", 1950), row("A", "2026-02", 1950))
    batchcalc.run("pay.csv", out=store, store=True)
    before = published(store)
    batchcalc.run("pay.csv", out=store)

    assert published(store) == before


SITUATIONS = Path(__file__).parents[2] / "sample_dsn" / "situations"
FIRST, SECOND = sorted(SITUATIONS.glob("07-*"))
OTHERS = next(SITUATIONS.glob("05-*"))


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_a_declaration_that_replaces_another_leaves_those_of_other_establishments(order, tmp_path):
    """Annule et remplace: the order number tells which counts, whenever it comes."""
    early, late = order
    batchcalc.run([early, OTHERS], out=tmp_path / "s", store=True)
    result = batchcalc.run(late, out=tmp_path / "s")
    batchcalc.run([FIRST, SECOND, OTHERS], out=tmp_path / "year", store=True)

    assert result.contributions.collect()["siret"].n_unique() > 1
    assert published(tmp_path / "s") == published(tmp_path / "year")
    assert batchcalc.verify(tmp_path / "s" / "run.json").equal


def test_a_file_delivered_again_takes_its_own_place_alone(declared, tmp_path):
    """Two files of one month; the second comes again with other amounts under the same number."""
    text = declared[0].read_text("latin-1")
    second = tmp_path / "second.dsn"
    siret = re.search(r"S21\.G00\.11\.001,'([0-9]{5})'", text)
    assert siret
    other = re.sub(r"(S21\.G00\.06\.001,')([0-9]{9})", r"\g<1>999999999", text)
    second.write_text(other, "latin-1")
    batchcalc.run([declared[0], second], out=tmp_path / "s")
    changed = re.sub(r"(G00\.78\.004,')[0-9]+", r"\g<1>1000", other)
    second.write_text(changed, "latin-1")
    batchcalc.run(second, out=tmp_path / "s")
    batchcalc.run([declared[0], second], out=tmp_path / "year", store=True)

    assert published(tmp_path / "s") == published(tmp_path / "year")


def test_a_store_can_be_verified(declared, tmp_path):
    month_by_month(declared[:3], tmp_path / "s")

    assert batchcalc.verify(tmp_path / "s" / "run.json").equal
    assert json.loads((tmp_path / "s" / "run.json").read_text())["counts"]["files"] == 3


def test_a_store_of_files_that_count_in_part_cannot_be_verified(tables, tmp_path):
    store = tmp_path / "s"
    months = [row("A", month, 1900) for month in YEAR[:2]]
    batchcalc.run(tables("pay.csv", *months), out=store, store=True)
    batchcalc.run(tables("2.csv", row("A", "2026-02", 1800)), out=store)

    with pytest.raises(batchcalc.errors.ConfigError) as caught:
        batchcalc.verify(store / "run.json")
    assert caught.value.code == "depot-partiel"


def test_the_person_is_not_in_the_manifest(declared, tmp_path):
    batchcalc.run(declared[0], out=tmp_path)
    manifest = (tmp_path / "etat" / "etat.json").read_text()

    persons = pl.read_parquet(tmp_path / "contributions" / "**" / "*.parquet")["salarie"].unique()
    assert len(persons)
    assert not [person for person in persons if person in manifest]


def test_places_are_paths(declared, tmp_path):
    batchcalc.run(declared[0], out=str(tmp_path / "s"))

    assert (Path(tmp_path) / "s" / "etat" / "etat.json").is_file()


def test_rejects_come_and_go_with_their_file(tables, tmp_path):
    """Two files in one delivery: what one says of no month is not known by the other."""
    store = tmp_path / "s"
    first = tables("1.csv", row("A", "2026-01", 1900), row("B", "2026-13", 1900))
    second = tables("2.csv", row("A", "2026-02", 1900))
    batchcalc.run([first, second], out=store, store=True)

    batchcalc.run(second, out=store)
    assert batchcalc.run(first, out=store).record["counts"]["rejets"] == 1
    batchcalc.run(tables("1.csv", row("A", "2026-01", 1900)), out=store)
    assert batchcalc.refresh(store).record["counts"]["rejets"] == 0


@pytest.mark.parametrize("name", ["mois-13.dsn", "sans-mois.csv"])
def test_a_file_that_gives_no_month_is_an_input_with_its_rejects(name, declared, tables, tmp_path):
    tables("sans-mois.csv", row("A", "2026-13", 1900))
    place = BAD / name if name.endswith(".dsn") else tmp_path / name
    batchcalc.run(declared[0], out=tmp_path / "s")
    record = batchcalc.run(place, out=tmp_path / "s").record

    assert record["exit_status"] == 1
    assert record["counts"]["rejets"] == 1
    assert [given["path"] for given in record["inputs"]] == sorted([f"{declared[0]}", f"{place}"])
    assert batchcalc.verify(tmp_path / "s" / "run.json").equal


def test_a_file_refused_counts_for_no_month_whatever_it_came_with(declared, tmp_path):
    empty = tmp_path / "vide.dsn"
    empty.touch()
    batchcalc.run([declared[0], empty], out=tmp_path / "months")
    batchcalc.run(declared[1], out=tmp_path / "months")
    batchcalc.run([*declared[:2], empty], out=tmp_path / "year", store=True)

    assert published(tmp_path / "months") == published(tmp_path / "year")


def test_rejects_of_months_that_nothing_else_is_said_of_are_not_lost(declared, tmp_path):
    """A base of another year, and one of a month to come, whose amounts cannot be read."""
    lines = declared[0].read_bytes().split(b"\r\n")
    bases = [i for i, line in enumerate(lines, 1) if line == b"S21.G00.78.001,'03'"]
    for base, month in zip(bases[:2], (b"01052024", b"01092026"), strict=True):
        lines[base] = b"S21.G00.78.002,'%s'" % month
        amount = next(i for i in range(base, len(lines)) if b"S21.G00.78.004" in lines[i])
        lines[amount] = b"S21.G00.78.004,'abc'"
    odd = tmp_path / "2026-01.dsn"
    odd.write_bytes(b"\r\n".join(lines))
    kept = batchcalc.run(odd, out=tmp_path / "s")

    assert kept.rejets.collect().equals(batchcalc.run(odd).rejets)
    assert {2024, 2026} <= set(kept.rejets.collect()["mois"].dt.year())
    assert batchcalc.run(declared[0], out=tmp_path / "s").record["counts"]["rejets"] == 0
