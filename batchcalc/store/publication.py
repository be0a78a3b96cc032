"""From a manifest to the folder it tells of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from batchcalc import bridge
from batchcalc.bridge.results import TOTAUX
from batchcalc.io.sink import ETAT, Sortie
from batchcalc.report.bilan import par_place, tables
from batchcalc.report.record import Clock, record, shown
from batchcalc.store import exercice, fonds, reprise
from batchcalc.store.etat import Etat
from batchcalc.store.exercice import Maniere
from batchcalc.store.prise import Prise

SOMMES, REJETS = "sommes.parquet", "rejets.parquet"
"""Files of a year, beside what was delivered."""


class Publication:
    """From a manifest to the folder it tells of.

    Args:
        sortie: the folder, taken.
        maniere: how it is computed.
        clock: of the run.
        livres: months this run delivers, of which its notes tell.
    """

    def __init__(
        self, sortie: Sortie, maniere: Maniere, clock: Clock, livres: Set[date] = frozenset()
    ) -> None:
        self._livres = livres
        self._sortie = sortie
        self._maniere = maniere
        self._clock = clock

    def publie(
        self,
        etat: Etat,
        touches: Mapping[int, date],
        dernier: date,
        pris: Prise,
        notes: list[str],
    ) -> dict[str, Any]:
        """Compute years up to a month, write every table, the manifest and the run record.

        Args:
            etat: the manifest, with all that was delivered.
            touches: the years to compute, and the first month to publish of each.
            dernier: the last month to publish.
            pris: what this run took in.
            notes: what the record should say.
        """
        etat = replace(etat, generation=etat.generation + 1)
        with self._clock("compute"):
            for annee, premier in sorted(touches.items()):
                etat = self._exercice(etat, annee, (premier, dernier))
        with self._clock("write"):
            rejets = self._rejets(etat, pris.rejets)
            outputs = self._tables(etat, rejets)
            self._nettoie(etat)
            self._sortie.ecrit_record(etat.json(), ETAT)
        inputs = _fichiers(etat, pris.perdus)
        said = self._record(etat, inputs, rejets.height, outputs, notes)
        self._sortie.ecrit_record(said)
        return said

    def _exercice(self, etat: Etat, annee: int, mois: tuple[date, date]) -> Etat:
        sources = reprise.sources(etat.livraisons, annee, self._sortie.place)
        fait = exercice.calcule(sources, self._maniere, mois, self._sortie)
        premier, dernier = max(mois[0], date(annee, 1, 1)), min(mois[1], date(annee, 12, 1))
        restes = {un: pub for un, pub in etat.publies.items() if not premier <= un <= dernier}
        suivants = {un for un in restes if dernier < un <= date(annee, 12, 1)}
        reste = pl.col("mois").is_in(list(restes)).fill_null(value=False)
        dossier = f"{annee}.{etat.generation}"
        for nom, frame in ((SOMMES, fait.sommes), (REJETS, fait.rejets)):
            avant = self._avant(etat, annee, nom, frame)
            ensemble = pl.concat([frame.filter(~reste), avant.filter(reste)])
            self._sortie.ecrit(ensemble, f"{fonds.PLACE}/{dossier}/{nom}")
        return replace(
            etat,
            publies=dict(sorted({**restes, **fait.publies}.items())),
            exercices=dict(sorted({**etat.exercices, annee: dossier}.items())),
            perimes=frozenset(suivants | (etat.perimes & restes.keys())),
        )

    def _avant(self, etat: Etat, annee: int, nom: str, comme: pl.DataFrame) -> pl.DataFrame:
        dossier = etat.exercices.get(annee)
        if dossier is None:
            return comme.clear()
        return fonds.relis(self._sortie.place(f"{fonds.PLACE}/{dossier}/{nom}"))

    def _rejets(self, etat: Etat, perdus: list[pl.DataFrame]) -> pl.DataFrame:
        annuels = [
            fonds.relis(self._sortie.place(f"{fonds.PLACE}/{dossier}/{REJETS}"))
            for dossier in etat.exercices.values()
        ]
        lus = reprise.rejets_des_tables(etat.livraisons, self._sortie.place)
        return par_place([*annuels, *lus, *perdus])

    def _tables(self, etat: Etat, rejets: pl.DataFrame) -> list[Mapping[str, Any]]:
        places = [f"{fonds.PLACE}/{dossier}/{SOMMES}" for dossier in etat.exercices.values()]
        vides = pl.DataFrame(schema=bridge.SCHEMA_SOMMES)
        annuelles = [fonds.relis(self._sortie.place(place)) for place in places]
        sommes = pl.concat([vides, *annuelles]).sort("siret", "mois")
        petites = self._sortie.ecrit_tables(tables(sommes.lazy(), rejets), self._maniere.format)
        return [*(un.fichier for un in etat.publies.values()), *petites]

    def _nettoie(self, etat: Etat) -> None:
        """What is no longer used goes once the rest is published."""
        gardes = {f"{fonds.PLACE}/{dossier}" for dossier in etat.dossiers()}
        gardes |= {str(Path(un.fichier["path"]).parent) for un in etat.publies.values()}
        for racine in (fonds.PLACE, exercice.CONTRIBUTIONS):
            for dossier in self._sortie.dossiers(racine):
                if dossier not in gardes:
                    self._sortie.retire(dossier)
        for suffixe in ("parquet", "csv"):  # of a run that was killed before it had a record
            self._sortie.retire(f"{exercice.CONTRIBUTIONS}/contributions.{suffixe}")

    def _record(
        self,
        etat: Etat,
        inputs: list[dict[str, Any]],
        rejets: int,
        outputs: list[Mapping[str, Any]],
        notes: list[str],
    ) -> dict[str, Any]:
        totaux: Counter[str] = Counter(dict.fromkeys(("contrats_mois", *TOTAUX), 0))
        for publie in etat.publies.values():
            totaux.update(publie.totaux)
        return record(
            inputs=inputs,
            rules=self._maniere.rules,
            options=self._maniere.options,
            format=self._maniere.format,
            counts={"files": len(inputs), "mois": len(etat.publies), "rejets": rejets},
            totals=totaux,
            notes=[*notes, *_notes(etat, self._livres)],
            outputs=outputs,
            timings=self._clock.seconds,
            exit_status=1 if rejets else 0,
            store={
                "delivered": [f"{mois}" for mois in sorted(etat.mois_livres())],
                "stale": [f"{mois}" for mois in sorted(etat.perimes)],
                "months": {f"{mois}": shown(un.totaux) for mois, un in etat.publies.items()},
            },
        )


def _fichiers(etat: Etat, perdus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files that count, each once, with the months of theirs that still do.

    Args:
        etat: the manifest.
        perdus: files of this run that gave no month.
    """
    trouves: dict[str, dict[str, Any]] = {}
    for livraison in etat.livraisons:
        for fichier in livraison.fichiers:
            connu = trouves.setdefault(
                f"{fichier['path']} {fichier.get('sha256')}", {**fichier, "counted": []}
            )
            if f"{livraison.mois}" in fichier["months"]:
                connu["counted"].append(f"{livraison.mois}")
    return sorted([*trouves.values(), *perdus], key=lambda fichier: str(fichier["path"]))


def _notes(etat: Etat, livres: Set[date]) -> list[str]:
    """The months of this run, and those it made stale."""
    dits = [
        (mois, shown(etat.publies[mois].totaux)) for mois in sorted(livres & etat.publies.keys())
    ]
    notes = [
        f"{mois:%Y-%m}: {dit['contrats_mois']} contract-months, reduction {dit['reduction']}"
        for mois, dit in dits
    ]
    return [*notes, *_note_des_perimes(etat)]


def _note_des_perimes(etat: Etat) -> list[str]:
    if not etat.perimes:
        return []
    mois = ", ".join(f"{un:%Y-%m}" for un in sorted(etat.perimes))
    return [f"stale since an earlier month changed: {mois}; `batchcalc run --stale` computes them"]
