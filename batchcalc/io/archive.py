"""Bytes of files, compressed or not: plain, gzip, zip (each member a file), standard input."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from batchcalc.errors import InputError


@dataclass(frozen=True, slots=True)
class Fichier:
    """A plain file, read piece by piece when its turn comes."""

    place: str
    taille: int

    def __len__(self) -> int:
        """Its size when it was found, in bytes."""
        return self.taille


Contenu = bytes | Fichier
Source = tuple[str, Contenu]
"""Name to show, and bytes."""

STANDARD_INPUT: Final = "-"

PLUS_GRAND_FICHIER: Final = 4 << 30
"""Bytes one file may unfold to."""

PLUS_GRAND_RAPPORT: Final = 200
"""Times a compressed file may grow, past the first megabyte: payroll files grow 10 to 50 times."""

_BLOC: Final = 1 << 20
_DEBUT: Final = 4
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")


def open_dsn(chemin: str | Path, nom: str | None = None) -> Iterator[Source]:
    """Open a file, unfolding gzip and zip, which their first bytes tell; `-` is standard input.

    A plain file is left to `flux`. Members of an archive come one at a time, named
    `archive.zip/member`; the name is shown, never used as a path.

    Args:
        chemin: where the file is.
        nom: its name to show, where that is another.

    Raises:
        InputError: the file cannot be opened; an archive is damaged, encrypted, empty or unfolds
            beyond all measure.
    """
    nom = nom or str(chemin)
    try:
        debut, contenu = _contenu(str(chemin))
    except OSError:
        raise _illisible(nom) from None
    if debut.startswith(_GZIP):
        yield nom, _degonfle(nom, contenu)
    elif debut.startswith(_ZIP):
        yield from _membres(nom, contenu)
    else:
        yield nom, contenu


def flux(contenu: Contenu) -> io.FileIO | io.BytesIO:
    """The bytes of a source as a stream.

    Raises:
        InputError: the file can no longer be opened.
    """
    if isinstance(contenu, bytes):
        return io.BytesIO(contenu)
    try:
        return open(contenu.place, "rb", buffering=0)  # noqa: PTH123 - thousands of small files
    except OSError:
        raise _illisible(contenu.place) from None


def _contenu(chemin: str) -> tuple[bytes, Contenu]:
    """The first bytes of a file, and all of it."""
    if chemin == STANDARD_INPUT:
        contenu = sys.stdin.buffer.read()
        return contenu[:_DEBUT], contenu
    with open(chemin, "rb", buffering=0) as fichier:  # noqa: PTH123 - thousands of small files
        etat = os.fstat(fichier.fileno())
        if stat.S_ISREG(etat.st_mode):
            return fichier.read(_DEBUT), Fichier(chemin, etat.st_size)
        contenu = fichier.readall()  # a pipe
        return contenu[:_DEBUT], contenu


def _fichier(contenu: Contenu) -> IO[bytes]:
    return io.BytesIO(contenu) if isinstance(contenu, bytes) else Path(contenu.place).open("rb")


def _degonfle(nom: str, contenu: Contenu) -> bytes:
    try:
        with _fichier(contenu) as brut, gzip.GzipFile(fileobj=brut) as fichier:
            return _borne(nom, fichier, len(contenu))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _abimee(nom) from None


def _membres(nom: str, contenu: Contenu) -> Iterator[Source]:
    with _fichier(contenu) as brut:
        try:
            archive = zipfile.ZipFile(brut)
        except (zipfile.BadZipFile, ValueError):
            raise _abimee(nom) from None
        membres = [membre for membre in archive.infolist() if not membre.is_dir()]
        if not membres:
            raise _refus(nom, "archive-vide", "is an archive without files", "Export it anew.")
        if sum(membre.compress_size for membre in membres) > len(contenu):
            raise _demesure(nom)  # members that share their bytes
        for membre in membres:
            yield _nom_de_membre(nom, membre), _membre(nom, archive, membre)


def _nom_de_membre(nom: str, membre: zipfile.ZipInfo) -> str:
    return f"{nom}/{''.join(c for c in membre.filename if c.isprintable())}"


def _membre(nom: str, archive: zipfile.ZipFile, membre: zipfile.ZipInfo) -> bytes:
    if membre.flag_bits & 1:
        raise _refus(nom, "archive-chiffree", "is encrypted", "Unfold it with its password first.")
    try:
        with archive.open(membre) as fichier:
            return _borne(nom, fichier, membre.compress_size)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise _abimee(nom) from None


def _borne(nom: str, fichier: IO[bytes] | gzip.GzipFile, taille: int) -> bytes:
    """All the bytes of an unfolded file of `taille` bytes folded, within bounds."""
    borne = min(PLUS_GRAND_FICHIER, _BLOC + PLUS_GRAND_RAPPORT * taille)
    blocs: list[bytes] = []
    lus = 0
    while bloc := fichier.read(_BLOC):
        lus += len(bloc)
        if lus > borne:
            raise _demesure(nom)
        blocs.append(bloc)
    return b"".join(blocs)


def _illisible(nom: str) -> InputError:
    return _refus(nom, "fichier-illisible", "cannot be opened", "Check its permissions.")


def _demesure(nom: str) -> InputError:
    return _refus(
        nom,
        "archive-trop-grande",
        f"unfolds to more than {PLUS_GRAND_RAPPORT} times its size, or beyond 4 GiB",
        "No payroll file does: check where it comes from, or unfold it yourself.",
    )


def _abimee(nom: str) -> InputError:
    return _refus(nom, "archive-abimee", "is an archive cut or damaged", "Get the file again.")


def _refus(nom: str, code: str, quoi: str, hint: str) -> InputError:
    return InputError(f"The file {quoi}.", hint=hint, code=code, file=nom)
