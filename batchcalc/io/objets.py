"""Objects of a store, as inputs: found by name, folder or glob, fetched, hashed."""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from batchcalc.io.s3 import Lieu, acces, lieu

_BLOC: Final = 1 << 20


def trouve(nom: str) -> list[str]:
    """The objects that `nom` tells: itself, those that fit it as a glob, or those under it.

    Sorted by key. As on disk, `*` does not cross a slash, `**` does, and hidden objects and folders
    are left alone under a folder.

    Raises:
        ConfigError: the store cannot be used.
    """
    place = lieu(nom)
    cles = _liste(place)
    if place.cle in cles:
        return [place.nom]
    motif = place.cle if glob.has_magic(place.cle) else place.sous("**").cle
    retenues = [cle for cle in cles if _convient(cle.split("/"), motif.split("/"))]
    return [Lieu(place.bucket, cle).nom for cle in retenues]


def rapatrie(nom: str, place: Path) -> None:
    """Fetch an object to a file.

    Raises:
        InputError, ConfigError: it is not there, or the store cannot be used.
    """
    objet = lieu(nom)
    with acces(nom) as client:
        client.download_file(objet.bucket, objet.cle, str(place))


def lis(nom: str, taille: int | None = None) -> bytes:
    """All of an object, or its first bytes.

    Raises:
        InputError, ConfigError: as `rapatrie`.
    """
    objet = lieu(nom)
    with acces(nom) as client:
        corps = client.get_object(Bucket=objet.bucket, Key=objet.cle)["Body"]
        with corps:
            return bytes(corps.read(taille))


def empreinte(nom: str) -> tuple[int, str]:
    """Bytes and SHA-256 of an object; never more than a block of it in memory.

    Raises:
        InputError, ConfigError: as `rapatrie`.
    """
    objet = lieu(nom)
    somme, taille = hashlib.sha256(), 0
    with acces(nom) as client:
        corps = client.get_object(Bucket=objet.bucket, Key=objet.cle)["Body"]
        with corps:
            for bloc in corps.iter_chunks(_BLOC):
                somme.update(bloc)
                taille += len(bloc)
    return taille, somme.hexdigest()


def _liste(place: Lieu) -> list[str]:
    """Keys that begin as this one does before its first wildcard.

    Those that end in a slash are no files: consoles mark folders by them.
    """
    prefixe = re.split(r"[*?[]", place.cle, maxsplit=1)[0]
    with acces(place.nom) as client:
        pages = client.get_paginator("list_objects_v2")
        trouves = pages.paginate(Bucket=place.bucket, Prefix=prefixe)
        cles = [objet["Key"] for page in trouves for objet in page.get("Contents", ())]
    return sorted(cle for cle in cles if not cle.endswith("/"))


def _convient(parties: Sequence[str], motif: Sequence[str]) -> bool:
    """Whether a key fits a glob, both cut at their slashes."""
    if not parties or not motif:
        return not parties and all(partie == "**" for partie in motif)
    if motif[0] == "**":
        plus_bas = not _cachee(parties[0]) and _convient(parties[1:], motif)
        return plus_bas or _convient(parties, motif[1:])
    if _cachee(parties[0]) and not _cachee(motif[0]):
        return False
    return fnmatchcase(parties[0], motif[0]) and _convient(parties[1:], motif[1:])


def _cachee(partie: str) -> bool:
    return partie.startswith(".")
