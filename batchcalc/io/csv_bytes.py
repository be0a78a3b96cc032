"""The bytes of a CSV text: from a file, gzip or standard input, refused or made UTF-8."""

from __future__ import annotations

import codecs
import gzip
import mmap
import sys
import zlib
from pathlib import Path
from typing import Final

import numpy as np

from batchcalc.errors import InputError
from batchcalc.io.source import Entree

Contenu = bytes | mmap.mmap

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


def lis(entree: Entree) -> Contenu:
    """The text of a CSV file, in UTF-8.

    Raises:
        InputError: empty, binary, another format, or a gzip file cut or out of bounds.
        OSError: the file cannot be opened.
    """
    contenu = _contenu(entree)
    _refuse_autre_chose(entree.nom, contenu[:4096])
    return _en_utf8(contenu)


def _contenu(entree: Entree) -> Contenu:
    if entree.chemin is None:
        return sys.stdin.buffer.read()
    if entree.nom.lower().endswith(".gz"):
        return _degonfle(entree.chemin)
    with entree.chemin.open("rb") as fichier:
        if not entree.chemin.stat().st_size:
            return b""
        return mmap.mmap(fichier.fileno(), 0, access=mmap.ACCESS_READ)


def _degonfle(chemin: Path) -> bytes:
    """Unfold a gzip file, within bounds."""
    borne = min(PLUS_GRAND_TEXTE, 2 * _BLOC + PLUS_GRAND_RAPPORT * chemin.stat().st_size)
    blocs: list[bytes] = []
    try:
        with gzip.open(chemin) as fichier:
            while bloc := fichier.read(_BLOC):
                blocs.append(bloc)
                if len(blocs) * _BLOC > borne:
                    raise refus(chemin, "gzip-trop-grand", "unfolds to far more than a table would")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise refus(chemin, "gzip-abime", "is cut or damaged: gzip cannot unfold it") from None
    return b"".join(blocs)


def refus(nom: str | Path, code: str, quoi: str, hint: str = "Export it anew.") -> InputError:
    """The error of a file that is no CSV table."""
    return InputError(f"The file {quoi}.", hint=hint, code=code, file=str(nom))


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


def _en_utf8(contenu: Contenu) -> Contenu:
    """The content itself where it is UTF-8, else read as Latin-1, which takes any byte."""
    octets = np.frombuffer(contenu, np.uint8)
    if octets.max() < 128:
        return contenu
    decodeur = codecs.getincrementaldecoder("utf-8")()
    try:
        for debut in range(0, len(contenu), _BLOC):
            decodeur.decode(contenu[debut : debut + _BLOC])
    except UnicodeDecodeError:
        return contenu[:].decode("latin-1").encode()
    # A character cut by the end of the file belongs to a line that is cut as well.
    return contenu if not decodeur.getstate()[0] else contenu[:].decode(errors="ignore").encode()
