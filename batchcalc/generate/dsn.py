"""DSN files: one a month, one declaration an establishment, written as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from batchcalc.generate.declaration import declaration
from batchcalc.generate.dossiers import Employeur
from batchcalc.generate.enveloppe import ENCODAGE, entete, pied


class FichierMensuel:
    """One file that grows declaration by declaration; it appears under its name once whole."""

    def __init__(self, chemin: Path, mois: date) -> None:
        self.chemin = chemin
        self._provisoire = chemin.with_name(f".{chemin.name}.tmp")
        self._sortie: BinaryIO = self._provisoire.open("wb")
        self._rubriques = 0
        self._declarations = 0
        self._ecrire(entete(mois))

    def ajouter(self, texte: str) -> None:
        """Add one declaration; an empty text adds nothing."""
        if texte:
            self._ecrire(texte)
            self._declarations += 1

    def _ecrire(self, texte: str) -> None:
        self._rubriques += texte.count("\n")
        self._sortie.write(texte.encode(ENCODAGE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._ecrire(pied(self._rubriques, self._declarations))
        self._sortie.close()
        if kind is None:
            self._provisoire.replace(self.chemin)
        else:
            self._provisoire.unlink()


def ecrire_dsn(employeurs: Iterable[Employeur], mois: Sequence[date], dossier: Path) -> list[Path]:
    """Write `AAAA-MM.dsn` for every month.

    Args:
        employeurs: the establishments, consumed one at a time.
        mois: the months.
        dossier: an existing folder.

    Returns:
        The files, in order of month.

    Raises:
        OSError: the folder cannot be written.
    """
    with ExitStack() as pile:
        fichiers = [pile.enter_context(FichierMensuel(dossier / f"{m:%Y-%m}.dsn", m)) for m in mois]
        for employeur in employeurs:
            for rang, fichier in enumerate(fichiers):
                fichier.ajouter(declaration(employeur, mois, rang))
    return [fichier.chemin for fichier in fichiers]
