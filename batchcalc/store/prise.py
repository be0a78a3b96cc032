"""Taking deliveries in: what was read is kept in the store, by the month delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from batchcalc import schema
from batchcalc.flux import robinet
from batchcalc.io.dsn import ensemble, garde
from batchcalc.io.lecture import LOT, Lecture, Source
from batchcalc.io.sink import Sortie
from batchcalc.rules.load import Rules
from batchcalc.store.etat import Etat, Livraison
from batchcalc.store.fonds import LIGNES, PLACE, REJETS, relues


@dataclass(slots=True)
class Prise:
    """What one run took in.

    Attributes:
        livraisons: by month and kind.
        dernier: last month that something was said of.
        perdus: identities of the files that gave no month at all: known to this run alone.
        rejets: their rejects.
    """

    livraisons: list[Livraison] = field(default_factory=list)
    dernier: date = date.min
    perdus: list[dict[str, Any]] = field(default_factory=list)
    rejets: list[pl.DataFrame] = field(default_factory=list)

    def mois_livres(self) -> set[date]:
        """The months delivered."""
        return {un.mois for un in self.livraisons}

    def perd(self, fichiers: Sequence[Mapping[str, Any]], rejets: pl.DataFrame) -> None:
        """Note files that gave no month."""
        self.perdus += [{**fichier, "months": [], "counted": []} for fichier in fichiers]
        self.rejets.append(rejets)


def prends(lecture: Lecture, sortie: Sortie, rules: Rules, avant: Etat) -> Prise:
    """Keep everything that was read in folders of its own, published with the rest.

    Args:
        lecture: the inputs, open.
        sortie: the folder of the store.
        rules: the months that can be computed.
        avant: the store as it is: declarations of a month join those it holds.

    Raises:
        InputError: a file cannot be read to its end.
        ConfigError: the folder cannot be written.
    """
    prise = Prise()
    if garde.mois_declares(lecture.declarations):
        declarees = garde.par_mois(lecture.declarations)
        _prends_declarations(declarees, lecture, sortie, avant, prise)
    elif lecture.declarations:
        prise.perd(lecture.identites_de("dsn"), ensemble(lecture.declarations).rejets)
    if lecture.tables:
        _prends_tables(lecture, sortie, rules, avant.generation + 1, prise)
    return prise


# --- declarations


def _prends_declarations(
    declarees: Mapping[date, garde.Gardees],
    lecture: Lecture,
    sortie: Sortie,
    avant: Etat,
    prise: Prise,
) -> None:
    fichiers = lecture.identites_de("dsn")
    lus = {mois: _fichiers_lus(gardees) for mois, gardees in declarees.items()}
    anciennes = {un.mois: un for un in avant.livraisons if un.genre == "dsn"}
    for mois, nouvelles in declarees.items():
        siens = _siens(fichiers, lus, mois)
        gardees = nouvelles
        if mois in anciennes:
            gardees, restes = _avec(anciennes[mois], nouvelles, sortie)
            siens = [*restes, *siens]
        dossier = f"{mois}-dsn.{avant.generation + 1}"
        for nom, frame in gardees.items():
            sortie.ecrit(frame, f"{PLACE}/{dossier}/{nom}.parquet")
        annees = garde.annees(gardees, mois)
        prise.livraisons.append(Livraison(mois, "dsn", dossier, annees, siens))
        prise.dernier = max(prise.dernier, garde.dernier_mois(gardees, mois))


def _avec(
    ancienne: Livraison, nouvelles: garde.Gardees, sortie: Sortie
) -> tuple[garde.Gardees, list[dict[str, Any]]]:
    """The declarations of a month with those delivered now; the earlier files that still count."""
    avant = relues(ancienne, sortie.place)
    restes = garde.sans(avant, nouvelles)
    fichiers = []
    for fichier in ancienne.fichiers:
        dits, gardes = (_lignes(gardees, fichier["path"]) for gardees in (avant, restes))
        if gardes or not (dits or _lignes(nouvelles, fichier["path"])):
            entame = {"superseded": True} if gardes < dits else {}
            fichiers.append({**fichier, **entame})
    return garde.reunies(restes, nouvelles), fichiers


def _lignes(gardees: garde.Gardees, nom: str) -> int:
    """How many declarations and rejects of a month come from a file."""
    lus = [*gardees["declarations"]["fichier"], *gardees["rejets"]["fichier"]]
    return sum(_est_de(lu, nom) for lu in lus)


def _fichiers_lus(gardees: garde.Gardees) -> set[str]:
    return set(gardees["declarations"]["fichier"].unique())


def _siens(
    fichiers: Sequence[Mapping[str, Any]], lus: Mapping[date, Collection[str]], mois: date
) -> list[dict[str, Any]]:
    """The files that gave a month, each with all its months; those that gave none have the last."""
    siens = []
    for fichier in fichiers:
        donnes = [un for un, noms in lus.items() if any(_est_de(n, fichier["path"]) for n in noms)]
        if mois in (donnes or [max(lus)]):
            siens.append({**fichier, "months": [f"{un}" for un in sorted(donnes)]})
    return siens


def _est_de(lu: str, nom: str) -> bool:
    """Whether what was read is a file, or stands in that archive."""
    return lu == nom or lu.startswith(f"{nom}/")


# --- tables


class _Tables:
    """The rows of tables that can be computed, as they are read, and what is noted on the way."""

    def __init__(self, sources: Sequence[Source], rules: Rules) -> None:
        self.rejets: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self.mois: dict[str, set[date]] = defaultdict(set)
        self._sources = sources
        self._premier, self._dernier = rules.premier_mois, rules.dernier_mois

    def frames(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """All rows, in the order of the files."""
        for source in self._sources:
            for physique, rejets, marques in source.lots(LOT):
                bons, fautifs = schema.controle(
                    physique, marques, premier_mois=self._premier, dernier_mois=self._dernier
                )
                self.rejets[source.nom] += [rejets, fautifs]
                self.mois[source.nom] |= set(bons["mois"].unique())
                yield schema.complete(bons).select(columns)


def _prends_tables(
    lecture: Lecture, sortie: Sortie, rules: Rules, generation: int, prise: Prise
) -> None:
    def dossier(mois: date) -> str:
        return f"{mois}-table.{generation}"

    tables = _Tables(lecture.sources_tables(), rules)
    with robinet(tables.frames, schema.PHYSIQUE) as lignes:
        ecrits = sortie.ecrit_par_mois(lignes, lambda mois: f"{PLACE}/{dossier(mois)}/{LIGNES}")
    rejets = _livres(tables, ecrits)
    fichiers = lecture.identites_de("table")
    if not ecrits:
        prise.perd(fichiers, rejets.drop("livraison"))
        return
    lus = {un: [nom for nom, siens in tables.mois.items() if un in siens] for un in ecrits}
    for mois in ecrits:
        du_mois = rejets.filter(livraison=mois).drop("livraison")
        sortie.ecrit(du_mois, f"{PLACE}/{dossier(mois)}/{REJETS}")
        siens = _siens(fichiers, lus, mois)
        prise.livraisons.append(Livraison(mois, "table", dossier(mois), [mois.year], siens))
        prise.dernier = max(prise.dernier, mois)


def _livres(tables: _Tables, ecrits: Collection[date]) -> pl.DataFrame:
    """All rejects and `livraison`, the month they go with.

    Where their file gave no row of their own month it is the last one of the file: a reject comes
    and goes with its file.
    """
    vides = schema.no_rejets().with_columns(livraison=pl.lit(None, pl.Date))
    livres = [vides]
    for nom, rejets in tables.rejets.items():
        donnes = sorted(tables.mois[nom] or ecrits)
        sien = (
            pl.when(pl.col("mois").is_in(donnes)).then("mois").otherwise(max(donnes, default=None))
        )
        livres.append(pl.concat(rejets).with_columns(livraison=sien.cast(pl.Date)))
    return pl.concat(livres)
