"""From what the user names (files, folders, globs, `-`) to the list of files to read."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from batchcalc.errors import ConfigError, InputError
from batchcalc.io import objets
from batchcalc.io.s3 import est_objet, introuvable

Format = Literal["dsn", "csv", "parquet", "arrow"]
Genre = Literal["dsn", "table"]

STANDARD_INPUT: Final = "-"

EXTENSIONS: Final[dict[str, Format]] = {
    ".csv.gz": "csv",
    ".csv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".dsn": "dsn",
    ".txt": "dsn",
    ".zip": "dsn",
    ".gz": "dsn",
}
"""What a file holds, by the end of its name; the first that fits."""


@dataclass(frozen=True, slots=True)
class Entree:
    """One file to read.

    Attributes:
        nom: the path as given, or as found under the folder given; `-` for standard input,
            `s3://bucket/key` for an object of a store.
        format: which reader takes it.
        dossier: where a relative path begins; empty: in the current folder.
        copie: where an object was fetched to; empty: nowhere.
    """

    nom: str
    format: Format
    dossier: str = ""
    copie: str = ""

    @property
    def genre(self) -> Genre:
        """Whether it holds declarations or a table of contract-months."""
        return "dsn" if self.format == "dsn" else "table"

    @property
    def chemin(self) -> Path | None:
        """Where it is on disk; None for standard input, and for an object that is not fetched."""
        if self.copie:
            return Path(self.copie)
        ailleurs = self.nom == STANDARD_INPUT or est_objet(self.nom)
        return None if ailleurs else Path(self.dossier, self.nom)


def resolve(inputs: Sequence[str | Path], *, input_format: Format | None = None) -> list[Entree]:
    """List the files that `inputs` name, sorted, each once.

    Args:
        inputs: files, folders (searched with their subfolders), globs, `-`; the same in a store.
        input_format: what standard input holds.

    Raises:
        InputError: nothing named, a path that does not exist, a folder or a glob that holds no
            file to read, a file of an unknown kind.
        ConfigError: `-` without a format, or a store that cannot be used.
    """
    if not inputs:
        raise InputError(
            "No input is named.", hint="Name files, folders, globs, or -.", code="aucune-entree"
        )
    trouvees: dict[str, Entree] = {}
    for nom in inputs:
        for entree in _entrees(str(nom), input_format):
            trouvees.setdefault(_identite(entree), entree)
    return sorted(trouvees.values(), key=lambda entree: entree.nom)


def sha256(chemin: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal; never more than a block in memory."""
    with Path(chemin).open("rb", buffering=0) as fichier:
        return hashlib.file_digest(fichier, "sha256").hexdigest()


def _entrees(nom: str, input_format: Format | None) -> Iterable[Entree]:
    if nom == STANDARD_INPUT:
        return [_entree_standard(input_format)]
    if est_objet(nom):
        return _objets(nom)
    if Path(nom).is_dir():
        return _dossier(nom, list(_fichiers_sous(nom)))
    if Path(nom).exists():
        return [_fichier(nom)]
    if glob.has_magic(nom):
        return _motif(nom, _fichiers_du_motif(nom))
    raise InputError(
        "There is no such file or folder.",
        hint="Check the path and the current folder.",
        code="entree-introuvable",
        file=nom,
    )


def _identite(entree: Entree) -> str:
    return entree.nom if entree.chemin is None else os.path.realpath(entree.nom)


def _entree_standard(input_format: Format | None) -> Entree:
    if input_format is None:
        raise ConfigError(
            "The format of standard input is not given.",
            hint="Add --input-format dsn, csv, parquet or arrow.",
            code="format-manquant",
            file=STANDARD_INPUT,
        )
    return Entree(STANDARD_INPUT, input_format)


def _objets(nom: str) -> list[Entree]:
    trouves = objets.trouve(nom)
    if trouves == [nom]:
        return [_fichier(nom)]
    if glob.has_magic(nom):
        return _motif(nom, trouves)
    if not trouves:
        raise introuvable(nom)
    return _dossier(nom, trouves)


def _dossier(nom: str, fichiers: Sequence[str]) -> list[Entree]:
    entrees = [Entree(chemin, fmt) for chemin in fichiers if (fmt := _format(chemin))]
    if not entrees:
        vide = "The folder is empty." if not fichiers else "The folder holds no file to read."
        raise InputError(
            vide,
            hint=f"Files to read end in {', '.join(EXTENSIONS)}.",
            code="dossier-vide" if not fichiers else "dossier-sans-entree",
            file=nom,
        )
    return entrees


def _fichiers_sous(nom: str) -> Iterator[str]:
    """Files under a folder; hidden files and folders are left alone."""
    for dossier, sous_dossiers, fichiers in os.walk(nom):
        sous_dossiers[:] = [sous for sous in sous_dossiers if not sous.startswith(".")]
        for fichier in fichiers:
            if not fichier.startswith("."):
                yield str(Path(dossier) / fichier)


def _fichiers_du_motif(nom: str) -> list[str]:
    trouves = glob.glob(nom, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    return [chemin for chemin in trouves if not Path(chemin).is_dir()]


def _motif(nom: str, chemins: Sequence[str]) -> list[Entree]:
    if not chemins:
        raise InputError(
            "No file matches the pattern.",
            hint="Check the pattern; quote it so that the shell leaves it alone.",
            code="motif-sans-fichier",
            file=nom,
        )
    return [_fichier(chemin) for chemin in chemins]


def _fichier(nom: str) -> Entree:
    fmt = _format(nom)
    if fmt is None:
        raise InputError(
            "The end of the name does not tell what the file holds.",
            hint=f"Rename it to end in one of {', '.join(EXTENSIONS)}.",
            code="extension-inconnue",
            file=nom,
        )
    return Entree(nom, fmt)


def _format(nom: str) -> Format | None:
    return next((fmt for fin, fmt in EXTENSIONS.items() if nom.lower().endswith(fin)), None)
