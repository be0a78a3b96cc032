"""Rows that cannot be used: the reject table, and how a fault becomes one of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Final

import polars as pl

from batchcalc.schema.colonnes import SIRET
from batchcalc.schema.raisons import CONTROLE, LONGUEUR_MAXIMALE, NIR

REJETS: Final = pl.Schema(
    {
        "fichier": pl.String(),
        "ligne": pl.UInt32(),
        "siret": pl.String(),
        "contrat": pl.String(),
        "mois": pl.Date(),
        "colonne": pl.String(),
        "valeur": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
    }
)
"""Columns of the reject table. The person is never one of them."""


@dataclass(frozen=True, slots=True)
class Rejet:
    """One row that cannot be used.

    Attributes:
        fichier, ligne: where it comes from.
        siret, contrat, mois: whose row it is, as far as they could be read.
        colonne: the column at fault; empty where the whole line is.
        valeur: what it holds; None where it cannot be shown.
        code: stable reason (kebab-case).
        message: what is wrong and what to do, in a sentence or two.
    """

    fichier: str | None
    ligne: int | None
    siret: str | None
    contrat: str | None
    mois: date | None
    colonne: str
    valeur: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Faute:
    """One way a row can be wrong.

    Attributes:
        colonne, code, message: as in `Rejet`.
        quand: true on the rows at fault (null counts as false).
        valeur: the text to show; None for a value that must not be shown.
        absente: aggregate that is true when no row is at fault, where there is a cheaper one than
            to look at every row.
    """

    colonne: str
    code: str
    message: str
    quand: pl.Expr
    valeur: pl.Expr | None = None
    absente: pl.Expr | None = None


_AUCUN: Final = pl.DataFrame(schema=REJETS)


def no_rejets() -> pl.DataFrame:
    """An empty reject table."""
    return _AUCUN.clone()


def tous_les_rejets(*parts: pl.DataFrame) -> pl.DataFrame:
    """Reject tables one after the other: mostly none holds anything."""
    pleines = [part for part in parts if part.height]
    return pl.concat(pleines) if pleines else no_rejets()


def rejets(
    frame: pl.DataFrame,
    *,
    colonne: str | pl.Expr,
    code: str | pl.Expr,
    message: str | pl.Expr,
    valeur: pl.Expr | None = None,
) -> pl.DataFrame:
    """The reject table of all the rows of a physical frame, whatever columns it lacks."""
    present = frame.columns
    siret, contrat = (
        pl.col(nom) if nom in present else pl.lit(None, pl.String) for nom in ("siret", "contrat")
    )
    montre = {
        "siret": pl.when(siret.str.contains(SIRET)).then(siret),
        "contrat": montrable(contrat),
        "colonne": _expr(colonne),
        "valeur": pl.lit(None) if valeur is None else montrable(valeur),
        "code": _expr(code),
        "message": _expr(message),
    }
    autres = (nom for nom in REJETS if nom not in montre)
    montre |= {nom: pl.col(nom) if nom in present else pl.lit(None) for nom in autres}
    return frame.select(montre[nom].cast(dtype).alias(nom) for nom, dtype in REJETS.items())


def from_rejets(lignes: Iterable[Rejet]) -> pl.DataFrame:
    """The reject table of rejects found one by one."""
    return pl.DataFrame([astuple(rejet) for rejet in lignes], schema=REJETS, orient="row")


def montrable(texte: pl.Expr) -> pl.Expr:
    """Text fit to be shown: no control character, short, and null where it looks like a NIR."""
    court = texte.str.replace_all(CONTROLE, "").str.slice(0, LONGUEUR_MAXIMALE)
    return pl.when(~texte.str.contains(NIR)).then(court)


def separe(frame: pl.DataFrame, fautes: Sequence[Faute]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a frame into the rows without fault and the rejects, by the first fault of each row."""
    presentes = _presentes(frame, fautes)
    if not presentes:
        return frame, no_rejets()
    fautif = frame.select(
        pl.any_horizontal(faute.quand.fill_null(value=False) for faute in presentes).alias("faute")
    ).to_series()
    return frame.filter(~fautif), premieres_fautes(frame.filter(fautif), presentes)


def premieres_fautes(frame: pl.DataFrame, fautes: Sequence[Faute]) -> pl.DataFrame:
    """The reject table of rows that each have one of `fautes`: the first of them is reported."""
    rang = pl.coalesce(
        pl.when(faute.quand).then(pl.lit(i, pl.UInt32)) for i, faute in enumerate(fautes)
    )
    valeur = (
        pl.coalesce(
            pl.when(pl.col("rang") == i).then(faute.valeur)
            for i, faute in enumerate(fautes)
            if faute.valeur is not None
        )
        if any(faute.valeur is not None for faute in fautes)
        else None
    )

    def choisi(attribut: str) -> pl.Expr:
        textes = pl.Series([getattr(faute, attribut) for faute in fautes], dtype=pl.String)
        return pl.lit(textes).gather(pl.col("rang"))

    return rejets(
        frame.with_columns(rang.alias("rang")),
        colonne=choisi("colonne"),
        code=choisi("code"),
        message=choisi("message"),
        valeur=valeur,
    )


def _presentes(frame: pl.DataFrame, fautes: Sequence[Faute]) -> list[Faute]:
    """The faults some row has: one pass of cheap aggregates, all columns at once."""
    absentes = frame.select(
        (~faute.quand.any() if faute.absente is None else faute.absente).alias(str(i))
        for i, faute in enumerate(fautes)
    )
    if absentes.is_empty():
        return []
    return [faute for faute, absente in zip(fautes, absentes.row(0), strict=True) if not absente]


def _expr(valeur: str | pl.Expr) -> pl.Expr:
    return pl.lit(valeur) if isinstance(valeur, str) else valeur
