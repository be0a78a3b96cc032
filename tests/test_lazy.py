"""`batchcalc.compute` of a lazy frame: what is asked of the result, and no more."""

from __future__ import annotations

import polars as pl
import pytest

import batchcalc
from batchcalc import bridge
from batchcalc.errors import InputError, SchemaError
from tests.tables import FUSION, en_petit, entree, melangee

MOTEURS = ["in-memory", "streaming"]


@pytest.fixture(scope="module")
def table():
    return entree(800, seed=12)


@pytest.fixture(scope="module")
def attendu(table):
    return batchcalc.compute(table)


@pytest.fixture(params=["sorted", "in no order", "late disorder"])
def lazy(request, table, monkeypatch):
    """The result of a lazy frame in some order, in lots of a hundred rows."""
    en_petit(monkeypatch, lot=100, course=300)
    rows = {
        "sorted": table,
        "in no order": melangee(table),
        "late disorder": pl.concat([table[10:], table[:10]]),
    }
    return batchcalc.compute(rows[request.param].lazy())


@pytest.mark.parametrize("moteur", MOTEURS)
def test_the_whole_result(lazy, attendu, moteur):
    assert lazy.collect_schema() == bridge.SCHEMA
    assert lazy.collect(engine=moteur).equals(attendu)


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize(
    "noms", [["reduction"], ["statut", "siret"], ["cumul_smic", "mois", "taux_maladie_reduit"]]
)
def test_some_columns(lazy, attendu, moteur, noms):
    assert lazy.select(noms).collect(engine=moteur).equals(attendu.select(noms))


def test_an_expression_of_some_columns(lazy, attendu):
    somme = pl.col("reduction").sum(), pl.col("statut").n_unique(), pl.len()

    assert lazy.select(somme).collect().equals(attendu.select(somme))


def test_the_number_of_rows(lazy, attendu):
    assert lazy.select(pl.len()).collect().item() == attendu.height


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 10**6])
def test_the_first_rows(lazy, attendu, moteur, n):
    assert lazy.head(n).collect(engine=moteur).equals(attendu.head(n))


def test_rows_in_the_middle_and_at_the_end(lazy, attendu):
    assert lazy.slice(130, 250).collect().equals(attendu.slice(130, 250))
    assert lazy.tail(7).collect().equals(attendu.tail(7))


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize(
    "predicat",
    [
        pl.col("statut") == "exclu",
        pl.col("reduction") < 0,
        pl.col("mois").dt.year() == 2024,
        pl.col("taux_maladie_reduit") & (pl.col("coefficient") > 0.1),
    ],
)
def test_some_rows(lazy, attendu, moteur, predicat):
    trouve = lazy.filter(predicat).collect(engine=moteur)

    assert trouve.equals(attendu.filter(predicat))
    assert trouve.height


def test_some_rows_by_a_column_that_is_not_asked(lazy, attendu):
    predicat = pl.col("statut") == "ok"

    assert (
        lazy.filter(predicat)
        .select("salarie", "reduction")
        .head(20)
        .collect()
        .equals(attendu.filter(predicat).select("salarie", "reduction").head(20))
    )


def test_sums_by_establishment(lazy, attendu):
    def sommes(frame):
        return frame.group_by("siret").agg(pl.col("reduction").sum(), pl.len()).sort("siret")

    assert sommes(lazy).collect().equals(sommes(attendu))


def test_it_can_be_collected_again(lazy, attendu):
    assert lazy.collect().equals(attendu)
    assert lazy.select("reduction").collect().equals(attendu.select("reduction"))


def test_it_can_be_written(lazy, attendu, tmp_path):
    lazy.sink_parquet(tmp_path / "a.parquet")

    assert pl.read_parquet(tmp_path / "a.parquet").equals(attendu)


def test_a_file_is_computed_as_it_is_read(table, attendu, tmp_path, monkeypatch):
    en_petit(monkeypatch, lot=100)
    table.write_parquet(tmp_path / "a.parquet")

    assert batchcalc.compute(pl.scan_parquet(tmp_path / "a.parquet")).collect().equals(attendu)


def test_only_what_is_asked_is_computed(table, monkeypatch):
    """The first rows of a frame in order need its first lots only."""
    en_petit(monkeypatch, lot=50)
    calculs = []
    compute = bridge.compute
    monkeypatch.setattr(bridge, "compute", lambda *a: calculs.append(1) or compute(*a))

    batchcalc.compute(table.lazy()).head(10).collect(engine="in-memory")
    quelques = len(calculs)
    batchcalc.compute(table.lazy()).collect(engine="in-memory")

    assert quelques < (len(calculs) - quelques) / 2


def test_no_row():
    vide = entree(200, seed=1).clear().lazy()

    assert batchcalc.compute(vide).collect().schema == bridge.SCHEMA
    assert batchcalc.compute(vide).select("mois").head(3).collect().height == 0


# --- disorder


def texte(frame, ajout):
    """A frame of text whose keys have blanks around them here and there."""
    return frame.select(pl.all().cast(pl.String)).with_columns(
        pl.when(pl.int_range(pl.len()) % 3 == 0)
        .then(pl.lit(ajout) + pl.col("siret"))
        .otherwise(pl.col("siret"))
        .alias("siret")
    )


@pytest.mark.parametrize("frame", [lambda t: t, melangee], ids=["sorted", "in no order"])
@pytest.mark.parametrize("blanc", [" ", "\t", ""])
def test_blanks_around_the_keys(table, attendu, monkeypatch, frame, blanc):
    en_petit(monkeypatch, lot=100, course=300)

    assert batchcalc.compute(texte(frame(table), blanc).lazy()).collect().equals(attendu)


