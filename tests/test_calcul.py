"""Reading, merging and computing lot by lot gives what one lot gives, byte for byte."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import batchcalc
from batchcalc import bridge, schema
from batchcalc.calcul import Calcul
from batchcalc.errors import InputError
from batchcalc.io import sink
from tests.tables import FUSION, ecrite, en_petit, entree, melangee

TABLES = (
    "contributions/contributions.parquet",
    "bordereau.parquet",
    "bordereau_trimestriel.parquet",
    "rejets.parquet",
)
LOTS = [40, 500, 1_777, 1 << 17]


@pytest.fixture(scope="module")
def table():
    return entree(2_500, seed=11)


@pytest.fixture(scope="module")
def attendu(table, tmp_path_factory):
    """The files of a run on one sorted table, in one lot, by one thread."""
    dossier = tmp_path_factory.mktemp("attendu")
    return octets([ecrite(table, dossier / "in.parquet")], dossier / "out", threads=1)


def octets(entrees, out, **options):
    """What a run writes, byte for byte; nothing is rejected."""
    result = batchcalc.run([str(e) for e in entrees], out=out, **options)
    assert result.record["exit_status"] == 0
    return {nom: (out / nom).read_bytes() for nom in TABLES}


@pytest.fixture
def tris(monkeypatch):
    """The sources that were sorted, in that order."""
    faits = []
    trie = Calcul.trie

    def note(self, source):
        faits.append(source)
        trie(self, source)

    monkeypatch.setattr(Calcul, "trie", note)
    return faits


# --- the same bytes


@pytest.mark.parametrize(
    ("lot", "threads"), [*((lot, 2) for lot in LOTS), (7, 2), (500, 1), (500, 4), (40, 4)]
)
def test_whatever_the_lots_and_the_threads(table, attendu, tmp_path, monkeypatch, lot, threads):
    en_petit(monkeypatch, lot=lot)

    assert (
        octets([ecrite(table, tmp_path / "a.parquet")], tmp_path / "out", threads=threads)
        == attendu
    )


@pytest.mark.parametrize("groupe", [100, 1_000])
def test_whatever_the_lots_where_there_are_many_row_groups(table, tmp_path, monkeypatch, groupe):
    monkeypatch.setattr(sink, "ROW_GROUP", groupe)
    place = ecrite(table, tmp_path / "a.parquet")
    ecrits = []
    for lot in LOTS:
        en_petit(monkeypatch, lot=lot)
        ecrits.append(octets([place], tmp_path / f"{lot}", threads=2))

    assert all(un == ecrits[0] for un in ecrits)


@pytest.mark.parametrize("bloc", [1, 100])
def test_whatever_the_blocks(table, attendu, tmp_path, monkeypatch, bloc):
    monkeypatch.setattr("batchcalc.bridge.results.BLOCK_ROWS", bloc)

    assert octets([ecrite(table, tmp_path / "a.parquet")], tmp_path / "out", threads=2) == attendu


@pytest.mark.parametrize("lot", [40, 700])
@pytest.mark.parametrize("course", [90, 10_000])
@pytest.mark.parametrize("suffixe", ["parquet", "csv"])
def test_rows_in_no_order(table, attendu, tmp_path, monkeypatch, tris, lot, course, suffixe):
    en_petit(monkeypatch, lot=lot, course=course)
    place = ecrite(melangee(table), tmp_path / f"a.{suffixe}")

    assert octets([place], tmp_path / "out", threads=2) == attendu
    assert tris == [0]


def mensuels(table, dossier):
    mois = table.partition_by("mois", maintain_order=True)
    return [ecrite(un, dossier / f"{un['mois'][0]}.parquet") for un in mois]


def suivis(table, dossier):
    """Files that follow each other; contracts are cut where it happens."""
    return [
        ecrite(un, dossier / f"{rang:03d}.csv") for rang, un in enumerate(table.iter_slices(300))
    ]


def un_sur_trois(table, dossier):
    """Files that hold something of everything, one of them in no order, of different columns."""
    parts = [table.gather_every(3, debut) for debut in range(3)]
    parts[1] = melangee(parts[1])
    utiles = [[s.name for s in part if s.null_count() < part.height] for part in parts]
    return [
        ecrite(part.select(noms), dossier / f"{rang}.parquet")
        for rang, (part, noms) in enumerate(zip(parts, utiles, strict=True))
    ]


@pytest.mark.parametrize("lot", [150, 1 << 17])
@pytest.mark.parametrize("decoupe", [mensuels, suivis, un_sur_trois])
@pytest.mark.parametrize("ordre", [1, -1])
def test_whatever_the_files_and_their_order(
    table, attendu, tmp_path, monkeypatch, decoupe, ordre, lot
):
    en_petit(monkeypatch, lot=lot, course=400)
    places = decoupe(table, tmp_path)[::ordre]

    assert octets(places, tmp_path / "out", threads=2) == attendu


def test_a_table_in_memory_is_the_one_written(table, attendu, tmp_path, monkeypatch):
    en_petit(monkeypatch, lot=200)
    result = batchcalc.run(ecrite(table, tmp_path / "a.parquet"), threads=2)
    ecrit = {nom: pl.read_parquet(attendu[nom]) for nom in TABLES}

    assert result.contributions.equals(ecrit[TABLES[0]])
    assert result.bordereau.equals(ecrit[TABLES[1]])
    assert result.bordereau_trimestriel.equals(ecrit[TABLES[2]])
    assert result.rejets.equals(ecrit[TABLES[3]])


def test_the_control_totals_do_not_depend_on_the_lots(table, tmp_path, monkeypatch):
    place = ecrite(table, tmp_path / "a.parquet")
    records = []
    for lot in (50, 1 << 17):
        en_petit(monkeypatch, lot=lot)
        records.append(batchcalc.run(place, threads=2).record)

    for partie in ("control_totals", "counts"):
        assert records[0][partie] == records[1][partie]
    assert records[0]["counts"]["table_rows"] == table.height
    result = batchcalc.run(place)
    for nom in ("remuneration", "reduction", "reduction_urssaf", "smic"):
        somme = sum(result.contributions[nom].to_list(), Decimal(0))
        assert Decimal(records[0]["control_totals"][nom]) == somme


# --- disorder seen late


def tardive(table):
    """In order, but for its last rows, which belong to the first contracts."""
    return pl.concat([table[60:], table[:60]])


@pytest.mark.parametrize("lot", [50, 400])
@pytest.mark.parametrize("suffixe", ["parquet", "csv"])
def test_disorder_seen_late_begins_again(table, attendu, tmp_path, monkeypatch, tris, lot, suffixe):
    en_petit(monkeypatch, lot=lot, course=700, tete=20)
    place = ecrite(tardive(table), tmp_path / f"a.{suffixe}")

    assert octets([place], tmp_path / "out", threads=2) == attendu
    assert tris == [0]
    assert batchcalc.run(place).record["counts"]["table_rows"] == table.height


def test_only_the_source_in_no_order_is_sorted(table, attendu, tmp_path, monkeypatch, tris):
    en_petit(monkeypatch, lot=100, course=700, tete=20)
    parts = [table[:900], tardive(table[900:1_500]), table[1_500:]]
    places = [ecrite(part, tmp_path / f"{rang}.csv") for rang, part in enumerate(parts)]

    assert octets(places, tmp_path / "out", threads=2) == attendu
    assert tris == [1]


def test_disorder_in_the_head_is_sorted_before_anything_is_read(table, tmp_path, monkeypatch, tris):
    places = [
        ecrite(table[:900], tmp_path / "0.parquet"),
        ecrite(melangee(table[900:]), tmp_path / "1.parquet"),
    ]
    debuts = []
    frames = Calcul.frames
    monkeypatch.setattr(Calcul, "frames", lambda self, *a: debuts.append(1) or frames(self, *a))

    batchcalc.run(places)

    assert (tris, debuts) == ([1], [1])


def test_disorder_in_a_great_establishment(table, attendu, tmp_path, monkeypatch, tris):
    """In the order of the establishments, but a contract comes back after others were given."""
    en_petit(monkeypatch, lot=20)
    monkeypatch.setattr("batchcalc.calcul.TETE", 20)
    monkeypatch.setattr(FUSION, "GRAND_ETABLISSEMENT", 60)
    premier = table.filter(siret=table["siret"][0])
    reste = table[premier.height :]
    place = ecrite(pl.concat([premier[5:], premier[:5], reste]), tmp_path / "a.parquet")

    assert octets([place], tmp_path / "out", threads=2) == attendu
    assert tris == [0]


# --- rejects of every stage


ENTETE = (
    "siret,salarie,contrat,mois,remuneration,fnal,profil,remuneration_due,remuneration_habituelle"
)
BON = "{siret},{salarie},1,2026-0{mois},1900.00,,,,"
FAUTES = {
    "ligne-incomplete": ["00000000000001,S-1,1,2026-01"],
    "montant-illisible": ["00000000000001,S-1,2,2026-01,secret,,,,"],
    "siret-invalide": ["1,S-1,3,2026-01,1900.00,,,,"],
    "mois-hors-periode": ["00000000000001,S-1,4,1999-01,1900.00,,,,"],
    "doublon-incoherent": [
        "00000000000002,S-2,5,2026-01,1900.00,0.10,,,",
        "00000000000002,S-2,5,2026-01,1900.00,0.50,,,",
    ],
    "presence-incoherente": ["00000000000002,S-2,6,2026-01,1900.00,,,100,"],
    "hors-bornes": ["00000000000003,S-3,7,2026-01,1900.00,,,5000000,1"],
    "profil-sans-valeur": ["00000000000003,S-3,8,2019-01,1900.00,,vrp_multicarte,,"],
}


@pytest.fixture(scope="module")
def bonnes():
    return [
        BON.format(siret=f"{siret:014d}", salarie=f"S-{salarie}", mois=mois)
        for siret in range(5)
        for salarie in range(4)
        for mois in (1, 2, 3)
    ]


def csv(place, lignes):
    place.write_text("\n".join([ENTETE, *lignes, ""]))
    return place


def fautives(bonnes, ordre):
    """Good lines and faulty ones, each fault beside the lines of its establishment, or not."""
    lignes = bonnes + [ligne for fautes in FAUTES.values() for ligne in fautes]
    if ordre == "trie":
        return sorted(lignes, key=lambda ligne: ligne[:14])
    if ordre == "tardif":
        return sorted(lignes[10:], key=lambda ligne: ligne[:14]) + lignes[:10]
    return lignes[::-1]


@pytest.mark.parametrize("lot", [1, 4, 1 << 17])
@pytest.mark.parametrize("ordre", ["trie", "tardif", "inverse"])
def test_rows_set_apart_at_every_stage(bonnes, tmp_path, monkeypatch, ordre, lot):
    en_petit(monkeypatch, lot=lot, course=7, tete=2)
    lignes = fautives(bonnes, ordre)
    place = csv(tmp_path / "a.csv", lignes)

    result = batchcalc.run(place, threads=2)

    attendus = sorted(
        (lignes.index(ligne) + 2, code) for code, fautes in FAUTES.items() for ligne in fautes
    )
    rejets = result.rejets
    assert list(zip(rejets["ligne"], rejets["code"], strict=True)) == attendus
    assert rejets["fichier"].unique().to_list() == [str(place)]
    assert result.record["counts"]["rejets"] == len(attendus)
    assert result.record["counts"]["table_rows"] == len(lignes)
    assert result.record["exit_status"] == 1
    seules = batchcalc.run(csv(tmp_path / "b.csv", bonnes))
    assert result.contributions.equals(seules.contributions)
    assert result.bordereau.equals(seules.bordereau)
    assert result.record["control_totals"] == seules.record["control_totals"]


def test_rejects_of_several_files_are_in_the_order_of_their_places(bonnes, tmp_path, monkeypatch):
    en_petit(monkeypatch, lot=5, course=6, tete=2)
    places = [csv(tmp_path / f"{n}.csv", fautives(bonnes, "inverse")[n::2]) for n in (1, 0)]

    rejets = batchcalc.run(places, threads=2).rejets

    ordre = rejets.select("fichier", "ligne").rows()
    assert ordre == sorted(ordre)
    assert rejets.height == sum(map(len, FAUTES.values()))


def test_rejects_do_not_depend_on_the_lots(bonnes, tmp_path, monkeypatch):
    place = csv(tmp_path / "a.csv", fautives(bonnes, "tardif"))
    ecrits = []
    for lot in (1, 3, 1 << 17):
        en_petit(monkeypatch, lot=lot, course=9, tete=2)
        batchcalc.run(place, out=tmp_path / str(lot))
        ecrits.append([(tmp_path / str(lot) / nom).read_bytes() for nom in TABLES])

    assert ecrits[0] == ecrits[1] == ecrits[2]


# --- no row


VIDES = {"a.csv": ENTETE + "\n", "b.csv": ENTETE + "\n1,S-1,3,2026-01,1900.00,,,,\n"}


@pytest.mark.parametrize("nom", VIDES)
@pytest.mark.parametrize("combien", [1, 3])
def test_without_a_row_the_tables_are_empty_and_typed(tmp_path, nom, combien):
    places = []
    for n in range(combien):
        places.append(tmp_path / f"{n}{nom}")
        places[-1].write_text(VIDES[nom])

    result = batchcalc.run(places, out=tmp_path / "out")
    en_memoire = batchcalc.run(places)

    plein = batchcalc.run(
        csv(tmp_path / "plein.csv", [BON.format(siret="0" * 14, salarie=1, mois=1)])
    )
    for table in ("contributions", "bordereau", "bordereau_trimestriel"):
        schemas = [getattr(un, table).lazy().collect_schema() for un in (result, en_memoire, plein)]
        assert schemas[0] == schemas[1] == schemas[2]
        assert getattr(result, table).collect().height == 0
        assert getattr(en_memoire, table).height == 0
    assert result.contributions.collect_schema() == bridge.SCHEMA
    assert result.rejets.collect_schema() == schema.REJETS
    assert result.rejets.collect().height == (combien if nom == "b.csv" else 0)
    assert result.record["control_totals"]["remuneration"] == "0.00"


def test_no_row_in_parquet(table, tmp_path):
    result = batchcalc.run(ecrite(table.clear(), tmp_path / "a.parquet"))

    assert result.contributions.schema == bridge.SCHEMA
    assert result.contributions.height == 0


def test_a_file_without_a_row_among_others(table, attendu, tmp_path):
    places = [
        ecrite(table[:500], tmp_path / "0.parquet"),
        ecrite(table.clear(), tmp_path / "1.parquet"),
        ecrite(table[500:], tmp_path / "2.parquet"),
    ]

    assert octets(places, tmp_path / "out") == attendu


# --- what fails


@pytest.mark.parametrize("apres", [0, 2])
def test_a_source_that_fails_is_an_error_of_ours_and_nothing_is_written(
    table, tmp_path, monkeypatch, apres
):
    en_petit(monkeypatch, lot=100)
    place = ecrite(table, tmp_path / "a.parquet")
    panne = InputError("cut", hint="Again.", code="fichier-abime", file="a")
    controles = Calcul._controles

    def tombe(self, source, bilan, taille):
        for rang, lot in enumerate(controles(self, source, bilan, taille)):
            if rang == apres:
                raise panne
            yield lot

    monkeypatch.setattr(Calcul, "_controles", tombe)
    with pytest.raises(InputError) as refuse:
        batchcalc.run(place, out=tmp_path / "out")

    assert refuse.value is panne
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_an_error_of_the_computing_comes_out_as_it_is(table, tmp_path, monkeypatch):
    en_petit(monkeypatch, lot=100)
    panne = RuntimeError("computing")

    def tombe(*_args):
        raise panne

    monkeypatch.setattr(Calcul, "_calcule", tombe)
    with pytest.raises(RuntimeError) as refuse:
        batchcalc.run(ecrite(table, tmp_path / "a.parquet"), out=tmp_path / "out", threads=2)

    assert refuse.value is panne


def test_runs_are_gone_afterwards(table, tmp_path, monkeypatch):
    temporaires = tmp_path / "tmp"
    temporaires.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporaires))
    en_petit(monkeypatch, lot=100, course=50)

    batchcalc.run(ecrite(melangee(table), tmp_path / "a.parquet"), out=tmp_path / "out")

    assert list(temporaires.iterdir()) == []
    assert sorted(chemin.name for chemin in Path(tmp_path / "out").iterdir()) == [
        "bordereau.parquet",
        "bordereau_trimestriel.parquet",
        "contributions",
        "rejets.parquet",
        "run.json",
    ]
