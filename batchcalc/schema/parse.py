"""Reading the input columns: text, integers, floats, decimals and dates into physical columns.

Each column is first tested as a whole (is every cell plainly written?) and only a column that is
not goes through trimming and the decimal comma: twelve million plain cells cost one regular
expression and one cast. A cell that holds something and gives no value is a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from batchcalc.schema.accept import TEXTES, colonnes_inconnues
from batchcalc.schema.calendrier import premiers_du_mois
from batchcalc.schema.colonnes import COLONNES, Colonne
from batchcalc.schema.decimals import entiers
from batchcalc.schema.fautes import Faute, no_rejets, premieres_fautes
from batchcalc.schema.ordre import CONTRAT, Reperes, des_suivis, en_jours, suivis
from batchcalc.schema.raisons import (
    CHIFFRES,
    DECIMALES,
    JOUR,
    TROP_LONG,
    date_illisible,
    nombre,
    nombre_illisible,
    trop_de_chiffres,
    trop_de_decimales,
)


class Normalise(NamedTuple):
    """A table read.

    Attributes:
        physique: the rows that can be read, in physical columns: those the table has and no other.
        rejets: the other rows.
        reperes: where the keys change in `physique`, if it was found on the way.
    """

    physique: pl.DataFrame
    rejets: pl.DataFrame
    reperes: Reperes | None


def normalise(frame: pl.DataFrame | pl.LazyFrame) -> Normalise:
    """Read a table with the contract's column names into physical columns.

    Args:
        frame: columns of the contract, as text or typed, with `fichier` and `ligne`; other columns
            are ignored.

    Returns:
        The rows that can be read, in the order given, and the rejects.

    Raises:
        SchemaError: as `colonnes_inconnues`.
    """
    brut = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    colonnes_inconnues(brut.schema, _fichier(brut))
    dtypes = brut.schema
    a_ecrire = [
        col.nom
        for col in COLONNES
        if (isinstance(dtypes.get(col.nom), TEXTES) or col.nom in CONTRAT)
        and dtypes[col.nom] != pl.String
    ]
    if a_ecrire:
        brut = brut.with_columns(pl.col(a_ecrire).cast(pl.String))
    suivies = suivis(brut)
    soignees = _soignees(brut)
    soignees |= {nom for nom, suivie in zip(CONTRAT, suivies, strict=True) if suivie.soignee}
    physique = brut.select(
        *(
            _lecture(brut.get_column(col.nom), col, soignee=col.nom in soignees).alias(col.physique)
            for col in COLONNES
            if col.nom in dtypes
        ),
        *_origine(brut),
    )
    bonnes, rejets = _sans_illisibles(brut, physique)
    fideles = not rejets.height and soignees.issuperset(CONTRAT)
    return Normalise(bonnes, rejets, des_suivis(suivies) if fideles else None)


def vide() -> pl.DataFrame:
    """A physical frame without a row."""
    requises = {col.nom: pl.String() for col in COLONNES if col.requise}
    return normalise(pl.DataFrame(schema=requises))[0]


def _fichier(brut: pl.DataFrame) -> str:
    if "fichier" in brut.columns and brut.height:
        return str(brut.get_column("fichier")[0])
    return "<frame>"


def _origine(brut: pl.DataFrame) -> list[pl.Expr]:
    fichier = pl.col("fichier") if "fichier" in brut.columns else pl.lit(None)
    ligne = pl.col("ligne") if "ligne" in brut.columns else pl.int_range(1, pl.len() + 1)
    return [fichier.cast(pl.String).alias("fichier"), ligne.cast(pl.UInt32).alias("ligne")]


# --- Columns as a whole ---------------------------------------------------------------------------


def _soignees(brut: pl.DataFrame) -> set[str]:
    """Text columns, but the key, of which every cell is plain: no blanks around, decimal point."""
    dtypes = brut.schema
    textes = [
        c
        for c in COLONNES
        if dtypes.get(c.nom) == pl.String and c.genre != "mois" and c.nom not in CONTRAT
    ]
    if not textes:
        return set()
    tests = brut.select(_est_soignee(c).alias(c.nom) for c in textes)
    return {nom for nom, soignee in tests.row(0, named=True).items() if soignee}


def _est_soignee(colonne: Colonne) -> pl.Expr:
    cellules = pl.col(colonne.nom)
    # Equal cells mostly stand together: one of each run is enough.
    cellules = cellules.filter(cellules.ne_missing(cellules.shift()))
    if colonne.numerique:
        return cellules.str.contains(rf"^(?:{nombre(colonne)})?$").all()
    longueur = cellules.str.len_bytes()
    sans_blancs = (cellules.str.strip_chars().str.len_bytes() == longueur).all()
    return sans_blancs & (longueur > 0).all()


# --- Cells ----------------------------------------------------------------------------------------


def _lecture(cellules: pl.Series, colonne: Colonne, *, soignee: bool) -> pl.Expr:
    """The physical column; null where the cell is empty or cannot be read."""
    cellule, dtype = pl.col(colonne.nom), cellules.dtype
    if colonne.numerique:
        if dtype == pl.String:
            return _entier_de_texte(cellule, colonne, soignee=soignee)
        court = _entier_court(cellules, colonne.echelle)
        return _entier(cellule, dtype, colonne.echelle) if court is None else pl.lit(court)
    if colonne.genre in ("mois", "jour"):
        jours = _jours(cellules)
        return pl.lit(_premiers(jours) if colonne.genre == "mois" else jours)
    return cellule if soignee else _propre(cellule.cast(pl.String))


def _premiers(jours: pl.Series) -> pl.Series:
    """The first day of the month of each day."""
    if jours.has_nulls():
        return jours.dt.month_start()
    return pl.Series(jours.name, premiers_du_mois(en_jours(jours))).cast(pl.Date)


def _propre(texte: pl.Expr) -> pl.Expr:
    """Text without the blanks around it; null where nothing is left."""
    return texte.str.strip_chars().replace("", None)


def _entier_de_texte(cellule: pl.Expr, colonne: Colonne, *, soignee: bool) -> pl.Expr:
    if not soignee:
        texte = _point(cellule)
        cellule = pl.when(texte.str.contains(f"^{nombre(colonne)}$")).then(texte)
    decimales: pl.Expr = cellule.cast(
        pl.Decimal(CHIFFRES + colonne.echelle, colonne.echelle), strict=False
    )
    return decimales.to_physical().cast(pl.Int64)


def _point(cellule: pl.Expr) -> pl.Expr:
    """Text of a number without blanks around, with a decimal point."""
    return cellule.str.strip_chars().str.replace(",", ".", literal=True)


def _entier_court(cellules: pl.Series, echelle: int) -> pl.Series | None:
    """A column of integers or decimals that can all be scaled as they are; None if one cannot."""
    dtype = cellules.dtype
    source = _decimales(dtype)
    if not (dtype.is_integer() or dtype.is_decimal()) or source > echelle:
        return None
    limite: int = 10 ** (CHIFFRES + source)
    facteur: int = 10 ** (echelle - source)
    if dtype.is_decimal():
        return entiers(cellules, limite, facteur)
    lus = cellules.cast(pl.Int64, strict=False)
    bornes = lus.min(), lus.max()
    if lus.null_count() > cellules.null_count() or any(
        isinstance(borne, int) and abs(borne) >= limite for borne in bornes
    ):
        return None
    return lus * facteur


def _decimales(dtype: pl.DataType) -> int:
    return dtype.scale if isinstance(dtype, pl.Decimal) else 0


def _entier(cellule: pl.Expr, dtype: pl.DataType, echelle: int) -> pl.Expr:
    """A typed number in units of its last decimal; null where that would round it."""
    if dtype == pl.Float64:
        return _entier_de_flottant(cellule, echelle)
    source = _decimales(dtype)
    unites = cellule.to_physical().cast(pl.Int128)
    borne = pl.lit(10 ** min(CHIFFRES + source, 38), pl.Int128)
    valable = unites.is_between(-borne, borne, closed="none")
    if source > echelle:
        diviseur = pl.lit(10 ** (source - echelle), pl.Int128)
        exact = unites // diviseur
        return pl.when(valable & (exact * diviseur == unites)).then(exact).cast(pl.Int64)
    facteur: int = 10 ** (echelle - source)
    return pl.when(valable).then(unites).cast(pl.Int64) * facteur


def _entier_de_flottant(cellule: pl.Expr, echelle: int) -> pl.Expr:
    """A float that is the nearest one to a number of `echelle` decimals, else null."""
    facteur = 10.0**echelle
    unites = (cellule * facteur).round()
    # From 2**52 on, two numbers of that many decimals may be one float.
    exact = (unites.abs() < 2.0**52) & (unites / facteur == cellule)
    return pl.when(exact).then(unites).cast(pl.Int64, strict=False)


def _jours(cellules: pl.Series) -> pl.Series:
    """Dates; of those written as YYYY-MM or YYYY-MM-DD, the few distinct texts are read."""
    if cellules.dtype == pl.Date:
        return cellules
    if cellules.dtype != pl.String:
        return cellules.dt.date()
    if cellules.is_empty():
        return cellules.cast(pl.Date)
    textes = cellules.unique()
    entier = pl.col("t").str.strip_chars()
    lus = textes.to_frame("t").select(
        "t",
        jour=pl.when(entier.str.contains(JOUR))
        .then(pl.when(entier.str.len_bytes() == 7).then(entier + "-01").otherwise(entier))
        .str.to_date("%Y-%m-%d", strict=False),
    )
    return cellules.replace_strict(lus["t"], lus["jour"], return_dtype=pl.Date)


# --- Faults ---------------------------------------------------------------------------------------


def _sans_illisibles(
    brut: pl.DataFrame, physique: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split off the rows with a cell that holds something and gave no value."""
    presentes = set(brut.columns)
    suspectes = [
        col
        for col in COLONNES
        if col.nom in presentes
        and physique.get_column(col.physique).null_count() > brut.get_column(col.nom).null_count()
    ]
    marques = pl.DataFrame([_illisible(brut, physique, col) for col in suspectes])
    if not suspectes or not (fautif := marques.select(pl.any_horizontal("*")).to_series()).any():
        return physique, no_rejets()
    lignes = pl.concat(
        [
            physique.filter(fautif),
            marques.filter(fautif),
            brut.filter(fautif).select(
                pl.col(col.nom).cast(pl.String).alias(f"texte {col.nom}") for col in suspectes
            ),
        ],
        how="horizontal",
    )
    fautes = [faute for col in suspectes for faute in _fautes(col)]
    return physique.filter(~fautif), premieres_fautes(lignes, fautes)


def _illisible(brut: pl.DataFrame, physique: pl.DataFrame, colonne: Colonne) -> pl.Series:
    cellule = brut.get_column(colonne.nom)
    rempli = cellule.is_not_null()
    if cellule.dtype == pl.String:
        rempli &= cellule.str.strip_chars().fill_null("") != ""
    return (rempli & physique.get_column(colonne.physique).is_null()).alias(f"faute {colonne.nom}")


def _fautes(colonne: Colonne) -> Sequence[Faute]:
    """Why a cell of the column could not be read, the most precise reason first."""
    texte = pl.col(f"texte {colonne.nom}")
    marque = pl.col(f"faute {colonne.nom}")
    if not colonne.numerique:
        return [Faute(*date_illisible(colonne), marque, texte)]
    ecrit = _point(texte)
    return [
        Faute(*trop_de_chiffres(colonne), marque & ecrit.str.contains(TROP_LONG), texte),
        Faute(*trop_de_decimales(colonne), marque & ecrit.str.contains(DECIMALES), texte),
        Faute(*nombre_illisible(colonne), marque, texte),
    ]
