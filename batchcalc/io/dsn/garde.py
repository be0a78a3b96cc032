"""Declarations read, apart by the month they declare, in frames that can be kept and read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from batchcalc.io.dsn.declarations import IDENTITE
from batchcalc.io.dsn.lecture import LotLu
from batchcalc.io.dsn.reader import reunis
from batchcalc.io.dsn.retenues import identifiees

Gardees = Mapping[str, pl.DataFrame]
"""The frames of a month declared, by name (`FRAMES`)."""

FRAMES: Final = ("declarations", "mois", "bordereaux", "rejets")

_NUMEROS: Final = ("etablissement", "declaration")


def mois_declares(lus: Sequence[LotLu]) -> set[date]:
    """The months that the declarations of some lots are of."""
    lues = (identifiees(frame)["mois"] for lu in lus for frame in lu.declarations)
    return {mois for serie in lues for mois in serie}


def par_mois(lus: Sequence[LotLu]) -> dict[date, dict[str, pl.DataFrame]]:
    """The frames of each month declared, in order.

    What has no month that can be read (files refused, declarations of another nature) goes with the
    last one: it matters for its rejects alone.
    """
    frames = {nom: reunis(list(lus), nom) for nom in FRAMES}
    declarations = frames["declarations"]
    mois = sorted(identifiees(declarations)["mois"].unique().to_list())
    return {un: _d_un_mois(frames, un, mois[-1]) for un in mois}


def _d_un_mois(frames: Gardees, mois: date, dernier: date) -> dict[str, pl.DataFrame]:
    siennes = _livrees(frames["declarations"], dernier).filter(livraison=mois)
    siens = siennes["etablissement"].implode()
    return {
        "declarations": siennes.drop("livraison"),
        **{nom: _des_etablissements(frames[nom], siens) for nom in ("mois", "bordereaux")},
        "rejets": _rejets_du_mois(frames, siennes, mois, dernier),
    }


def _livrees(declarations: pl.DataFrame, dernier: date) -> pl.DataFrame:
    lisibles = identifiees(declarations)["etablissement"].implode()
    connue = pl.col("etablissement").is_in(lisibles)
    return declarations.with_columns(
        livraison=pl.when(connue).then("mois").otherwise(pl.lit(dernier))
    )


def _rejets_du_mois(
    frames: Gardees, siennes: pl.DataFrame, mois: date, dernier: date
) -> pl.DataFrame:
    """Rejects of the declarations of a month; those of a whole file go with its last month."""
    par_fichier = (
        _livrees(frames["declarations"], dernier).group_by("fichier").agg(pl.col("livraison").max())
    )
    rejets = frames["rejets"].join(par_fichier, on="fichier", how="left", maintain_order="left")
    du_fichier = pl.col("declaration").is_null() & (pl.col("livraison").fill_null(dernier) == mois)
    des_siennes = pl.col("declaration").is_in(siennes["declaration"].implode())
    return rejets.filter(du_fichier | des_siennes.fill_null(value=False)).drop("livraison")


def sans(avant: Gardees, nouvelles: Gardees) -> dict[str, pl.DataFrame]:
    """What was kept of a month, without what a new delivery takes the place of.

    That is what came from the same files, and the declarations of the same establishment, nature,
    scope, fraction and order number. Of two order numbers the higher one counts, as in one run.
    """
    relivres = {nom for cle in ("declarations", "rejets") for nom in nouvelles[cle]["fichier"]}
    memes = identifiees(avant["declarations"]).join(
        identifiees(nouvelles["declarations"]), on=[*IDENTITE, "ordre"], how="semi"
    )
    restent = avant["declarations"].filter(
        ~pl.col("fichier").is_in(list(relivres)),
        ~pl.col("etablissement").is_in(memes["etablissement"].implode()),
    )
    partis = set(avant["declarations"]["fichier"]) - set(restent["fichier"]) | relivres
    sienne = pl.col("declaration").is_in(restent["declaration"].implode())
    rejets = avant["rejets"].filter(
        ~pl.col("fichier").is_in(list(partis)), sienne | pl.col("declaration").is_null()
    )
    siens = restent["etablissement"].implode()
    return {
        "declarations": restent,
        **{nom: _des_etablissements(avant[nom], siens) for nom in ("mois", "bordereaux")},
        "rejets": rejets,
    }


def reunies(avant: Gardees, nouvelles: Gardees) -> dict[str, pl.DataFrame]:
    """What was kept of a month and what is delivered for it, together."""
    return {nom: reunis([relus(avant), relus(nouvelles)], nom) for nom in FRAMES}


def _des_etablissements(frame: pl.DataFrame, siens: pl.Series) -> pl.DataFrame:
    return frame.filter(pl.col("etablissement").is_in(siens)) if frame.width else frame


def dernier_mois(gardees: Gardees, mois: date) -> date:
    """The last month something is said of, the month declared included."""
    return max({mois, *_dates(gardees, ("mois", "mois"))})


def annees(gardees: Gardees, mois: date) -> list[int]:
    """The years whose results these declarations may change."""
    dits = ("mois", "mois"), ("mois", "fin_annulee"), ("bordereaux", "mois"), ("rejets", "mois")
    return sorted({mois.year, *(jour.year for jour in _dates(gardees, *dits))})


def _dates(gardees: Gardees, *dits: tuple[str, str]) -> set[date]:
    """What stands in some columns, each of a frame."""
    trouvees: set[date] = set()
    for nom, colonne in dits:
        if colonne in gardees[nom].columns:
            trouvees |= set(gardees[nom][colonne].drop_nulls().unique())
    return trouvees


def relus(gardees: Gardees) -> LotLu:
    """A lot again, from its frames."""
    tailles = {nom: _suivant(gardees, nom) for nom in _NUMEROS}
    lu = LotLu(tailles["etablissement"], tailles["declaration"])
    for nom in FRAMES:
        getattr(lu, nom).append(gardees[nom])
    return lu


def _suivant(gardees: Gardees, numero: str) -> int:
    return 1 + max(_numeros(gardees, numero), default=-1)


def _numeros(gardees: Gardees, numero: str) -> Iterator[int]:
    for frame in gardees.values():
        if numero in frame.columns and isinstance(dernier := frame[numero].max(), int):
            yield dernier
