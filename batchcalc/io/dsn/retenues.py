"""Across all files: which version of each declaration counts, and what past months take of it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from batchcalc.io.dsn import codes
from batchcalc.io.dsn.declarations import IDENTITE, RECENCE
from batchcalc.schema import CLE, COLONNES, ORIGINE, PHYSIQUE, complete, rejets

MOIS: Final = ("siret", "mois")
"""The key of what an employer does one month."""

ACCORDEES: Final = tuple(
    colonne.physique
    for colonne in COLONNES
    if not colonne.cumulable and colonne.genre != "jour" and colonne.nom not in CLE
)
"""Columns that neither add up nor date the contract."""

_MISES_A_PART: Final = ("msa", "remplacees", "annulees")

_APRES_TOUT: Final = 999_999
"""A month after all others, yyyymm."""


def identifiees(lues: pl.DataFrame) -> pl.DataFrame:
    """Monthly declarations of a known establishment and month."""
    return lues.filter(
        pl.col("nature").is_in(list(codes.NATURES_LUES)),
        pl.col("mois").is_not_null(),
        pl.col("siret").is_not_null(),
    )


def retenues(lues: pl.DataFrame, comptes: Counter[str]) -> pl.DataFrame:
    """The last version of each declaration, by establishment.

    Of declarations of one SIRET, month, nature, scope and fraction, the one with the highest order
    number counts; if it cancels, none does.
    """
    valables = identifiees(lues)
    generales = valables.filter(pl.col("champ") != codes.CHAMP_AGRICOLE)
    dernieres = _dernieres(generales)
    gardees = generales.join(dernieres, on=[*IDENTITE, "declaration"], how="semi")
    sans_annulees = gardees.filter(pl.col("type").fill_null(0) != codes.ANNULE)
    etapes = [valables, generales, gardees, sans_annulees]
    nombres = [etape["declaration"].n_unique() for etape in etapes]
    for nom, (avant, apres) in zip(_MISES_A_PART, pairwise(nombres), strict=True):
        comptes[f"declarations_{nom}"] += avant - apres
    comptes["declarations_retenues"] += nombres[-1]
    return sans_annulees


def en_double(lues: pl.DataFrame) -> pl.DataFrame:
    """The reject table of the declarations that nothing tells from the one that counts."""
    generales = identifiees(lues).filter(pl.col("champ") != codes.CHAMP_AGRICOLE)
    egales = generales.join(
        _dernieres(generales), on=[*IDENTITE, *RECENCE], nulls_equal=True, suffix="_gardee"
    ).filter(pl.col("declaration") != pl.col("declaration_gardee"))
    message = pl.format(
        "The declaration has the order number of another one of the same establishment and month,"
        " in {}: only that one was read. Remove one of the two files.",
        "fichier_gardee",
    )
    return rejets(
        egales.select("fichier", "ligne", "siret", "mois", message=message),
        colonne="",
        code="declaration-en-double",
        message=pl.col("message"),
    )


def _dernieres(generales: pl.DataFrame) -> pl.DataFrame:
    return (
        generales.sort(*RECENCE, "fichier", "ligne", descending=True, nulls_last=True)
        .group_by(IDENTITE, maintain_order=True)
        .agg(pl.first("declaration", "fichier", *RECENCE))
    )


def sommes_bordereaux(bordereaux: pl.DataFrame) -> pl.DataFrame:
    """Amounts by SIRET, month, CTP and qualifiant."""
    montants = ("assiette_cents", "montant_cents")
    cles = ("siret", "mois", "ctp", "qualifiant")
    sommes = bordereaux.group_by(cles).agg(pl.col(montants).sum())
    return sommes.sort(pl.col("siret").cast(pl.Int64), *cles[1:])


def avec_fnal(mois: pl.DataFrame, lignes: pl.DataFrame) -> pl.DataFrame:
    """Fill the FNAL rate where the contract does not tell it.

    From the bordereau of the month, else from the other contracts of the establishment that month,
    else from those of its year: the size class does not change within one (L.130-1).
    """
    dit = "fnal_e4" if "fnal_e4" in mois.columns else pl.lit(None, pl.Int64)
    cles = mois.select(*MOIS, fnal_e4=dit, annee=pl.col("mois").dt.year())
    muettes = cles.with_row_index("rang").filter(pl.col("fnal_e4").is_null())
    if muettes.is_empty():
        return mois
    # Those that tell it are many, those that do not are few and of few establishments.
    dits = cles.drop_nulls().filter(pl.col("siret").is_in(muettes["siret"].unique().implode()))
    ctp = lignes.select(*MOIS, fnal_e4=_fnal_du_ctp()).drop_nulls()
    for source, par in ((ctp, MOIS), (dits, MOIS), (dits, ("siret", "annee"))):
        seuls = source.group_by(par).agg(ailleurs=_unanime("fnal_e4"))
        muettes = muettes.join(seuls, on=par, how="left", maintain_order="left")
        muettes = muettes.with_columns(pl.coalesce("fnal_e4", "ailleurs")).drop("ailleurs")
    return mois.with_columns(cles["fnal_e4"].scatter(muettes["rang"], muettes["fnal_e4"]))


def _fnal_du_ctp() -> pl.Expr:
    return pl.col("ctp").replace_strict(codes.FNAL_PAR_CTP, default=None, return_dtype=pl.Int64)


def _unanime(nom: str) -> pl.Expr:
    return pl.when(pl.col(nom).min() == pl.col(nom).max()).then(pl.col(nom).first())


def sans_fins_annulees(mois: pl.DataFrame) -> pl.DataFrame:
    """Forget the ends of contracts that a later declaration cancels."""
    if "fin_annulee" not in mois.columns or "fin_contrat" not in mois.columns:
        return mois
    contrat = list(CLE[:3])
    annulees = mois.drop_nulls("fin_annulee")
    cles = annulees.select(*contrat, fin_contrat="fin_annulee", annulee=True).unique()
    fins = (
        mois.select(*contrat, "fin_contrat")
        .join(cles, on=[*contrat, "fin_contrat"], how="left", maintain_order="left")
        .select(pl.when(pl.col("annulee").is_null()).then("fin_contrat"))
    )
    return mois.with_columns(fins)


def corriges(mois: pl.DataFrame) -> pl.Series:
    """Which rows are of a contract and month that a later declaration corrects."""
    corrections = mois.filter(pl.col("yyyymm") != pl.col("mois_declare")).select(CLE).unique()
    # The persons first: they are few.
    siennes = mois.select(CLE).with_row_index("rang")
    siennes = siennes.filter(pl.col("salarie").is_in(corrections["salarie"].implode()))
    marques = np.zeros(mois.height, np.bool_)
    marques[siennes.join(corrections, on=CLE, how="semi")["rang"].to_numpy()] = True
    return pl.Series(marques)


def corrections_accordees(vises: pl.DataFrame) -> pl.DataFrame:
    """Let the corrections of a past month say nothing but their amounts.

    What the declaration of the month itself says of the contract holds; where it was not read,
    what the latest correction says. An exemption that any of them shows excludes the month, but
    what the contract has become since does not.
    """
    declare = pl.col("mois_declare")
    recence = pl.when(declare != pl.col("yyyymm")).then(declare).otherwise(_APRES_TOUT)
    fait_foi = recence == recence.max().over(CLE)
    motif, exclu = pl.col("motif_exclusion"), pl.lit("exclu")
    vaut = fait_foi | motif.is_in(codes.MOTIFS_D_EXONERATION)
    motif_du_mois = pl.when(vaut).then(motif).drop_nulls().first().over(CLE)
    reduits = pl.when(vaut).then("regime_bandeaux").drop_nulls().first().over(CLE)
    ouvert = pl.when(pl.col("perimetre") != exclu).then("perimetre")
    return vises.with_columns(
        motif_exclusion=motif_du_mois,
        regime_bandeaux=reduits,
        perimetre=pl.when(motif_du_mois.is_not_null()).then(exclu).otherwise(ouvert),
    ).with_columns(pl.when(fait_foi).then(nom) for nom in ACCORDEES)


def sans_corrections_isolees(vises: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split off the corrections of a month that was not read, where they give no SMIC term.

    Pay that is only a difference, against the SMIC of a whole month, would give a wrong reduction.
    """
    isolee = (
        (pl.col("yyyymm") != pl.col("mois_declare")).all()
        & pl.col("smic_retenu_cents").is_null().all()
        & (pl.col("perimetre").fill_null("") != "exclu").all()
    ).over(CLE)
    marque = vises.select(isolee.alias("isolee")).to_series()
    isolees = rejets(
        vises.filter(marque),
        colonne="S21.G00.78.002",
        code="correction-isolee",
        message="The base corrects a month whose own declaration was not given, and has no SMIC"
        " term: what it changes cannot be computed. Give the file of that month too.",
    )
    return vises.filter(~marque), isolees


