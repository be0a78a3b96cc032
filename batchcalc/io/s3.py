"""An S3 object store: the names of its objects, a client of it, and its errors in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from batchcalc.errors import BatchcalcError, ConfigError, InputError

SCHEMA: Final = "s3://"

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

_REFUS: Final = {
    "NoSuchBucket": ("s3-bucket-inconnu", "has no such bucket", "Check its name and the region."),
    "403": ("s3-refuse", "refuses access", "Check the credentials, and what they allow here."),
    "": ("s3-echec", "answers with an error", "Try again; check the endpoint and the region."),
}


@dataclass(frozen=True, slots=True)
class Lieu:
    """A place in a store: an object, or what its key begins with."""

    bucket: str
    cle: str

    @property
    def nom(self) -> str:
        """As it is named everywhere: `s3://bucket/key`."""
        return f"{SCHEMA}{self.bucket}/{self.cle}"

    def sous(self, chemin: str) -> Lieu:
        """The place of a file under this one, taken as a folder."""
        dossier = self.cle.rstrip("/")
        return Lieu(self.bucket, f"{dossier}/{chemin}" if dossier else chemin)


def est_objet(nom: object) -> bool:
    """Whether a name is one of an object store."""
    return str(nom).startswith(SCHEMA)


def lieu(nom: str) -> Lieu:
    """The place that a name tells.

    Raises:
        ConfigError: what stands where the bucket does cannot be one; it may hold credentials, so it
            is not shown.
    """
    bucket, _, cle = nom.removeprefix(SCHEMA).partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ConfigError(
            "What follows s3:// cannot be the name of a bucket.",
            hint="Write s3://bucket/folder; credentials belong in the environment, not in a path.",
            code="s3-nom",
        )
    return Lieu(bucket, cle)


@contextmanager
def acces(nom: str) -> Iterator[Any]:
    """A client of the store, for what is done to `nom`; what is refused is said in our words.

    Credentials, region and endpoint are those of the environment. What the store and the network
    say themselves may quote keys: it is dropped.

    Raises:
        ConfigError: boto3 is not installed, the store cannot be reached, or refuses.
        InputError: there is no such object.
    """
    try:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise ConfigError(
            "Object stores need boto3, which is not installed.",
            hint="pip install batchcalc-paie[s3]",
            code="s3-absent",
        ) from None
    try:
        yield _client(tuple(sorted(var for var in os.environ.items() if var[0].startswith("AWS_"))))
    except ClientError as error:
        raise _refus(nom, error.response) from None
    except (BotoCoreError, Boto3Error, ValueError) as error:
        raise _sans_reponse(nom, type(error).__name__) from None


@lru_cache(maxsize=1)
def _client(_environnement: tuple[tuple[str, str], ...]) -> Any:
    """The same client as long as the environment says the same: making one takes a while."""
    from boto3.session import Session
    from botocore.config import Config

    return Session().client("s3", config=Config(connect_timeout=10, retries={"mode": "standard"}))


def _refus(nom: str, reponse: Any) -> BatchcalcError:
    code = reponse["Error"]["Code"]
    statut = str(reponse.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    if statut == "404" and code != "NoSuchBucket":
        return introuvable(nom)
    raison, quoi, hint = _REFUS.get(code) or _REFUS.get(statut) or _REFUS[""]
    return ConfigError(f"The store {quoi}.", hint=hint, code=raison, file=nom)


def _sans_reponse(nom: str, erreur: str) -> ConfigError:
    if "Credential" in erreur or "Profile" in erreur or "Token" in erreur:
        return ConfigError(
            "No credentials for the store can be used.",
            hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
            code="s3-sans-identifiants",
            file=nom,
        )
    return ConfigError(
        "The store cannot be reached.",
        hint="Check AWS_ENDPOINT_URL, AWS_REGION and the network.",
        code="s3-injoignable",
        file=nom,
    )


def introuvable(nom: str) -> InputError:
    """The error of an object or folder that is not there."""
    return InputError(
        "There is no such object or folder in the store.",
        hint="Check the bucket and the path.",
        code="entree-introuvable",
        file=nom,
    )


def refuse_un_path(nom: object) -> None:
    """Refuse a store named by a `Path`, which drops a slash: it would be a folder here.

    Raises:
        ConfigError: it is one.
    """
    if isinstance(nom, Path) and nom.parts[:1] == ("s3:",):
        raise ConfigError(
            "A Path cannot name an object store.",
            hint="Give it as text: 's3://bucket/folder'.",
            code="s3-nom",
        )
