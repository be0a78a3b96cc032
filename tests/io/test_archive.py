"""Bytes out of plain files, gzip, zip and standard input."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from batchcalc.errors import InputError
from batchcalc.io.archive import flux, open_dsn

TEXTE = b"S10.G00.00.001,'PAIE'\r\n" * 100


def lus(chemin) -> list[tuple[str, bytes]]:
    ouverts = []
    for nom, contenu in open_dsn(chemin):
        with flux(contenu) as octets:
            ouverts.append((nom, octets.read()))
    return ouverts


def zippe(chemin, membres: dict[str, bytes]):
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return chemin


@pytest.mark.parametrize("contenu", [TEXTE, b""])
def test_a_plain_file(tmp_path, contenu):
    chemin = tmp_path / "a.dsn"
    chemin.write_bytes(contenu)

    assert lus(chemin) == [(str(chemin), contenu)]


def test_a_plain_file_is_opened_when_it_is_read(tmp_path):
    chemin = tmp_path / "a.dsn"
    chemin.write_bytes(TEXTE * 500)

    ((nom, contenu),) = open_dsn(chemin)

    assert (nom, len(contenu)) == (str(chemin), len(TEXTE) * 500)
    with flux(contenu) as octets:
        assert octets.read() == TEXTE * 500
    chemin.unlink()
    with pytest.raises(InputError) as erreur:
        flux(contenu)
    assert (erreur.value.code, erreur.value.file) == ("fichier-illisible", str(chemin))


def test_a_pipe_is_read_at_once(tmp_path):
    chemin = tmp_path / "a.dsn"
    os.mkfifo(chemin)
    with ThreadPoolExecutor(1) as ecrivain:
        ecrivain.submit(chemin.write_bytes, TEXTE)

        assert lus(chemin) == [(str(chemin), TEXTE)]


@pytest.mark.parametrize("nom", ["a.dsn.gz", "a.dsn"])
def test_gzip_is_told_by_its_first_bytes(tmp_path, nom):
    chemin = tmp_path / nom
    chemin.write_bytes(gzip.compress(TEXTE, mtime=0) + gzip.compress(TEXTE, mtime=0))

    assert lus(chemin) == [(str(chemin), TEXTE * 2)]


def test_each_member_of_a_zip_is_a_file_and_its_name_never_a_path(tmp_path):
    chemin = zippe(
        tmp_path / "a.zip", {"2026/01.dsn": b"A", "../../etc/x\n.dsn": b"B", "dossier/": b""}
    )

    assert lus(chemin) == [
        (f"{chemin}/2026/01.dsn", b"A"),
        (f"{chemin}/../../etc/x.dsn", b"B"),
    ]
    assert [fichier.name for fichier in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("contenu", [TEXTE, gzip.compress(TEXTE, mtime=0)])
def test_standard_input(monkeypatch, contenu):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(contenu)))

    assert lus("-") == [("-", TEXTE)]


def refus(chemin) -> InputError:
    with pytest.raises(InputError) as erreur:
        lus(chemin)
    assert erreur.value.file == str(chemin)
    return erreur.value


def test_a_file_that_is_not_there(tmp_path):
    assert refus(tmp_path / "a.dsn").code == "fichier-illisible"


@pytest.mark.parametrize(
    "abime", [lambda octets: octets[:-9], lambda octets: octets[:30] + b"x" * 9]
)
@pytest.mark.parametrize("forme", ["gzip", "zip"])
def test_a_damaged_archive(tmp_path, abime, forme):
    chemin = tmp_path / "a.zip"
    zippe(chemin, {"a.dsn": TEXTE})
    if forme == "gzip":
        chemin.write_bytes(gzip.compress(TEXTE, mtime=0))
    chemin.write_bytes(abime(chemin.read_bytes()))

    assert refus(chemin).code == "archive-abimee"


def test_a_member_that_is_damaged(tmp_path):
    chemin = zippe(tmp_path / "a.zip", {"a.dsn": TEXTE})
    octets = bytearray(chemin.read_bytes())
    octets[45] ^= 255
    chemin.write_bytes(octets)

    assert refus(chemin).code == "archive-abimee"


def test_an_empty_archive(tmp_path):
    assert refus(zippe(tmp_path / "a.zip", {})).code == "archive-vide"


def test_an_encrypted_archive(tmp_path):
    chemin = zippe(tmp_path / "a.zip", {"a.dsn": TEXTE})
    octets = chemin.read_bytes()
    central = octets.index(b"PK\x01\x02")
    chemin.write_bytes(octets[: central + 8] + b"\x01" + octets[central + 9 :])

    assert refus(chemin).code == "archive-chiffree"


def test_bombs(tmp_path):
    bombe = b"0" * (3 << 20)
    gz = tmp_path / "a.gz"
    gz.write_bytes(gzip.compress(bombe, mtime=0))

    assert refus(gz).code == "archive-trop-grande"
    assert refus(zippe(tmp_path / "a.zip", {"a.dsn": bombe})).code == "archive-trop-grande"


def test_a_megabyte_of_repeated_lines_is_no_bomb(tmp_path):
    chemin = zippe(tmp_path / "a.zip", {"a.dsn": b"x" * (1 << 20)})

    assert len(lus(chemin)[0][1]) == 1 << 20


def test_members_that_share_their_bytes(tmp_path):
    """The same data listed many times in the central directory."""
    chemin = zippe(tmp_path / "a.zip", {"a.dsn": bytes(range(256)) * 40, "b.dsn": b"B"})
    octets = chemin.read_bytes()
    taille = octets.rindex(b"PK\x01\x02") + 20
    chemin.write_bytes(octets[:taille] + len(octets).to_bytes(4, "little") + octets[taille + 4 :])

    assert refus(chemin).code == "archive-trop-grande"
