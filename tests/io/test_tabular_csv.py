"""CSV: separators, encodings, line ends, and files cut or broken on purpose."""

import gzip
import io
import sys
from datetime import date

import pytest

from batchcalc.errors import InputError, SchemaError
from batchcalc.io import csv_bytes
from batchcalc.io.source import Entree
from batchcalc.io.tabular import ouvre

HEADER = "siret,salarie,contrat,mois,remuneration"
ROW = "00000000000001,S-1,00001,2026-01,1801.80"


@pytest.fixture
def write(tmp_path):
    def to_file(content, name="input.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Entree(str(path), "csv")

    return to_file


@pytest.fixture
def rows(lus):
    def read(entree, *columns):
        return lus(ouvre(entree))[0].select(columns).rows()

    return read


def refused(entree):
    with pytest.raises(InputError) as caught:
        ouvre(entree)
    assert caught.value.file == entree.nom
    return caught.value.code


def test_comma(write, rows):
    entree = write(f"{HEADER}\n{ROW}\n")
    assert rows(entree, "siret", "mois", "remuneration_cents", "ligne", "fichier") == [
        ("00000000000001", date(2026, 1, 1), 180180, 2, entree.nom)
    ]


def test_semicolon_and_decimal_comma(write, rows):
    text = f"{HEADER}\n{ROW}\n".replace(",", ";").replace("1801.80", "1801,80")
    assert rows(write(text), "remuneration_cents") == [(180180,)]


def test_semicolons_in_a_comma_file(write, rows):
    text = f"{HEADER},note;a;b;c;d;e\n{ROW},x;y\n"
    assert rows(write(text), "remuneration_cents") == [(180180,)]


def test_quoted_fields_and_line_numbers(write, rows):
    text = f'"siret",{HEADER[6:]},note\n{ROW},"a\n""b"", c"\n\n{ROW},\n'
    assert rows(write(text), "contrat", "ligne") == [("00001", 2), ("00001", 5)]


@pytest.mark.parametrize("content", [f"\ufeff{HEADER}\r\n{ROW}\r\n", f" {HEADER} \n{ROW}"])
def test_byte_order_mark_line_ends_and_blanks_in_the_header(write, content, rows):
    assert rows(write(content), "siret", "remuneration_cents") == [("00000000000001", 180180)]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_encodings(write, encoding, rows):
    text = f"{HEADER}\n{ROW.replace('S-1', 'Zoé')}\n"
    assert rows(write(text.encode(encoding)), "salarie") == [("Zoé",)]


def test_unknown_and_unnamed_columns_are_ignored_and_said(write, lus):
    table = ouvre(write(f"{HEADER},service,,\n{ROW},paie,1,2\n"))
    assert table.ignorees == ("service",)
    assert "service" not in lus(table)[0].columns


def test_header_alone(write, lus):
    table = ouvre(write(HEADER))
    frame, rejects = lus(table)
    assert frame.height == rejects.height == 0


def test_gzip(write, rows):
    assert rows(
        write(gzip.compress(f"{HEADER}\n{ROW}\n".encode(), mtime=0), "input.csv.gz"), "ligne"
    ) == [(2,)]


def test_standard_input(monkeypatch, rows):
    class Stdin:
        buffer = io.BytesIO(f"{HEADER}\n{ROW}\n".encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert rows(Entree("-", "csv"), "fichier", "ligne") == [("-", 2)]


def test_batches_give_the_same_rows(write):
    table = ouvre(write(f"{HEADER}\n\n" + f"{ROW}\n" * 5000))
    lignes = [ligne for lot in table.lots(512) for ligne in lot.physique["ligne"]]
    assert lignes == list(range(3, 5003))


# --- Faulty lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (ROW[:-10], "ligne-incomplete"),
        (ROW + ",1", "ligne-incomplete"),
        (ROW.replace("S-1", 'S"1'), "guillemet-errant"),
        (ROW.replace("S-1", '"S-1'), "guillemet-errant"),
    ],
)
def test_faulty_line_goes_to_the_rejects_and_the_rest_goes_on(write, line, code, lus):
    entree = write(f"{HEADER}\n{ROW}\n{line}\n{ROW}\n{ROW}\n")
    frame, rejects = lus(ouvre(entree))
    assert frame["ligne"].to_list() == [2, 4, 5]
    reject = rejects.row(0, named=True)
    assert (reject["fichier"], reject["ligne"], reject["code"]) == (entree.nom, 3, code)
    assert "S-1" not in str(reject)


