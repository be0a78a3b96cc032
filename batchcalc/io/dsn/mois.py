"""From the rows of a lot to contract-months: what is declared, on the month it is about."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.io.dsn import codes
from batchcalc.io.dsn.contrats import contrats
from batchcalc.io.dsn.erreurs import PERDUE, Erreurs, touches
from batchcalc.io.dsn.frames import colonnes, premier, sans_vides
from batchcalc.io.dsn.lot import Lot
from batchcalc.io.dsn.sommes import DFS, FRAIS, MONTANTS, PPV, REMUNERATION, Sommes, sommes
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v


def mois_contrat(lot: Lot, fautes: Erreurs) -> tuple[pl.DataFrame, dict[str, int]]:
    """Contract-months of the persons in the tables.

    Returns:
        One row a contract and month of each declaration: what `contrats` gives, the amounts, and
        `mois`, `ligne`, `fnal_e4`, `perimetre`, `motif_exclusion`, without the columns that hold
        nothing; and counts of what is left out.
    """
    toutes = sommes(lot)
    paye = (toutes.somme(REMUNERATION) != v.NULL) | (toutes.somme(PPV) != v.NULL)
    payees = toutes.sont(np.flatnonzero(paye))
    sans_base = np.ones(lot.tables.nombre(k.CONTRAT), np.bool_)
    sans_base[payees.contrat] = False
    bloques = _bloques(lot, payees, fautes)
    lignes = payees.sont(np.flatnonzero(~bloques))
    pleines = lignes.sont(np.flatnonzero(~_bases_vides(lot, lignes)))
    comptes = {
        "contrats_sans_base": int(sans_base.sum()),
        "mois_sans_base": len(toutes) - len(payees),
        "mois_ecartes": int(bloques.sum()),
        "bases_nulles": len(lignes) - len(pleines),
    }
    return _mois(lot, pleines), comptes


def _bloques(lot: Lot, payees: Sommes, fautes: Erreurs) -> NDArray[np.bool_]:
    """Contract-months that something wrong keeps from being used."""
    rangs, mois = payees.contrat, payees.mois
    personnes = lot.tables.parents(k.CONTRAT)
    bloques = touches(fautes, personnes[rangs], rangs, mois)
    sans_base = payees.somme(REMUNERATION) == v.NULL
    perdues = fautes.bloque == PERDUE
    fins = lot.fin_de_contrat() // 100
    debuts = lot.tables.colonne(k.CONTRAT, "debut") // 100
    for individu, un_mois in set(
        zip(fautes.individu[perdues].tolist(), fautes.mois[perdues].tolist(), strict=True)
    ):
        siens = (personnes[rangs] == individu) & (mois == un_mois)
        en_vigueur = (personnes == individu) & (debuts <= un_mois) & (fins >= un_mois)
        complets = np.isin(np.flatnonzero(en_vigueur), rangs[siens & ~sans_base]).all()
        bloques |= siens & (complets | sans_base)
    return bloques


def _bases_vides(lot: Lot, lignes: Sommes) -> NDArray[np.bool_]:
    """Bases of 0.00 for a past month with nothing else: a habit of some software."""
    declare = lot.mois_declare(lot.tables.parents(k.CONTRAT)[lignes.contrat])
    seules = (lignes.montants != v.NULL).sum(axis=1) == 1
    return np.asarray((lignes.mois != declare) & (lignes.somme(REMUNERATION) == 0) & seules)


def _mois(lot: Lot, lignes: Sommes) -> pl.DataFrame:
    lues = {nom: lignes.somme(nom) for nom in MONTANTS}
    lues |= {"yyyymm": lignes.mois, "ligne": lignes.ligne, "fnal_e4": lignes.fnal_e4}
    lues |= {"exoneration": lignes.exoneration}
    montants = colonnes(lues)
    return sans_vides(_avec_perimetre(contrats(lot, lignes.contrat).hstack(montants)))


def _avec_perimetre(lignes: pl.DataFrame) -> pl.DataFrame:
    motif, suite = _expressions()
    return lignes.with_columns(motif).select(pl.exclude(_PASSAGERES), *suite)


_PASSAGERES: Final = (
    *("motif", "statutaire", "apprenti", "complet", "exoneration"),
    *(REMUNERATION, DFS, FRAIS),
)
"""Columns that end here."""


@cache
def _expressions() -> tuple[pl.Expr, list[pl.Expr]]:
    """Why a month is excluded, then what follows from it: built once, for each lot needs them."""
    annee = pl.col("yyyymm") // 100
    motif = pl.coalesce(
        "motif",
        pl.when(pl.col("apprenti") & (annee <= codes.DERNIERE_ANNEE_APPRENTI)).then(
            pl.lit("apprenti_2018")
        ),
        pl.col("exoneration").replace_strict(
            codes.EXONERATIONS, default=None, return_dtype=pl.String
        ),
    )
    complet = (annee == codes.ANNEE_COMPLETE) & (pl.col("apprenti") | pl.col("complet"))
    remuneration = pl.col(REMUNERATION)
    suite = {
        "mois": premier(pl.col("yyyymm")),
        "regime_bandeaux": _regime_bandeaux(annee),
        "perimetre": pl.when(pl.col("motif_exclusion").is_not_null())
        .then(pl.lit("exclu"))
        .when(complet)
        .then(pl.lit("complet_2019")),
        REMUNERATION: remuneration.fill_null(0),
        "remuneration_sans_dfs_cents": remuneration + pl.col(DFS) - pl.col(FRAIS).fill_null(0),
    }
    return motif.alias("motif_exclusion"), [expr.alias(nom) for nom, expr in suite.items()]


def _regime_bandeaux(annee: pl.Expr) -> pl.Expr:
    """Which reduced rates of maladie and famille an excluded month keeps.

    Nothing says what statutory staff had before 2026: law of that year alone names them.
    """
    motif = pl.col("motif_exclusion")
    residuel = (annee >= codes.PREMIERE_ANNEE_RESIDUELLE) & pl.col("statutaire")
    return (
        pl.when(motif.is_in(codes.TAUX_REDUITS_GARDES))
        .then(pl.lit("exoneration"))
        .when((motif == codes.REGIME_SPECIAL) & residuel)
        .then(pl.lit("regime_special"))
    )
