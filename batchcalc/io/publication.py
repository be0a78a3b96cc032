"""The output of a run as objects of a store: all of them, or none that can be seen.

Each file is the multipart upload of an object, which nobody sees before it is completed. Uploads
are completed once every byte of every file is up, `run.json` last, the earlier one being gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from batchcalc.errors import ConfigError, InputError
from batchcalc.io import objets
from batchcalc.io.s3 import Lieu, acces, est_objet, lieu, refuse_un_path
from batchcalc.io.sink import RECORD

_A_LA_FOIS: Final = 8
_PART: Final = 16 << 20
_PARTS: Final = 10_000
"""Parts a store takes for one object."""


@contextmanager
def publie(out: str | Path | None) -> Iterator[str | Path | None]:
    """The folder a run writes to: `out`, or one on disk whose files become the objects of `out`.

    They do on leaving; leaving by an exception publishes nothing. That the store lets itself be
    written is tried before anything is computed.

    Raises:
        ConfigError: the store cannot be used, or refuses what is written.
    """
    refuse_un_path(out)
    if not est_objet(out):
        yield out
        return
    place = lieu(str(out))
    _abandonne([_ouvre(Path(), place.sous(RECORD))])
    with TemporaryDirectory(prefix="batchcalc-") as dossier:
        yield dossier
        _publie(Path(dossier), place)


@dataclass(frozen=True, slots=True)
class _Envoi:
    """The upload of one file."""

    fichier: Path
    objet: Lieu
    identifiant: str
    parts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def quoi(self) -> dict[str, str]:
        return {
            "Bucket": self.objet.bucket,
            "Key": self.objet.cle,
            "UploadId": self.identifiant,
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """Some bytes of a file: `taille` of them from `debut`, the last ones perhaps fewer."""

    envoi: _Envoi
    rang: int
    debut: int
    taille: int


def _publie(dossier: Path, place: Lieu) -> None:
    fichiers = sorted(fichier for fichier in dossier.rglob("*") if fichier.is_file())
    envois: list[_Envoi] = []
    try:
        with ThreadPoolExecutor(_A_LA_FOIS) as pool:
            for fichier in fichiers:
                objet = place.sous(fichier.relative_to(dossier).as_posix())
                envois.append(_ouvre(fichier, objet))
            _televerse(envois, pool)
            _rend_visible(envois, place, pool)
    except BaseException:
        _abandonne(envois)
        raise


def _ouvre(fichier: Path, objet: Lieu) -> _Envoi:
    with acces(objet.nom) as client:
        reponse = client.create_multipart_upload(Bucket=objet.bucket, Key=objet.cle)
    return _Envoi(fichier, objet, reponse["UploadId"])


def _televerse(envois: Sequence[_Envoi], pool: ThreadPoolExecutor) -> None:
    """Send every part of every file, a few at a time."""
    parts = [part for envoi in envois for part in _parts(envoi)]
    for part, etag in zip(parts, pool.map(_envoie, parts), strict=True):
        part.envoi.parts.append({"PartNumber": part.rang, "ETag": etag})


def _parts(envoi: _Envoi) -> Iterator[_Part]:
    """A file in parts; an empty one is one part."""
    octets = envoi.fichier.stat().st_size
    taille = max(_PART, -(-octets // _PARTS))
    for rang, debut in enumerate(range(0, max(1, octets), taille), start=1):
        yield _Part(envoi, rang, debut, taille)


def _envoie(part: _Part) -> str:
    with part.envoi.fichier.open("rb") as fichier:
        fichier.seek(part.debut)
        corps = fichier.read(part.taille)
    with acces(part.envoi.objet.nom) as client:
        reponse = client.upload_part(**part.envoi.quoi, PartNumber=part.rang, Body=corps)
    return str(reponse["ETag"])


def _rend_visible(envois: Sequence[_Envoi], place: Lieu, pool: ThreadPoolExecutor) -> None:
    """Complete the uploads; while that lasts there is no record, so no run to trust."""
    record = place.sous(RECORD)
    avant = _sorties(record)
    _efface(record)
    list(pool.map(_acheve, [envoi for envoi in envois if envoi.objet != record]))
    dernier = next(envoi for envoi in envois if envoi.objet == record)
    for perime in avant - _dites(dernier.fichier.read_bytes()):
        _efface(place.sous(perime))
    _acheve(dernier)


def _acheve(envoi: _Envoi) -> None:
    with acces(envoi.objet.nom) as client:
        client.complete_multipart_upload(**envoi.quoi, MultipartUpload={"Parts": envoi.parts})


def _abandonne(envois: Sequence[_Envoi]) -> None:
    """Give back the room that unfinished uploads take; those that ended are left alone."""
    for envoi in envois:
        with suppress(ConfigError, InputError), acces(envoi.objet.nom) as client:
            client.abort_multipart_upload(**envoi.quoi)


def _sorties(record: Lieu) -> set[str]:
    """The outputs that the record of an earlier run tells of, where there is one."""
    with suppress(InputError):
        return _dites(objets.lis(record.nom))
    return set()


def _dites(record: bytes) -> set[str]:
    try:
        return {str(sortie["path"]) for sortie in json.loads(record)["outputs"]}
    except (ValueError, TypeError, KeyError):  # some other file of that name
        return set()


def _efface(objet: Lieu) -> None:
    with acces(objet.nom) as client:
        client.delete_object(Bucket=objet.bucket, Key=objet.cle)
