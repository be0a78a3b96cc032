"""Physical batches of a CSV: what the kernels read is what `normalise` makes of the text."""

import gzip
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchcalc.errors import InputError
from batchcalc.io import csv_text
from batchcalc.io.source import Entree
from batchcalc.io.tabular import depuis_objet, ouvre
from batchcalc.schema import COLONNES, normalise

ROW = {
    "siret": "00000000000001",
    "salarie": "S-1",
    "note": "x",
    "contrat": "00001",
    "mois": "2026-01",
    "remuneration": "1801.80",
    "fnal": "0.10",
    "quotite_contrat": "0.8",
    "majoration": "interim",
    "fin_contrat": "2026-03-31",
    "motif_exclusion": "stage",
}
COLUMNS = tuple(ROW)
BEYOND = {"note": "x" * 4096}
"""Pushes what follows out of the first bytes, where a NUL would make the whole file binary."""


@pytest.fixture
def write(tmp_path):
    def to_file(content, name="input.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Entree(str(path), "csv")

    return to_file


def table(*rows, separator=","):
    """A text with a row for each dict of what differs from the plain one."""
    lines = [separator.join((ROW | row).values()) for row in rows]
    return "\n".join([separator.join(COLUMNS), *lines]) + "\n"


def physical(entree, size=1000):
    lots = list(ouvre(entree).lots(size))
    return pl.concat(lot.physique for lot in lots), pl.concat(lot.rejets for lot in lots)


def by_text(entree):
    """The same, by way of text alone."""
    table = ouvre(entree)
    blocks = [table._lecture(block) for block in table._blocs(1 << 40)]
    everything = [
        block._en_texte(block._a_part(np.ones(block._forme.lignes.size, np.uint8)))
        for block in blocks
    ]
    frame, rejets, _ = normalise(pl.concat(everything))
    present = [c.physique for c in COLONNES if c.nom in COLUMNS]
    lines = [block.rejets() for block in blocks]
    return frame.select(*present, "fichier", "ligne"), pl.concat([*lines, rejets])


def assert_same(entree):
    frame, rejets = physical(entree)
    expected, expected_rejets = by_text(entree)
    assert frame.schema == expected.schema
    assert frame.rows() == expected.rows()
    assert rejets.rows() == expected_rejets.sort("ligne").rows()
    assert rejets.schema == expected_rejets.schema


def test_a_plain_row(write):
    entree = write(table({}))
    frame, rejets = physical(entree)
    assert frame.rows(named=True) == [
        {
            "siret": "00000000000001",
            "salarie": "S-1",
            "contrat": "00001",
            "mois": date(2026, 1, 1),
            "remuneration_cents": 180180,
            "fnal_e4": 10,
            "quotite_contrat_e6": 800_000,
            "majoration": "interim",
            "fin_contrat": date(2026, 3, 31),
            "motif_exclusion": "stage",
            "fichier": entree.nom,
            "ligne": 2,
        }
    ]
    assert rejets.is_empty()


def test_empty_cells_are_null(write):
    empty = dict.fromkeys(COLUMNS, "")
    frame, _ = physical(write(table({}, empty)))
    assert set(frame.drop("fichier", "ligne").row(1)) == {None}


@pytest.mark.parametrize("content", [table(), table().strip()])
def test_header_alone(write, content):
    frame, rejets = physical(write(content))
    assert frame.schema == physical(write(table({})))[0].schema
    assert (frame.height, rejets.height) == (0, 0)


def test_rows_read_with_care_stay_in_their_place(write):
    rows = [
        {},
        {"remuneration": '"1"'},
        {"salarie": "Zoé"},
        {},
        {"mois": " 2026-02"},
        {"fnal": "x"},
    ]
    frame, rejets = physical(write(table(*rows)))
    assert frame["ligne"].to_list() == [2, 3, 4, 5, 6]
    assert frame["salarie"].to_list() == ["S-1", "S-1", "Zoé", "S-1", "S-1"]
    assert rejets.select("ligne", "colonne", "code").rows() == [(7, "fnal", "nombre-illisible")]


def test_lines_that_are_not_records_are_rejects_of_their_batch(write):
    content = table({}, {"note": "a,b"}, {}) + "\n00"
    _, rejets = physical(write(content))
    assert rejets.select("ligne", "code").rows() == [
        (3, "ligne-incomplete"),
        (6, "ligne-incomplete"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_whole_text_decides_how_it_is_written(write, encoding):
    """An é of UTF-8 is two letters of Latin-1: what comes last settles what came first."""
    first = table({"salarie": "Zoé"}, *[{}] * 9000).encode()
    last = table({"salarie": "Léa"}).split("\n", 1)[1].encode(encoding)
    frame, _ = physical(write(first + last), size=100)
    assert frame["salarie"][0] == {"utf-8": "Zoé", "latin-1": "ZoÃ©"}[encoding]
    assert frame["salarie"][-1] == "Léa"


CELLS = st.one_of(
    st.sampled_from(
        [
            *("", " ", "0", "-1", "1801.80", "1801,80", "1.5 ", " 7", "1e3", "1.234", "9" * 13),
            *("12.5000", "1.00000000000000000", "2026-01", "2026-01-31", "2026-02-30", "x", "é"),
            *("interim", "caisse_conges", "S 1", "\u00a0S-2", '""', '"a"', '"a,b"', '"a;b"'),
            *('"a""b"', '"a\nb"', 'a"b', '"a', "a\rb", "a\0b", "0123456789abcdef", "y" * 300),
        ]
    ),
    st.text("0123456789.,-", max_size=20),
)
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=4), max_size=12)


@settings(max_examples=120, deadline=None)
@given(
    rows=ROWS,
    separator=st.sampled_from(",;"),
    line_end=st.sampled_from(["\n", "\r\n", "\n\n"]),
    cut=st.integers(0, 30),
    encoding=st.sampled_from(["utf-8", "latin-1"]),
)
def test_any_text_reads_the_same_both_ways(
    tmp_path_factory, rows, separator, line_end, cut, encoding
):
    text = table(BEYOND, *rows, separator=separator).replace("\n", line_end)
    octets = text.encode(encoding)
    path = tmp_path_factory.mktemp("any") / "input.csv"
    path.write_bytes(octets[: max(4500, len(octets) - cut)])
    assert_same(Entree(str(path), "csv"))


@settings(max_examples=30, deadline=None)
@given(rows=ROWS, size=st.integers(200, 900), threads=st.integers(1, 3))
def test_blocks_do_not_show(tmp_path_factory, rows, size, threads):
    """Records cut anywhere between two blocks, and lines longer than a block."""
    path = tmp_path_factory.mktemp("blocks") / "input.csv"
    path.write_text(table(BEYOND, *rows * 20), newline="")
    entree = Entree(str(path), "csv")
    whole = physical(entree)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_text, "_PLUS_PETIT_BLOC", size)
        patch.setattr(csv_text, "_PLUS_GRAND_BLOC", size)
        patch.setattr(pl, "thread_pool_size", lambda: threads)
        small = physical(entree)
        note = ouvre(entree).notes
    assert note == ()
    assert [frame.rows() for frame in small] == [frame.rows() for frame in whole]


