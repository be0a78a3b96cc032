"""What a store kept, as sources of one year's contract-months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from batchcalc import schema
from batchcalc.io.dsn import DsnLecture, LotLu, ensemble, garde
from batchcalc.io.lecture import Lots, Source, source_dsn
from batchcalc.store.etat import Livraison
from batchcalc.store.fonds import LIGNES, PLACE, REJETS, Place, intact, relis, relues


def sources(livraisons: Iterable[Livraison], annee: int, place: Place) -> list[Source]:
    """The contract-months of a year: tables month by month, all declarations together.

    Args:
        livraisons: all that was delivered.
        annee: the year.
        place: of a path in the store.
    """
    siennes = [un for un in livraisons if annee in un.annees]
    trouvees = [_table(un, place) for un in siennes if un.genre == "table"]
    declarees = [_declarees(un, annee, place) for un in siennes if un.genre == "dsn"]
    if declarees:
        trouvees.append(source_dsn(_de_l_annee(ensemble(declarees), annee)))
    return trouvees


def rejets_des_tables(livraisons: Iterable[Livraison], place: Place) -> list[pl.DataFrame]:
    """Rows of tables that could not be read, of all deliveries."""
    tables = [un.dossier for un in livraisons if un.genre == "table"]
    return [relis(place(f"{PLACE}/{dossier}/{REJETS}")) for dossier in tables]


def _table(livraison: Livraison, place: Place) -> Source:
    lignes = place(f"{PLACE}/{livraison.dossier}/{LIGNES}")
    return Source(f"{livraison.mois:%Y-%m}", partial(_lots, lignes))


def _lots(place: Path, taille: int) -> Lots:
    lignes = pl.scan_parquet(place, glob=False, hive_partitioning=False)
    with intact(place):
        nombre = lignes.select(pl.len()).collect().item()
    for debut in range(0, nombre, taille):
        with intact(place):
            lot = lignes.slice(debut, taille).collect()
        yield schema.Normalise(schema.sans_vides(lot), schema.no_rejets(), None)


def _declarees(livraison: Livraison, annee: int, place: Place) -> LotLu:
    frames = relues(livraison, place)
    if livraison.mois.year != annee:  # a whole file's rejects belong to the year it declares
        frames["rejets"] = frames["rejets"].filter(pl.col("mois").is_not_null())
    return garde.relus(frames)


def _de_l_annee(lu: DsnLecture, annee: int) -> DsnLecture:
    sienne = pl.col("mois").dt.year() == annee
    return replace(
        lu,
        mois_contrat=lu.mois_contrat.filter(sienne),
        rejets=lu.rejets.filter(sienne | pl.col("mois").is_null()),
    )
