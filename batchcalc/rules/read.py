"""Reads the TOML tables of law and refuses whatever is not exactly in their form.

A file holds tables `[name]` with `unite` and `valeurs`; each value has `debut` (first day of a
month), `valeur` (text, exact), `source`, `statut` and, where it ends, `fin` (last day of a month).
At the top it may hold `version`, `premier_mois`, `dernier_mois`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from batchcalc.errors import ConfigError
from batchcalc.rules.serie import Entree, Serie
from batchcalc.rules.unite import UNITES, forme, lisible

STATUTS = ("S", "S2", "C", "I")
MOIS_COUVERTS = ("premier_mois", "dernier_mois")
_CLES_VALEUR = {"debut", "valeur", "source", "statut"}
_UN_JOUR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fichier:
    """One file of tables.

    Attributes:
        nom: its name, for messages.
        empreinte: SHA-256 of its bytes.
        version: edition of the tables, where the file gives one.
        mois: the months covered, where the file gives them (keys of MOIS_COUVERTS).
        series: its tables.
    """

    nom: str
    empreinte: bytes
    version: str | None
    mois: Mapping[str, date]
    series: tuple[Serie, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the files the reader stands: a file and a dotted key."""

    fichier: str
    cle: str

    def dans(self, cle: str) -> _Place:
        return _Place(self.fichier, f"{self.cle}.{cle}" if self.cle else cle)

    def refuse(self, quoi: str, hint: str, code: str) -> NoReturn:
        raise ConfigError(f"{self.cle}: {quoi}.", hint=hint, code=code, file=self.fichier)


def lire(chemin: Path) -> Fichier:
    """Read one file of tables.

    Raises:
        ConfigError: unreadable, not TOML, or not in the form of a table; with file and key.
    """
    octets = _octets(chemin)
    racine = _Place(str(chemin), "")
    contenu = _toml(octets, str(chemin))
    version = contenu.pop("version", None)
    if version is not None and not (isinstance(version, str) and version.strip()):
        racine.dans("version").refuse(
            "not a text", 'Write it in quotes, e.g. "2026.11".', "regles-valeur"
        )
    mois = {
        cle: _premier(contenu.pop(cle), racine.dans(cle)) for cle in MOIS_COUVERTS if cle in contenu
    }
    series = tuple(_series(contenu, racine))
    return Fichier(str(chemin), sha256(octets).digest(), version, mois, series)


def _octets(chemin: Path) -> bytes:
    try:
        return chemin.read_bytes()
    except OSError:
        raise ConfigError(
            "The rules file cannot be read.",
            hint="Check that it exists and that you may read it.",
            code="regles-illisibles",
            file=str(chemin),
        ) from None


