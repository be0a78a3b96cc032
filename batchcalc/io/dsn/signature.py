"""A first look at a file: whether it can be a DSN at all."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Refus(NamedTuple):
    """Why a file is not read.

    Attributes:
        code: stable reason.
        message: what is wrong and what to do.
    """

    code: str
    message: str


VIDE: Final = Refus("fichier-vide", "The file is empty. Export it anew.")

REGARD: Final = 4096
"""Bytes of a file that are looked at."""
_LIGNE: Final = re.compile(rb"S[0-9]{2}\.G[0-9]{2}\.[0-9]{2}\.[0-9]{3},'")

# First bytes of other things, after blanks.
_DEBUTS: Final = (
    (
        (b"\xff\xfe", b"\xfe\xff"),
        Refus("fichier-utf16", "The file is UTF-16 text. Save it as ISO-8859-1, as a DSN is."),
    ),
    (
        (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
        Refus("fichier-compresse", "The file is an archive in an archive. Unfold it first."),
    ),
    (
        (b"<",),
        Refus(
            "page-html",
            "The file is a web page or XML, perhaps an error page. Download the DSN itself.",
        ),
    ),
)


def refus(debut: bytes) -> Refus | None:
    """Why a file that starts with these bytes cannot be a DSN; None where it may be one."""
    debut = debut.removeprefix(b"\xef\xbb\xbf")
    if not debut.strip():
        return VIDE
    for signatures, raison in _DEBUTS:
        if debut.lstrip().startswith(signatures):
            return raison
    if b"\0" in debut:
        return Refus("fichier-binaire", "The file holds NUL bytes: it is no text. Export it anew.")
    if b"\r" in debut and b"\n" not in debut:
        return Refus(
            "fins-de-ligne-cr",
            "The lines end in CR alone. Convert them to CRLF or LF.",
        )
    if not _LIGNE.search(debut):
        return Refus(
            "pas-une-dsn",
            "No line reads like S10.G00.00.001,'value': the file is no DSN. Name only DSN files.",
        )
    return None
