"""What a store refuses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from batchcalc.errors import ConfigError
from batchcalc.store.etat import Livraison


def refuse_autre_calcul(
    avant: Mapping[str, Any], calcul: Mapping[str, Any], out: str | Path
) -> None:
    """Refuse to mix months computed in two ways.

    Raises:
        ConfigError: rules, version, options or format are not those of the store.
    """
    for nom, quoi in (("options", "options"), ("format", "the format")):
        if avant[nom] != calcul[nom]:
            raise _refus(
                f"The store was computed with {quoi} {_dit(avant[nom])}.",
                "Give the same, or another folder.",
                "depot-autres-options",
                out,
            )
    if avant["rules"]["sha256"] != calcul["rules"]["sha256"]:
        versions = avant["rules"]["version"], calcul["rules"]["version"]
        raise _refus(
            f"The store was computed with other rules: {versions[0]}, and these are {versions[1]}.",
            "Compute all its months again with these: batchcalc run --stale; or give --rules.",
            "depot-autres-regles",
            out,
        )
    if avant["batchcalc"] != calcul["batchcalc"]:
        raise _refus(
            f"The store is of batchcalc {avant['batchcalc']}; this is {calcul['batchcalc']}.",
            "Compute all its months again with this version: batchcalc run --stale.",
            "depot-autre-version",
            out,
        )


def refuse_les_trous(livres: Collection[date], nouveaux: Collection[date], out: str | Path) -> None:
    """Refuse a month whose year lacks one before it, or between it and the next.

    Raises:
        ConfigError: a month is missing.
    """
    for annee in sorted({mois.year for mois in nouveaux} & {mois.year for mois in livres}):
        presents = {mois.month for mois in (*livres, *nouveaux) if mois.year == annee}
        absents = set(range(min(presents), max(presents))) - presents
        if absents:
            noms = ", ".join(f"{annee}-{mois:02}" for mois in sorted(absents))
            raise _refus(
                f"The store would lack {noms}: cumulated data would be wrong.",
                "Give the missing months first, or all together.",
                "mois-manquant",
                out,
            )


def refuse_les_ambigus(
    avant: Sequence[Livraison], nouvelles: Sequence[Livraison], out: str | Path
) -> None:
    """Refuse a table of several months of which an earlier one is known from another file.

    Its rows of that month might take the place of those, or correct them.

    Raises:
        ConfigError: nothing says which.
    """
    donnes = {_contenu(fichier) for un in nouvelles for fichier in un.fichiers}
    ailleurs = {un.mois for un in avant if {*map(_contenu, un.fichiers)} - donnes}
    for livraison in nouvelles:
        for fichier in livraison.fichiers:
            dernier = max(fichier["months"], default="")
            ambigu = livraison.mois in ailleurs and f"{livraison.mois}" < dernier
            if livraison.genre == "table" and ambigu:
                raise _refus(
                    f"{fichier['path']} has rows of {livraison.mois:%Y-%m}, which the store has"
                    " from another file, and of later months: do they correct it or replace it?",
                    "Give that month whole, in a file of its own. A table of the year so far needs"
                    " no store.",
                    "correction-ou-remplacement",
                    out,
                )


def _contenu(fichier: Mapping[str, Any]) -> Any:
    """What tells a file: one of the same name may hold the year so far, or a month."""
    return fichier.get("sha256")


def _dit(valeur: Any) -> str:
    if isinstance(valeur, Mapping):
        return ", ".join(f"{nom}={une}" for nom, une in valeur.items())
    return str(valeur)


def _refus(message: str, hint: str, code: str, out: str | Path) -> ConfigError:
    return ConfigError(message, hint=hint, code=code, file=str(out))