def completes(mois: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that no contract-month fills: one null each, whatever the number of rows."""
    if mois.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    absentes = (
        pl.lit(None, dtype).alias(nom) for nom, dtype in _SCHEMA.items() if nom not in mois.columns
    )
    return mois.with_columns(absentes)


def ranges(mois: pl.DataFrame) -> pl.DataFrame:
    """The physical columns that hold something, `fichier` and `ligne`, sorted by key and place.

    Rows without `rang_fichier` are left out. Rows move once, one column at a time: the order is
    worked out on the keys alone.
    """
    presentes = [colonne.physique for colonne in COLONNES if colonne.physique in mois.columns]
    siret = pl.col("siret").cast(pl.Int64)  # shorter, in the same order
    cles = mois.select(siret, *CLE[1:], "rang_fichier", "ligne").with_row_index("rang")
    par = cles.columns[1:]
    ordre = cles.drop_nulls("rang_fichier").sort(par)["rang"]
    return pl.DataFrame([mois[nom].gather(ordre) for nom in (*presentes, *ORIGINE)])


def physiques(mois: pl.DataFrame) -> pl.DataFrame:
    """All the physical columns: the one place that fills those that hold nothing."""
    return complete(completes(mois).with_columns(pl.col("ligne").cast(pl.UInt32)))


_SCHEMA: Final = {
    **dict.fromkeys(("etablissement", "mois_declare", "yyyymm", "ligne"), pl.Int64()),
    "fin_annulee": pl.Date(),
    "rang_fichier": pl.UInt32(),
    **{nom: dtype for nom, dtype in PHYSIQUE.items() if nom != "ligne"},
}
"""Columns of contract-months before it is known what counts."""
