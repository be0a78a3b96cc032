"""The run of a store: take in, compute what follows, publish together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from batchcalc import __version__
from batchcalc.errors import ConfigError
from batchcalc.io.lecture import Lecture
from batchcalc.io.sink import Sortie
from batchcalc.options import Options
from batchcalc.report.record import Clock
from batchcalc.rules.load import Rules
from batchcalc.store import etat as etats
from batchcalc.store import prise, refus
from batchcalc.store.etat import Etat, Livraison
from batchcalc.store.exercice import Maniere
from batchcalc.store.publication import Publication


def run_store(lecture: Lecture, sortie: Sortie, maniere: Maniere, clock: Clock) -> dict[str, Any]:
    """Take new months in, compute their years, and publish them up to the last month given.

    Tables take the place of what was delivered for the same months, declarations join it. Later
    months published are stale.

    Returns:
        The run record, of the whole store.

    Raises:
        ConfigError: a month before is missing, the store was computed otherwise, or it cannot be
            written.
        InputError: an input cannot be read to its end. Nothing was published.
    """
    avant = etats.lis(sortie.dossier, _calcul(maniere))
    with clock("take in"):
        pris = prise.prends(lecture, sortie, maniere.rules, avant)
    apres, touches = _avec(avant, pris, maniere, sortie.dossier)
    notes = [*lecture.notes(), *_notes_de_remplacement(avant, pris)]
    dernier = pris.dernier
    if avant.interrompu:  # any month may be of one run or the other
        touches |= {mois.year: date(mois.year, 1, 1) for mois in avant.publies}
        dernier = date.max
    publication = Publication(sortie, maniere, clock, pris.mois_livres())
    return publication.publie(apres, touches, dernier, pris, notes)


def _avec(
    avant: Etat, pris: prise.Prise, maniere: Maniere, out: str | Path
) -> tuple[Etat, dict[int, date]]:
    """The manifest with what was taken in, and by year the first month it may change.

    Raises:
        ConfigError: it cannot go with what is there.
    """
    calcul = _calcul(maniere)
    livres = pris.mois_livres()
    garde = avant.sans(livres)
    if garde.livraisons:
        refus.refuse_autre_calcul(avant.calcul, calcul, out)
    refus.refuse_les_ambigus(avant.livraisons, pris.livraisons, out)
    refus.refuse_les_trous(garde.mois_livres(), livres, out)
    partis = [un for un in avant.livraisons if un.mois in livres]
    apres = replace(garde.avec(pris.livraisons), calcul=calcul)
    return apres, _touches(apres, [*pris.livraisons, *partis])


def _touches(etat: Etat, livraisons: Iterable[Livraison]) -> dict[int, date]:
    """By year, the first month that deliveries may change, or that is stale.

    Cumulated data of a month hold those before alone. But declarations say things of earlier months
    too, and in annual mode a change of rates closes the month before.
    """
    causal = etat.calcul["options"]["regularisation"] == "progressive"
    premiers: dict[int, date] = {}
    for livraison in livraisons:
        for annee in livraison.annees:
            seule = causal and livraison.genre == "table"
            premier = livraison.mois if seule else date(annee, 1, 1)
            perimes = [mois for mois in etat.perimes if mois.year == annee]
            premiers[annee] = min([premiers.get(annee, premier), premier, *perimes])
    return premiers


def _notes_de_remplacement(avant: Etat, pris: prise.Prise) -> list[str]:
    remplaces = sorted(avant.mois_livres() & pris.mois_livres())
    return (
        [f"delivered again: {', '.join(f'{mois:%Y-%m}' for mois in remplaces)}"]
        if remplaces
        else []
    )


def refresh_store(out: str | Path, rules: Rules, threads: int, clock: Clock) -> dict[str, Any]:
    """Bring the stale months up to date; all of them, where rules or version have changed.

    Returns:
        The run record, of the whole store.

    Raises:
        ConfigError: no store is there, another run is at work there, or it cannot be written.
    """
    if not etats.is_store(out):
        raise ConfigError(
            "The folder is not a store.",
            hint="Name the folder of monthly runs.",
            code="pas-un-depot",
            file=str(out),
        )
    with Sortie(out) as sortie:
        avant = etats.lis(out, {})
        options, format = Options(**avant.calcul["options"]), str(avant.calcul["format"])
        maniere = Maniere(rules, options, format, threads)
        calcul = _calcul(maniere)
        a_refaire = avant.perimes if calcul == avant.calcul else set(avant.mois_livres())
        touches = {mois.year: date(mois.year, 1, 1) for mois in a_refaire}
        publication = Publication(sortie, maniere, clock)
        apres = replace(avant, calcul=calcul)
        return publication.publie(apres, touches, date.max, prise.Prise(), [])


def _calcul(maniere: Maniere) -> dict[str, Any]:
    """What all months of a store have in common."""
    rules = maniere.rules
    return {
        "batchcalc": __version__,
        "rules": {"version": rules.version, "sha256": rules.sha256, "path": rules.path},
        "options": asdict(maniere.options),
        "format": maniere.format,
    }
