"""CSV: separators, encodings, line ends, and files cut or broken on purpose."""

import gzip
import io
import sys

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


def rows(entree, *columns):
    return ouvre(entree).collecte().select(columns).rows()


def refused(entree):
    with pytest.raises(InputError) as caught:
        ouvre(entree)
    assert caught.value.file == entree.nom
    return caught.value.code


def test_comma(write):
    entree = write(f"{HEADER}\n{ROW}\n")
    assert rows(entree, "siret", "mois", "remuneration", "ligne", "fichier") == [
        ("00000000000001", "2026-01", "1801.80", 2, entree.nom)
    ]


def test_semicolon_and_decimal_comma(write):
    text = f"{HEADER}\n{ROW}\n".replace(",", ";").replace("1801.80", "1801,80")
    assert rows(write(text), "remuneration") == [("1801,80",)]


def test_semicolons_in_a_comma_file(write):
    text = f"{HEADER},note;a;b;c;d;e\n{ROW},x;y\n"
    assert rows(write(text), "remuneration") == [("1801.80",)]


def test_quoted_fields_and_line_numbers(write):
    text = f'"siret",{HEADER[6:]},note\n{ROW},"a\n""b"", c"\n\n{ROW},\n'
    assert rows(write(text), "contrat", "ligne") == [("00001", 2), ("00001", 5)]


@pytest.mark.parametrize("content", [f"\ufeff{HEADER}\r\n{ROW}\r\n", f" {HEADER} \n{ROW}"])
def test_byte_order_mark_line_ends_and_blanks_in_the_header(write, content):
    assert rows(write(content), "siret", "remuneration") == [("00000000000001", "1801.80")]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_encodings(write, encoding):
    text = f"{HEADER}\n{ROW.replace('S-1', 'Zoé')}\n"
    assert rows(write(text.encode(encoding)), "salarie") == [("Zoé",)]


def test_unknown_and_unnamed_columns_are_ignored_and_said(write):
    table = ouvre(write(f"{HEADER},service,,\n{ROW},paie,1,2\n"))
    assert table.ignorees == ("service",)
    assert "service" not in table.collecte().columns


def test_header_alone(write):
    table = ouvre(write(HEADER))
    assert table.collecte().height == 0
    assert table.rejets.is_empty()


def test_gzip(write):
    assert rows(write(gzip.compress(f"{HEADER}\n{ROW}\n".encode()), "input.csv.gz"), "ligne") == [
        (2,)
    ]


def test_standard_input(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(f"{HEADER}\n{ROW}\n".encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert rows(Entree("-", "csv"), "fichier", "ligne") == [("-", 2)]


def test_batches_give_the_same_rows(write):
    table = ouvre(write(f"{HEADER}\n\n" + f"{ROW}\n" * 5000))
    lignes = [ligne for lot in table.lots(512) for ligne in lot["ligne"]]
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
def test_faulty_line_goes_to_the_rejects_and_the_rest_goes_on(write, line, code):
    entree = write(f"{HEADER}\n{ROW}\n{line}\n{ROW}\n{ROW}\n")
    table = ouvre(entree)
    assert table.collecte()["ligne"].to_list() == [2, 4, 5]
    reject = table.rejets.row(0, named=True)
    assert (reject["fichier"], reject["ligne"], reject["code"]) == (entree.nom, 3, code)
    assert "S-1" not in str(reject)


def test_nul_byte_far_into_the_file_costs_one_line(write):
    table = ouvre(write(f"{HEADER}\n" + f"{ROW}\n" * 200 + "\0" * 5000 + f"\n{ROW}\n"))
    assert table.collecte().height == 201
    assert table.rejets.select("ligne", "code").rows() == [(202, "octet-nul")]


def test_faults_say_how_many_fields(write):
    message = ouvre(write(f"{HEADER}\n{ROW},,\n")).rejets["message"].item()
    assert message.startswith("The line has 7 fields where the header has 5.")


@pytest.mark.parametrize("left", [1, 14, 20, 31])
def test_file_cut_inside_its_last_line(write, left):
    table = ouvre(write(f"{HEADER}\n{ROW}\n{ROW[:left]}"))
    assert table.collecte().height == 1
    assert table.rejets.select("ligne", "code").rows() == [(3, "ligne-incomplete")]
    assert "cut" in table.rejets["message"].item()


def test_file_cut_inside_quotes(write):
    table = ouvre(write(f'{HEADER}\n{ROW}\n000,"S'))
    assert table.rejets.select("ligne", "code").rows() == [(3, "ligne-incomplete")]


def test_missing_last_line_end_is_said(write):
    assert ouvre(write(f"{HEADER}\n{ROW}")).notes != ()
    assert ouvre(write(f"{HEADER}\n{ROW}\n")).notes == ()


def test_file_cut_inside_a_character(write):
    text = f"{HEADER}\n{ROW}\n000,Zo".encode() + "é".encode()[:1]
    table = ouvre(write(text))
    assert table.collecte().height == 1
    assert table.rejets["ligne"].to_list() == [3]


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
        (gzip.compress(b"siret"), "format-inattendu"),
        (f"{HEADER}\r{ROW}\r{ROW}\r".encode(), "fins-de-ligne"),
    ],
)
def test_other_things_named_csv(write, content, code):
    assert refused(write(content)) == code


@pytest.mark.parametrize(
    "content", [gzip.compress(b"siret" * 100)[:-9], b"not gzip", gzip.compress(b"a") + b"tail"]
)
def test_broken_gzip(write, content):
    assert refused(write(content, "input.csv.gz")) == "gzip-abime"


def test_gzip_that_unfolds_without_end(write, monkeypatch):
    monkeypatch.setattr(csv_bytes, "_BLOC", 1 << 10)
    entree = write(gzip.compress(b"0" * (1 << 22)), "input.csv.gz")
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