def test_a_line_without_end_is_refused(write, monkeypatch):
    monkeypatch.setattr(csv_text, "_PLUS_GRAND_BLOC", 1 << 16)
    monkeypatch.setattr(csv_text, "_PLUS_LONGUE_LIGNE", 1 << 17)
    with pytest.raises(InputError) as caught:
        physical(write(table({}) + "x" * (1 << 20)))
    assert caught.value.code == "ligne-sans-fin"


def test_gzip_cut_far_from_its_start_stops_the_reading(write):
    octets = gzip.compress(
        table(*({"contrat": str(i * 7919)} for i in range(40_000))).encode(), mtime=0
    )
    entree = write(octets[:-9], "input.csv.gz")
    with pytest.raises(InputError) as caught:
        physical(entree)
    assert (caught.value.code, caught.value.file) == ("gzip-abime", entree.nom)


def test_gzip_gives_the_same(write):
    content = table(*[{}] * 5000, {"salarie": "Zoé"})
    plain, packed = write(content), write(gzip.compress(content.encode(), mtime=0), "input.csv.gz")
    assert physical(packed)[0].drop("fichier").equals(physical(plain)[0].drop("fichier"))
    assert ouvre(packed).notes == ()


def test_empty_and_missing_gzip(write):
    for content, code in [(b"", "fichier-vide"), (None, "fichier-illisible")]:
        entree = write(content or b"", "input.csv.gz")
        if content is None:
            entree.chemin.unlink()
        with pytest.raises(InputError) as caught:
            ouvre(entree)
        assert caught.value.code == code


def test_a_file_that_changes_between_two_readings(write):
    entree = write(table({}, {}))
    opened = ouvre(entree)
    entree.chemin.write_text(table({}))
    with pytest.raises(InputError) as caught:
        list(opened.lots(10))
    assert caught.value.code == "csv-incoherent"


def test_records_read_otherwise_than_counted_stop_the_run(write, monkeypatch):
    opened = ouvre(write(table({"salarie": " a"})))
    monkeypatch.setattr(pl.LazyFrame, "collect", lambda _self: pl.DataFrame({"siret": ["1"] * 3}))
    with pytest.raises(InputError) as caught:
        list(opened.lots(10))
    assert caught.value.code == "csv-incoherent"


def test_a_reader_that_stops_early_waits_for_nothing(write):
    lots = ouvre(write(table(*[{}] * 50_000))).lots(1000)
    assert next(lots).physique.height > 0
    lots.close()


def test_notes_are_known_once_all_is_read(write):
    opened = ouvre(write(table({}).rstrip()))
    list(opened.lots(10))
    assert opened.notes != ()


def test_other_tables_give_physical_batches_too():
    frame, rejets, _ = next(depuis_objet(pl.DataFrame([ROW])).lots(10))
    assert frame["remuneration_cents"].to_list() == [180180]
    assert rejets.is_empty()