def test_nul_byte_far_into_the_file_costs_one_line(write, rows, lus):
    frame, rejects = lus(
        ouvre(write(f"{HEADER}\n" + f"{ROW}\n" * 200 + "\0" * 5000 + f"\n{ROW}\n"))
    )
    assert frame.height == 201
    assert rejects.select("ligne", "code").rows() == [(202, "octet-nul")]


def test_faults_say_how_many_fields(write, lus):
    message = lus(ouvre(write(f"{HEADER}\n{ROW},,\n")))[1]["message"].item()
    assert message.startswith("The line has 7 fields where the header has 5.")


@pytest.mark.parametrize("left", [1, 14, 20, 31])
def test_file_cut_inside_its_last_line(write, left, rows, lus):
    frame, rejects = lus(ouvre(write(f"{HEADER}\n{ROW}\n{ROW[:left]}")))
    assert frame.height == 1
    assert rejects.select("ligne", "code").rows() == [(3, "ligne-incomplete")]
    assert "cut" in rejects["message"].item()


def test_file_cut_inside_quotes(write, rows, lus):
    _, rejects = lus(ouvre(write(f'{HEADER}\n{ROW}\n000,"S')))
    assert rejects.select("ligne", "code").rows() == [(3, "ligne-incomplete")]


def test_missing_last_line_end_is_said(write):
    assert ouvre(write(f"{HEADER}\n{ROW}")).notes != ()
    assert ouvre(write(f"{HEADER}\n{ROW}\n")).notes == ()


def test_file_cut_inside_a_character(write, lus):
    text = f"{HEADER}\n{ROW}\n000,Zo".encode() + "é".encode()[:1]
    frame, rejects = lus(ouvre(write(text)))
    assert frame.height == 1
    assert rejects["ligne"].to_list() == [3]


# --- Files refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "fichier-vide"),
        (b" \n\n", "fichier-vide"),
        (HEADER.encode("utf-16"), "format-inattendu"),
        (HEADER.encode("utf-16-le"), "fichier-binaire"),
        (b"<!DOCTYPE html><html>", "format-inattendu"),
        (b"\n  <html>", "format-inattendu"),
        (b"\0\1\2", "fichier-binaire"),
        (b"PAR1....PAR1", "format-inattendu"),
        (b"PK\x03\x04....", "format-inattendu"),
        (gzip.compress(b"siret", mtime=0), "format-inattendu"),
        (f"{HEADER}\r{ROW}\r{ROW}\r".encode(), "fins-de-ligne"),
    ],
)
def test_other_things_named_csv(write, content, code):
    assert refused(write(content)) == code


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"siret" * 100, mtime=0)[:-9],
        b"not gzip",
        gzip.compress(b"a", mtime=0) + b"tail",
    ],
)
def test_broken_gzip(write, content):
    assert refused(write(content, "input.csv.gz")) == "gzip-abime"


def test_gzip_that_unfolds_without_end(write, monkeypatch):
    monkeypatch.setattr(csv_bytes, "_BLOC", 1 << 10)
    entree = write(gzip.compress(b"0" * (1 << 22), mtime=0), "input.csv.gz")
    assert refused(entree) == "gzip-trop-grand"


def test_missing_file():
    assert refused(Entree("nowhere.csv", "csv")) == "fichier-illisible"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (HEADER + ",mois", "colonne-en-double"),
        (HEADER + ",a,a", "colonne-en-double"),
        (HEADER.replace("mois", "month"), "colonne-manquante"),
        (HEADER.upper(), "colonne-manquante"),
    ],
)
def test_headers_refused(write, header, code):
    with pytest.raises(SchemaError) as caught:
        ouvre(write(f"{header}\n"))
    assert caught.value.code == code


def test_a_first_line_of_data_is_not_quoted(write):
    with pytest.raises(SchemaError) as caught:
        ouvre(write("00000000000001,DUPONT,1,2026-01,1\n"))
    assert "DUPONT" not in str(caught.value)
    assert "header" in str(caught.value)
