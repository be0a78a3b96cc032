"""What is wrong in DSN files, told as rows of the reject table."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from batchcalc.io.dsn import erreurs as e
from batchcalc.io.dsn.frames import choisis, premier
from batchcalc.io.dsn.lot import RIEN, SIRET, Lot
from batchcalc.io.dsn.rubriques import rubrique
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v
from batchcalc.schema import no_rejets, rejets

_ECARTE: Final = " What it belongs to is left out."

RAISONS: Final[dict[int, tuple[str, str]]] = {
    v.BAD_KEY: (
        "cle-invalide",
        "The line does not start with a rubrique like S21.G00.30.001. Export the file anew; if it"
        " was edited, undo the edit. The person it belongs to is left out.",
    ),
    v.BAD_QUOTES: (
        "apostrophes-absentes",
        "The value does not stand between apostrophes: S21.G00.30.001,'value'. Export the file"
        " anew." + _ECARTE,
    ),
    v.BAD_DECIMAL: (
        "montant-invalide",
        "The number is not digits, a point and two decimals, with - for a negative one. Correct"
        " it in the payroll software." + _ECARTE,
    ),
    v.TOO_MANY_DIGITS: (
        "nombre-trop-grand",
        "The number has more digits than any amount. Correct it in the payroll software." + _ECARTE,
    ),
    v.BAD_DATE: (
        "date-invalide",
        "The date is not a day of the calendar written JJMMAAAA. Correct it in the payroll"
        " software." + _ECARTE,
    ),
    v.BAD_INTEGER: (
        "code-invalide",
        "The code or number is not digits. Correct it in the payroll software." + _ECARTE,
    ),
    v.BAD_TEXT: (
        "texte-invalide",
        "The text is too long or holds control characters. Correct it in the payroll software."
        + _ECARTE,
    ),
    v.ORPHAN: (
        "bloc-orphelin",
        "The block stands without the block it belongs to: lines before it are missing. Export"
        " the file anew." + _ECARTE,
    ),
    e.ABSENT: (
        "rubrique-absente",
        "The rubrique is missing or empty. Complete it in the payroll software." + _ECARTE,
    ),
    e.SANS_CONTRAT: (
        "base-sans-contrat",
        "The amount names no contract and the person has several. Give the contract number in"
        " the payroll software; the amount is left out.",
    ),
    e.CONTRAT_INCONNU: (
        "contrat-inconnu",
        "The amount names a contract the person does not have in this declaration. Make the"
        " contract numbers agree; the amount is left out.",
    ),
    e.CONTRAT_EN_DOUBLE: (
        "contrat-en-double",
        "Two contracts of the person have the same number and the same first day. Number them"
        " apart; both are left out.",
    ),
}
"""Code and sentence of each reason."""


def rejets_des_erreurs(lot: Lot, fautes: e.Erreurs) -> pl.DataFrame:
    """The reject table of errors, and `declaration`: the row of the one they are in, or null."""
    dites = fautes.code != e.MUET
    if not dites.any():
        return no_rejets().with_columns(declaration=pl.lit(None, pl.Int64))
    fautes = e.Erreurs(*(colonne[dites] for colonne in fautes))
    lues, declarations = fautes.lue, fautes.declaration
    fichier = _a(lot.fichier(k.DECLARATION), declarations)
    fichier[lues > RIEN] = lot.fichier(k.ERREUR)[lues[lues > RIEN]]
    etablissements = _a(lot.tables.parents(k.INDIVIDU), fautes.individu)
    situees = pl.DataFrame(
        {
            "fichier": choisis(pl.Series(lot.fichiers, dtype=pl.String), fichier),
            "ligne": fautes.ligne,
            "siret": choisis(lot.textes(k.ETABLISSEMENT, SIRET), etablissements),
            "contrat": choisis(lot.textes(k.CONTRAT, "numero"), fautes.contrat),
            "yyyymm": fautes.mois,
            "colonne": pl.Series([rubrique(cle) for cle in fautes.cle.tolist()], dtype=pl.String),
            "valeur": choisis(lot.textes(k.ERREUR, "valeur"), lues),
            "raison": fautes.code,
        }
    ).with_columns(mois=premier(pl.when(pl.col("yyyymm") > 0).then("yyyymm")))
    table = rejets(
        situees,
        colonne=pl.col("colonne").fill_null(""),
        code=_raison(0),
        message=_raison(1),
        valeur=pl.col("valeur"),
    )
    retrouvees = pl.when(pl.col("declaration") > RIEN).then("declaration")
    return table.with_columns(declaration=pl.Series(declarations)).with_columns(
        declaration=retrouvees
    )


def _raison(rang: int) -> pl.Expr:
    textes = {code: raison[rang] for code, raison in RAISONS.items()}
    return pl.col("raison").replace_strict(textes, return_dtype=pl.String)


def _a(colonne: Entiers, rangs: Entiers) -> Entiers:
    """Values at some rows, RIEN where there is none to take."""
    valeurs = np.full_like(rangs, RIEN)
    valeurs[rangs > RIEN] = colonne[rangs[rangs > RIEN]]
    return valeurs