def _toml(octets: bytes, nom: str) -> dict[str, Any]:
    try:
        return tomllib.loads(octets.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as erreur:
        ligne = re.search(r"at line (\d+)", str(erreur))
        raise ConfigError(
            "The rules file is not valid TOML in UTF-8.",
            hint="Correct the syntax; a table may appear only once.",
            code="regles-illisibles",
            file=nom,
            line=int(ligne[1]) if ligne else None,
        ) from None


def _series(contenu: Mapping[str, Any], place: _Place) -> Iterator[Serie]:
    for cle, valeur in contenu.items():
        ici = place.dans(cle)
        if not isinstance(valeur, dict):
            ici.refuse(
                "unknown key",
                "A table has `unite` and `valeurs`, nothing else.",
                "regles-cle-inconnue",
            )
        if valeur.keys() & {"unite", "valeurs"}:
            yield _serie(valeur, ici)
        else:
            yield from _series(valeur, ici)


def _serie(table: dict[str, Any], place: _Place) -> Serie:
    _cles(table, {"unite", "valeurs"}, set(), place)
    unite = table["unite"]
    if unite not in UNITES:
        place.dans("unite").refuse(
            "unknown unit", f"Use one of {', '.join(UNITES)}.", "regles-unite"
        )
    if not isinstance(table["valeurs"], list):
        place.dans("valeurs").refuse("not a list", "Write [ { … }, { … } ].", "regles-valeur")
    entrees = [
        _entree(valeur, unite, place.dans(f"valeurs[{rang}]"))
        for rang, valeur in enumerate(table["valeurs"])
    ]
    return Serie(place.cle, unite, place.fichier, tuple(_enchaine(entrees, place)))


def _entree(valeur: object, unite: str, place: _Place) -> Entree:
    if not isinstance(valeur, dict):
        place.refuse("not a value", "Write { debut = …, valeur = … }.", "regles-valeur")
    _cles(valeur, _CLES_VALEUR, {"fin"}, place)
    if not (isinstance(valeur["source"], str) and valeur["source"].strip()):
        place.dans("source").refuse(
            "no source", "Name the text and the article the value was read in.", "regles-source"
        )
    if valeur["statut"] not in STATUTS:
        place.dans("statut").refuse(
            "unknown status", f"Use one of {', '.join(STATUTS)}.", "regles-statut"
        )
    return Entree(
        _premier(valeur["debut"], place.dans("debut")),
        _dernier(valeur["fin"], place.dans("fin")) if "fin" in valeur else date.max,
        _texte(valeur["valeur"], unite, place.dans("valeur")),
        valeur["source"],
        valeur["statut"],
    )


def _enchaine(entrees: list[Entree], place: _Place) -> Iterator[Entree]:
    """Close each value on the eve of the next one, and refuse disorder, overlap and gap."""
    for entree, suivante in zip(entrees, [*entrees[1:], None], strict=False):
        fin = entree.fin
        if suivante:
            _ordre(entree, suivante, place)
            fin = suivante.debut - _UN_JOUR
        if fin < entree.debut:
            place.refuse(
                f"the value of {entree.debut} ends before it begins",
                "Correct `fin`.",
                "regles-dates",
            )
        yield Entree(entree.debut, fin, entree.texte, entree.source, entree.statut)


def _ordre(entree: Entree, suivante: Entree, place: _Place) -> None:
    if suivante.debut <= entree.debut:
        place.refuse(
            f"the value of {suivante.debut} comes after the one of {entree.debut}",
            "Give each date once, in order of date.",
            "regles-dates",
        )
    if entree.fin != date.max and entree.fin != suivante.debut - _UN_JOUR:
        place.refuse(
            f"gap or overlap between {entree.fin} and {suivante.debut}",
            "Leave `fin` out, or end the value on the eve of the next one.",
            "regles-trou",
        )


def _cles(table: dict[str, Any], requises: set[str], permises: set[str], place: _Place) -> None:
    for cle in sorted(table.keys() - requises - permises):
        place.dans(cle).refuse(
            "unknown key",
            f"The keys are {', '.join(sorted(requises | permises))}.",
            "regles-cle-inconnue",
        )
    for cle in sorted(requises - table.keys()):
        place.dans(cle).refuse("missing key", "Add it.", "regles-cle-manquante")


def _premier(valeur: object, place: _Place) -> date:
    if type(valeur) is not date or valeur.day != 1:
        place.refuse(
            "not the first day of a month", "Write it bare, e.g. 2026-01-01.", "regles-dates"
        )
    return valeur


def _dernier(valeur: object, place: _Place) -> date:
    if type(valeur) is not date or valeur == date.max or (valeur + _UN_JOUR).day != 1:
        place.refuse(
            "not the last day of a month", "Write it bare, e.g. 2026-12-31.", "regles-dates"
        )
    return valeur


def _texte(valeur: object, unite: str, place: _Place) -> str:
    if not (isinstance(valeur, str) and lisible(valeur, unite)):
        place.refuse(f"not a value of unit {unite}", forme(unite), "regles-valeur")
    return valeur