@pytest.mark.parametrize("grand", [20, 60, 150])
@pytest.mark.parametrize("niveau", ["salarie", "contrat", "mois"])
def test_disorder_inside_a_great_establishment(monkeypatch, grand, niveau):
    """Its contracts are given as they come, unless one is found to come back."""
    en_petit(monkeypatch, lot=16, course=300)
    monkeypatch.setattr(FUSION, "GRAND_ETABLISSEMENT", grand)
    monkeypatch.setattr("batchcalc.frame.GRAND_ETABLISSEMENT", grand)
    lignes = [
        {
            "siret": "1" * 14,
            "salarie": s,
            "contrat": c,
            "mois": f"2026-{m:02d}",
            "remuneration": "1900",
        }
        for s in ("A", "B")
        for c in ("1", "2")
        for m in range(1, 13)
        for _ in range(5)
    ]
    inverses = lignes[:-30] + sorted(
        lignes[-30:], key=lambda ligne: ligne["mois"], reverse=niveau == "mois"
    )
    if niveau != "mois":
        inverses[-1] = {**inverses[-1], niveau: "0"}
    frame = pl.DataFrame(inverses)

    assert batchcalc.compute(frame.lazy()).collect().equals(batchcalc.compute(frame))


# --- rows that cannot be used

FAUTES = {
    "unreadable": {"remuneration": "secret"},
    "out of the rules": {"mois": "1999-01"},
    "no siret": {"siret": None},
    "bad siret": {"siret": "1"},
    "no salarie": {"salarie": " "},
    "no rule": {"mois": "2019-01", "profil": "vrp_multicarte"},
    "twice": {"salarie": "D-0001", "fnal": "0.50"},
}


def test_disorder_hidden_by_a_row_without_siret(table, monkeypatch):
    en_petit(monkeypatch, lot=50)
    rows = table.with_columns(siret=pl.when(pl.int_range(pl.len()) != 700).then("siret"))
    frame = pl.concat([rows[699:], rows[:699]])
    moved = frame.with_row_index().filter(pl.col("siret").is_null())["index"][0]
    hidden = pl.concat([frame[:moved], frame[moved + 1 :]])
    before, after = hidden["siret"].to_list(), sorted(hidden["siret"])
    assert before != after
    jump = next(i for i in range(1, len(before)) if before[i] < before[i - 1])
    frame = pl.concat([hidden[:jump], frame[moved : moved + 1], hidden[jump:]])

    with pytest.raises(InputError, match="siret is empty"):
        batchcalc.compute(frame.lazy()).collect()


@pytest.mark.parametrize("blanc", [" ", "\t", "\u00a0"])
def test_disorder_hidden_by_blanks(table, attendu, monkeypatch, blanc):
    """With its blank the last establishment comes first, or the first one last."""
    en_petit(monkeypatch, lot=50, course=300)
    sirets = table["siret"].unique().sort()
    moved = sirets[0] if blanc == "\u00a0" else sirets[-1]
    text = table.select(pl.all().cast(pl.String)).with_columns(
        siret=pl.when(siret=moved).then(pl.lit(blanc) + pl.col("siret")).otherwise("siret")
    )
    frame = text.sort("siret", maintain_order=True)
    assert frame["siret"].to_list() != text["siret"].to_list()

    assert batchcalc.compute(frame.lazy()).collect().equals(attendu)


def avec_faute(faute, rang, combien=300):
    lignes = [
        {
            "siret": f"{i // 40:014d}",
            "salarie": f"D-{i:04d}",
            "contrat": "1",
            "mois": "2026-07",
            "remuneration": "1900.00",
            "profil": None,
            "fnal": "0.10",
        }
        for i in range(combien)
    ]
    lignes.insert(rang, {**lignes[rang], "salarie": f"D-{rang:04d}b", **FAUTES[faute]})
    return pl.DataFrame(lignes, schema_overrides={"profil": pl.String})


@pytest.mark.parametrize("moteur", MOTEURS)
@pytest.mark.parametrize("rang", [1, 150, 299])
@pytest.mark.parametrize("faute", FAUTES)
def test_a_row_that_cannot_be_used_is_our_error_on_collect(monkeypatch, faute, rang, moteur):
    en_petit(monkeypatch, lot=50, course=70)
    if faute == "twice":
        rang = 1
    frame = avec_faute(faute, rang)
    with pytest.raises(InputError) as eager:
        batchcalc.compute(frame)

    for demande in (lambda f: f, lambda f: f.select("reduction"), lambda f: f.filter(reduction=0)):
        with pytest.raises(InputError) as refuse:
            demande(batchcalc.compute(frame.lazy())).collect(engine=moteur)

        assert type(refuse.value) is InputError
        assert refuse.value.code == eager.value.code
        assert refuse.value.line == eager.value.line
        assert "secret" not in str(refuse.value)


@pytest.mark.parametrize("faute", FAUTES)
def test_it_is_our_error_in_a_sink_and_in_batches(tmp_path, monkeypatch, faute):
    en_petit(monkeypatch, lot=50, course=70)
    lazy = batchcalc.compute(melangee(avec_faute(faute, 1)).lazy())

    with pytest.raises(InputError):
        lazy.sink_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError):
        list(lazy.collect_batches())


def test_a_missing_column_is_said_at_once(table):
    with pytest.raises(SchemaError, match="mois"):
        batchcalc.compute(table.lazy().drop("mois"))
