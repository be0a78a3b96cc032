"""What a store says of itself: one JSON document, published with every change."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from batchcalc.errors import ConfigError
from batchcalc.io.sink import ETAT, RECORD
from batchcalc.io.source import Genre

FORME: Final = 1
"""Of the manifest and of what is kept: raised when an older store can no longer be read."""


@dataclass(frozen=True, slots=True)
class Livraison:
    """What was delivered for one month, by tables or by declarations.

    Attributes:
        mois: the month delivered: that of the rows of a table, the one declared in DSN. Tables
            delivered again take the place of this one; declarations join it (`dsn.garde.sans`).
        genre: where it came from.
        dossier: folder of what is kept of it, under `etat/`.
        annees: years whose results depend on it.
        fichiers: identities of its files, as in the run record.
    """

    mois: date
    genre: Genre
    dossier: str
    annees: Sequence[int]
    fichiers: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Publie:
    """One month of contributions, as it stands in the folder.

    Attributes:
        fichier: path, bytes and SHA-256, as in the run record.
        totaux: control totals of the month, in integers.
    """

    fichier: Mapping[str, Any]
    totaux: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Etat:
    """The manifest.

    Attributes:
        calcul: what every month was computed with: version of batchcalc, rules, options, format.
        generation: number of the run that wrote it.
        livraisons: in the order of their months.
        publies: the months of contributions.
        exercices: folder, under `etat/`, of the sums and rejects of each year.
        perimes: months published that no longer follow from what was delivered.
        interrompu: whether a run was killed while it published.
    """

    calcul: Mapping[str, Any]
    generation: int = 0
    livraisons: Sequence[Livraison] = ()
    publies: Mapping[date, Publie] = field(default_factory=dict)
    exercices: Mapping[int, str] = field(default_factory=dict)
    perimes: frozenset[date] = frozenset()
    interrompu: bool = False

    def sans(self, mois: Collection[date]) -> Etat:
        """Without what was delivered for some months."""
        return replace(self, livraisons=[un for un in self.livraisons if un.mois not in mois])

    def avec(self, nouvelles: Iterable[Livraison]) -> Etat:
        """With new deliveries."""
        toutes = sorted([*self.livraisons, *nouvelles], key=lambda un: (un.mois, un.genre))
        return replace(self, livraisons=toutes)

    def mois_livres(self) -> set[date]:
        """The months delivered."""
        return {un.mois for un in self.livraisons}

    def dossiers(self) -> set[str]:
        """The folders in use, under `etat/`."""
        return {un.dossier for un in self.livraisons} | set(self.exercices.values())

    def json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "forme": FORME,
            "calcul": dict(self.calcul),
            "generation": self.generation,
            "livraisons": [
                {
                    "mois": f"{un.mois}",
                    "genre": un.genre,
                    "dossier": un.dossier,
                    "annees": list(un.annees),
                    "fichiers": list(un.fichiers),
                }
                for un in self.livraisons
            ],
            "publies": {
                f"{mois}": {"fichier": dict(un.fichier), "totaux": dict(un.totaux)}
                for mois, un in self.publies.items()
            },
            "exercices": {f"{annee}": dossier for annee, dossier in self.exercices.items()},
            "perimes": [f"{mois}" for mois in sorted(self.perimes)],
        }


def is_store(dossier: str | Path) -> bool:
    """Whether a folder is a store, be it one that lost its manifest."""
    etat, record = Path(dossier, ETAT), Path(dossier, RECORD)
    return etat.is_file() or (record.is_file() and any(etat.parent.glob("*/")))


def holds_a_run(dossier: str | Path) -> bool:
    """Whether a folder holds the tables of a run that kept nothing."""
    return (Path(dossier) / RECORD).is_file() and not is_store(dossier)


def lis(dossier: str | Path, calcul: Mapping[str, Any]) -> Etat:
    """Read the manifest of a store; an empty one where there is none yet.

    Months whose publication was cut short, or whose file was lost, are stale.

    Args:
        dossier: the output folder.
        calcul: what a new store would be computed with.

    Raises:
        ConfigError: the folder is a store of another form, or its manifest cannot be read.
    """
    place = Path(dossier) / ETAT
    if not is_store(dossier):
        return Etat(calcul)
    try:
        dit = json.loads(place.read_bytes())
        if dit["forme"] != FORME:
            raise _autre(place, "was written by another version of batchcalc")
        etat = _etat(dit)
    except (OSError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise _autre(place, "has a manifest that cannot be read") from None
    if not (Path(dossier) / RECORD).is_file():
        return replace(etat, perimes=frozenset(etat.publies), interrompu=True)
    return replace(etat, perimes=etat.perimes | _perdus(Path(dossier), etat))


def _perdus(dossier: Path, etat: Etat) -> set[date]:
    """Months whose file is not there, or no longer as long as it was."""
    places = {mois: (dossier / un.fichier["path"], un) for mois, un in etat.publies.items()}
    return {
        mois
        for mois, (place, un) in places.items()
        if not place.is_file() or place.stat().st_size != un.fichier["bytes"]
    }


def _autre(place: Path, quoi: str) -> ConfigError:
    return ConfigError(
        f"The store {quoi}.",
        hint="Give all its months again, to another folder.",
        code="depot-illisible",
        file=str(place),
    )


def _etat(dit: Mapping[str, Any]) -> Etat:
    return Etat(
        calcul=dict(dit["calcul"]),
        generation=int(dit["generation"]),
        livraisons=[
            Livraison(
                date.fromisoformat(un["mois"]),
                "dsn" if un["genre"] == "dsn" else "table",
                str(un["dossier"]),
                [int(annee) for annee in un["annees"]],
                [dict(fichier) for fichier in un["fichiers"]],
            )
            for un in dit["livraisons"]
        ],
        publies={
            date.fromisoformat(mois): Publie(dict(un["fichier"]), dict(un["totaux"]))
            for mois, un in dit["publies"].items()
        },
        exercices={int(annee): str(dossier) for annee, dossier in dit["exercices"].items()},
        perimes=frozenset(date.fromisoformat(mois) for mois in dit["perimes"]),
    )
