"""The bytes of a CSV text: from a file, gzip or standard input, refused or made UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Final

from batchcalc.errors import InputError
from batchcalc.io.refus import refus
from batchcalc.io.source import Entree

PLUS_GRAND_TEXTE: Final = 16 << 30
"""Bytes a compressed file may unfold to."""

PLUS_GRAND_RAPPORT: Final = 400
"""Times a compressed file may grow, past the first blocks; real tables stay under 100."""

_BLOC: Final = 1 << 24

_SIGNATURES: Final = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "Export the sheet as CSV."),
    (b"\x1f\x8b", "compressed with gzip", "Name it .csv.gz."),
    (b"PAR1", "a Parquet file", "Name it .parquet."),
    (b"ARROW1", "an Arrow file", "Name it .arrow."),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
    (b"<", "a web page or XML", "Download the file itself: this may be an error page."),
)


class Octets:
    """The bytes of one CSV text, read from the start as often as asked.

    Attributes:
        nom: the file, as given.
    """

    def __init__(self, entree: Entree) -> None:
        self.nom = entree.nom
        self.ouvre = _ouvreur(entree)
        self._verrou = Lock()
        self._utf8: bool | None = None

    def debut(self, taille: int) -> bytes:
        """The first bytes, of a text that is plainly CSV.

        Raises:
            InputError: empty, binary, another format, or a gzip file cut or out of bounds.
            OSError: the file cannot be opened.
        """
        with self.ouvre() as flux:
            tampon = bytearray(taille)
            debut = bytes(tampon[: lis(flux, memoryview(tampon))])
            if isinstance(flux, _Gzip):
                flux.controle_annonce()
        _refuse_autre_chose(self.nom, debut[:4096])
        return debut

    def en_utf8(self, octets: bytes) -> bytes:
        """Whole lines of the text in UTF-8: as they are, or read as Latin-1, which takes any byte.

        The whole text decides, and is read for it only where a byte is not ASCII.
        """
        if octets.isascii():
            return octets
        with self._verrou:
            if self._utf8 is None:
                self._utf8 = self._est_utf8()
        if self._utf8:
            # A character cut by the end of the file belongs to a line that is cut as well.
            return octets.decode(errors="ignore").encode()
        return octets.decode("latin-1").encode()

    def _est_utf8(self) -> bool:
        decodeur = codecs.getincrementaldecoder("utf-8")()
        try:
            with self.ouvre() as flux:
                for bloc in _blocs(flux):
                    decodeur.decode(bloc)
        except UnicodeDecodeError:
            return False
        return True


def lis(flux: io.RawIOBase, vue: memoryview) -> int:
    """Fill a buffer as far as the text goes: bytes read."""
    lus = 0
    while lus < len(vue) and (suite := flux.readinto(vue[lus:])):
        lus += suite
    return lus


def _blocs(flux: io.RawIOBase) -> Iterator[bytes]:
    while bloc := flux.read(_BLOC):
        yield bloc


def _ouvreur(entree: Entree) -> Callable[[], io.RawIOBase]:
    chemin = entree.chemin
    if chemin is None:
        contenu = sys.stdin.buffer.read()
        return lambda: _Memoire(contenu)
    if entree.nom.lower().endswith(".gz"):
        return lambda: _Gzip(entree.nom, chemin, gzip.open(chemin))
    etat = _etat(chemin.stat())
    return lambda: _Fichier(chemin, etat)


def _etat(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


class _Memoire(io.RawIOBase):
    """Bytes held in memory."""

    def __init__(self, contenu: bytes) -> None:
        self._flux = io.BytesIO(contenu)

    def readinto(self, vue: bytearray | memoryview) -> int:  # type: ignore[override]
        return self._flux.readinto(vue)


class _Fichier(io.FileIO):
    """A file that must stay what it was when its table was opened."""

    def __init__(self, chemin: Path, etat: tuple[int, int]) -> None:
        super().__init__(chemin)
        self._etat = etat

    def readinto(self, vue: bytearray | memoryview) -> int:  # type: ignore[override]
        lus = super().readinto(vue)
        if not lus and _etat(os.fstat(self.fileno())) != self._etat:
            raise InputError(
                "The file changed while it was read.",
                hint="Start again, or export it anew.",
                code="csv-incoherent",
                file=str(self.name),
            )
        return lus


class _Gzip(io.RawIOBase):
    """A gzip file unfolded within bounds."""

    def __init__(self, nom: str, chemin: Path, flux: gzip.GzipFile) -> None:
        self._nom = nom
        self._chemin = chemin
        self._flux = flux
        taille = chemin.stat().st_size
        self._borne = min(PLUS_GRAND_TEXTE, 2 * _BLOC + PLUS_GRAND_RAPPORT * taille)
        self._lus = 0

    def readinto(self, vue: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            lus = self._flux.readinto(vue)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise refus(
                self._nom, "gzip-abime", "is cut or damaged: gzip cannot unfold it"
            ) from None
        self._lus += lus
        self._borne_tenue(self._lus)
        return lus

    def controle_annonce(self) -> None:
        """Refuse at once a file whose last bytes say that it unfolds to too much.

        They say anything where the file is cut: it is then unfolded, which tells.
        """
        with self._chemin.open("rb") as fichier:
            fichier.seek(max(0, fichier.seek(0, os.SEEK_END) - 4))
            annonce = int.from_bytes(fichier.read(4), "little")
        while annonce > self._borne and self.read(_BLOC):
            pass

    def _borne_tenue(self, taille: int) -> None:
        if taille > self._borne:
            raise refus(self._nom, "gzip-trop-grand", "unfolds to far more than a table would")

    def close(self) -> None:
        self._flux.close()
        super().close()


def _refuse_autre_chose(nom: str, debut: bytes) -> None:
    """Refuse what is plainly not CSV text, by its first bytes."""
    if not debut.strip():
        raise refus(nom, "fichier-vide", "is empty")
    sans_bom = debut.removeprefix(codecs.BOM_UTF8).lstrip()
    for signature, quoi, hint in _SIGNATURES:
        if sans_bom.startswith(signature):
            raise refus(nom, "format-inattendu", f"is not CSV but {quoi}", hint)
    if b"\0" in debut:
        raise refus(nom, "fichier-binaire", "holds NUL bytes: it is binary, or UTF-16 text")
