"""The run of a store: take in, compute what follows, publish together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from batchcalc import __version__, bridge, schema
from batchcalc.errors import ConfigError
from batchcalc.io.lecture import Lecture
from batchcalc.io.sink import ETAT, Sortie
from batchcalc.options import Options
from batchcalc.report.bilan import par_place, tables
from batchcalc.report.bordereau import TOTAUX
from batchcalc.report.record import Clock, record
from batchcalc.rules.load import Rules
from batchcalc.store import etat as etats
from batchcalc.store import exercice, prise, refus, reprise
from batchcalc.store.etat import Etat, Livraison
from batchcalc.store.exercice import Maniere

SOMMES, REJETS = "sommes.parquet", "rejets.parquet"
"""Files of a year, beside what was delivered."""


def run_store(lecture: Lecture, out: str | Path, maniere: Maniere, clock: Clock) -> dict[str, Any]:
    """Take new months in, compute their years, and publish them up to the last month given.

    What was delivered before for the same months goes. Later months published are stale.

    Returns:
        The run record, of the whole store.

    Raises:
        ConfigError: another run is at work there, a month before is missing, the store was computed
            otherwise, or it cannot be written.
        InputError: an input cannot be read to its end. Nothing was published.
    """
    with Sortie(out) as sortie:
        avant = etats.lis(out, _calcul(maniere))
        with clock("take in"):
            pris = prise.prends(lecture, sortie, maniere.rules, avant.generation + 1)
        apres, touches = _avec(avant, pris, maniere, out)
        notes = [*lecture.notes(), *_notes_de_remplacement(avant, pris)]
        publication = _Publication(sortie, maniere, clock)
        return publication.publie(apres, touches, pris.dernier, pris.rejets, notes)


def _avec(
    avant: Etat, pris: prise.Prise, maniere: Maniere, out: str | Path
) -> tuple[Etat, dict[int, date]]:
    """The manifest with what was taken in, and by year the first month it may change.

    Raises:
        ConfigError: it cannot go with what is there.
    """
    calcul = _calcul(maniere)
    livres = {un.mois for un in pris.livraisons}
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
    remplaces = sorted(avant.mois_livres() & {un.mois for un in pris.livraisons})
    return [f"replaced: {', '.join(f'{mois:%Y-%m}' for mois in remplaces)}"] if remplaces else []


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
        publication = _Publication(sortie, maniere, clock)
        apres = replace(avant, calcul=calcul)
        return publication.publie(apres, touches, date.max, schema.no_rejets(), [])


def _calcul(maniere: Maniere) -> dict[str, Any]:
    """What all months of a store have in common."""
    rules = maniere.rules
    return {
        "batchcalc": __version__,
        "rules": {"version": rules.version, "sha256": rules.sha256, "path": rules.path},
        "options": asdict(maniere.options),
        "format": maniere.format,
    }


class _Publication:
    """From a manifest to the folder it tells of."""

    def __init__(self, sortie: Sortie, maniere: Maniere, clock: Clock) -> None:
        self._sortie = sortie
        self._maniere = maniere
        self._clock = clock

    def publie(
        self,
        etat: Etat,
        touches: Mapping[int, date],
        dernier: date,
        perdus: pl.DataFrame,
        notes: list[str],
    ) -> dict[str, Any]:
        """Compute years up to a month, write every table, the manifest and the run record.

        Args:
            etat: the manifest, with all that was delivered.
            touches: the years to compute, and the first month to publish of each.
            dernier: the last month to publish.
            perdus: rejects of files that gave no month.
            notes: what the record should say.
        """
        etat = replace(etat, generation=etat.generation + 1)
        with self._clock("compute"):
            for annee, premier in sorted(touches.items()):
                etat = self._exercice(etat, annee, (premier, dernier))
        with self._clock("write"):
            rejets = self._rejets(etat, perdus)
            outputs = self._tables(etat, rejets)
            self._nettoie(etat)
            self._sortie.ecrit_record(etat.json(), ETAT)
        said = self._record(etat, rejets.height, outputs, notes)
        self._sortie.ecrit_record(said)
        return said

    def _exercice(self, etat: Etat, annee: int, mois: tuple[date, date]) -> Etat:
        sources = reprise.sources(etat.livraisons, annee, self._sortie.place)
        fait = exercice.calcule(sources, self._maniere, mois, self._sortie)
        dossier = f"{annee}.{etat.generation}"
        ailleurs = ~pl.col("mois").is_between(*mois)
        for nom, frame in ((SOMMES, fait.sommes), (REJETS, fait.rejets)):
            avant = self._avant(etat, annee, nom, frame).filter(ailleurs)
            ensemble = pl.concat([frame, avant])
            if nom == SOMMES:
                ensemble = ensemble.sort("siret", "mois")
            self._sortie.ecrit(ensemble, f"{prise.PLACE}/{dossier}/{nom}")
        premier, dernier = max(mois[0], date(annee, 1, 1)), min(mois[1], date(annee, 12, 1))
        restes = {un: pub for un, pub in etat.publies.items() if not premier <= un <= dernier}
        suivants = {un for un in restes if dernier < un <= date(annee, 12, 1)}
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
        return pl.read_parquet(self._sortie.place(f"{prise.PLACE}/{dossier}/{nom}"))

    def _rejets(self, etat: Etat, perdus: pl.DataFrame) -> pl.DataFrame:
        annuels = [
            pl.read_parquet(self._sortie.place(f"{prise.PLACE}/{dossier}/{REJETS}"))
            for dossier in etat.exercices.values()
        ]
        lus = reprise.rejets_des_tables(etat.livraisons, self._sortie.place)
        return par_place([*annuels, *lus, perdus])

    def _tables(self, etat: Etat, rejets: pl.DataFrame) -> list[Mapping[str, Any]]:
        places = [f"{prise.PLACE}/{dossier}/{SOMMES}" for dossier in etat.exercices.values()]
        vides = pl.LazyFrame(schema=bridge.SCHEMA_SOMMES)
        annuelles = [pl.scan_parquet(self._sortie.place(place), glob=False) for place in places]
        sommes = pl.concat([vides, *annuelles]).sort("siret", "mois")
        outputs: list[Mapping[str, Any]] = [un.fichier for un in etat.publies.values()]
        for nom, table in tables(sommes, rejets).items():
            for suffixe in dict.fromkeys(("parquet", self._maniere.format)):
                outputs.append(self._sortie.ecrit(table, f"{nom}.{suffixe}"))
        return outputs

    def _nettoie(self, etat: Etat) -> None:
        """What is no longer used goes once the rest is published."""
        gardes = {f"{prise.PLACE}/{dossier}" for dossier in etat.dossiers()}
        gardes |= {str(Path(un.fichier["path"]).parent) for un in etat.publies.values()}
        for racine in (prise.PLACE, exercice.CONTRIBUTIONS):
            for dossier in self._sortie.dossiers(racine):
                if dossier not in gardes:
                    self._sortie.retire(dossier)

    def _record(
        self, etat: Etat, rejets: int, outputs: list[Mapping[str, Any]], notes: list[str]
    ) -> dict[str, Any]:
        totaux: Counter[str] = Counter(dict.fromkeys(("contrats_mois", *TOTAUX), 0))
        for publie in etat.publies.values():
            totaux.update(publie.totaux)
        inputs = _fichiers(etat)
        return record(
            inputs=inputs,
            rules=self._maniere.rules,
            options=self._maniere.options,
            format=self._maniere.format,
            counts={"files": len(inputs), "mois": len(etat.publies), "rejets": rejets},
            totals=totaux,
            notes=[*notes, *_note_des_perimes(etat)],
            outputs=outputs,
            timings=self._clock.seconds,
            exit_status=1 if rejets else 0,
            store={
                "delivered": [f"{mois}" for mois in sorted(etat.mois_livres())],
                "stale": [f"{mois}" for mois in sorted(etat.perimes)],
            },
        )


def _fichiers(etat: Etat) -> list[dict[str, Any]]:
    """The files that count, each once, with the months of theirs that still do."""
    trouves: dict[str, dict[str, Any]] = {}
    for livraison in etat.livraisons:
        for fichier in livraison.fichiers:
            connu = trouves.setdefault(
                f"{fichier['path']} {fichier.get('sha256')}", {**fichier, "counted": []}
            )
            connu["counted"].append(f"{livraison.mois}")
    return sorted(trouves.values(), key=lambda fichier: str(fichier["path"]))


def _note_des_perimes(etat: Etat) -> list[str]:
    if not etat.perimes:
        return []
    mois = ", ".join(f"{un:%Y-%m}" for un in sorted(etat.perimes))
    return [f"stale since an earlier month changed: {mois}; `batchcalc run --stale` computes them"]
