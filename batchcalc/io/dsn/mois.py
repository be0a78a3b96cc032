"""From the rows of a lot to contract-months: pay, bases and what hangs under them, added up."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.io.dsn import codes
from batchcalc.io.dsn.contrats import contrats
from batchcalc.io.dsn.erreurs import PERDUE, Erreurs, touches
from batchcalc.io.dsn.frames import choisis, frame, premier
from batchcalc.io.dsn.lot import RIEN, Lot
from batchcalc.kernels import dsn_rows as k

CLE: Final = ("rang", "yyyymm")
"""Contract (its row) and month."""

REMUNERATION: Final = "remuneration_cents"
SOUS_BASE: Final = ("smic_retenu_cents", *codes.COTISATIONS_DECLAREES.values())
CRPCEN: Final = " crpcen"
"""The same under the base of notaries' staff: used where nothing is under the déplafonnée one."""

MONTANTS: Final = (
    REMUNERATION,
    *SOUS_BASE,
    *(nom + CRPCEN for nom in SOUS_BASE),
    "remuneration_due_cents",
    "remuneration_habituelle_cents",
    "heures_supplementaires_e4",
    "ppv_cents",
    "dfs_cents",
    "frais_cents",
)
AUTRES: Final = ("ligne", "ligne_prime", "fnal_e4", "exoneration")


def mois_contrat(lot: Lot, fautes: Erreurs) -> tuple[pl.DataFrame, dict[str, int]]:
    """Contract-months of the persons in the tables.

    Returns:
        One row a contract and month of each declaration: what `contrats` gives, the amounts, and
        `mois`, `ligne`, `fnal_e4`, `perimetre`, `motif_exclusion`; and counts of what is left out.
    """
    sommes = _sommes(lot)
    payees = sommes.filter(pl.col(REMUNERATION).is_not_null() | pl.col("ppv_cents").is_not_null())
    bloques = _bloques(lot, payees, fautes)
    lignes = payees.filter(~pl.Series(bloques))
    lignes = lignes.hstack(contrats(lot)[lignes["rang"]])
    pleines = lignes.filter(~_base_vide())
    comptes = {
        "contrats_sans_base": lot.tables.nombre(k.CONTRAT) - payees["rang"].n_unique(),
        "mois_sans_base": sommes.height - payees.height,
        "mois_ecartes": int(bloques.sum()),
        "bases_nulles": lignes.height - pleines.height,
    }
    return _avec_perimetre(pleines), comptes


def _sommes(lot: Lot) -> pl.DataFrame:
    """Amounts by contract and month; null where there is nothing to add."""
    bases = _situe(lot, k.BASE)
    parties = [_bases(bases), _composants(lot, bases), _cotisations(lot, bases)]
    parties += [_remunerations(lot), _primes(lot), _revenus(lot)]
    vide = pl.DataFrame(schema=dict.fromkeys([*CLE, *AUTRES, *MONTANTS], pl.Int64))
    lignes = pl.concat([vide, *parties], how="diagonal")
    nombres = [f"{nom} nombre" for nom in MONTANTS]
    sommes = (
        lignes.filter(pl.col("rang") > RIEN, pl.col("yyyymm") > 0)
        .group_by(CLE, maintain_order=True)
        .agg(
            pl.min("ligne", "ligne_prime", "exoneration"),
            pl.max("fnal_e4"),
            pl.col(MONTANTS).sum(),
            pl.col(MONTANTS).count().name.suffix(" nombre"),
        )
        .with_columns(
            pl.when(pl.col(nombre) > 0).then(nom).alias(nom)
            for nom, nombre in zip(MONTANTS, nombres, strict=True)
        )
    )
    return sommes.with_columns(
        *(pl.coalesce(nom, nom + CRPCEN).alias(nom) for nom in SOUS_BASE),
        ligne=pl.coalesce("ligne", "ligne_prime"),
    ).drop(nombres)


def _situe(lot: Lot, table: int) -> pl.DataFrame:
    """Rows of a table with their contract and month."""
    return frame(lot, table).with_columns(
        rang=pl.Series(lot.contrat(table)), yyyymm=pl.Series(lot.mois(table))
    )


def _bases(bases: pl.DataFrame) -> pl.DataFrame:
    deplafonnees = bases.filter(code=codes.BASE_DEPLAFONNEE)
    return deplafonnees.select(*CLE, "ligne", pl.col("montant").alias(REMUNERATION))


def _sous_base(lot: Lot, table: int, bases: pl.DataFrame) -> pl.DataFrame:
    """Rows under bases, with the contract, month and code (`base`) of the base."""
    parents = lot.tables.parents(table)
    return frame(lot, table).with_columns(
        rang=choisis(bases["rang"], parents),
        yyyymm=choisis(bases["yyyymm"], parents),
        base=choisis(bases["code"], parents),
    )


def _par_base(nom: str, quand: pl.Expr) -> list[pl.Expr]:
    base, montant = pl.col("base"), pl.col("montant")
    return [
        pl.when(quand & (base == codes.BASE_DEPLAFONNEE)).then(montant).alias(nom),
        pl.when(quand & (base == codes.BASE_CRPCEN)).then(montant).alias(nom + CRPCEN),
    ]


def _composants(lot: Lot, bases: pl.DataFrame) -> pl.DataFrame:
    composants = _sous_base(lot, k.COMPOSANT, bases)
    return composants.select(*CLE, *_par_base(SOUS_BASE[0], pl.col("code") == codes.SMIC_RETENU))


def _cotisations(lot: Lot, bases: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("code")
    declares = codes.COTISATIONS_DECLAREES.items()
    fnal = pl.coalesce(
        pl.col("taux").replace_strict(codes.TAUX_FNAL_E3, default=None, return_dtype=pl.Int64),
        pl.col("base").replace_strict(codes.FNAL_PAR_BASE, default=None, return_dtype=pl.Int64),
    )
    reelle = (pl.col("montant") != 0) | (pl.col("assiette") != 0)
    return _sous_base(lot, k.COTISATION, bases).select(
        *CLE,
        *(expr for une, nom in declares for expr in _par_base(nom, code == une)),
        pl.when(code == codes.FNAL).then(fnal).alias("fnal_e4"),
        pl.when(code.is_in(list(codes.EXONERATIONS)) & reelle).then(code).alias("exoneration"),
    )


def _remunerations(lot: Lot) -> pl.DataFrame:
    code, heures = pl.col("code"), pl.col("heures") * 100
    exclues = code == codes.HEURES_A_EXCLURE
    remunerations = _situe(lot, k.REMUNERATION).filter(code != codes.SALAIRE_CHOMAGE)
    return remunerations.select(
        *CLE,
        pl.when(code == codes.REMUNERATION_DUE).then("montant").alias("remuneration_due_cents"),
        pl.when(code == codes.REMUNERATION_HABITUELLE)
        .then("montant")
        .alias("remuneration_habituelle_cents"),
        pl.when(code.is_in(codes.HEURES_AJOUTEES))
        .then(heures)
        .when(exclues)
        .then(-heures)
        .alias("heures_supplementaires_e4"),
    )


def _primes(lot: Lot) -> pl.DataFrame:
    primes = _situe(lot, k.PRIME)
    return primes.select(*CLE, ligne_prime="ligne", ppv_cents="montant")


def _revenus(lot: Lot) -> pl.DataFrame:
    code = pl.col("code")
    return _situe(lot, k.REVENU).select(
        *CLE,
        pl.when(code == codes.DFS).then("montant").alias("dfs_cents"),
        pl.when(code == codes.FRAIS_REINTEGRES).then("montant").alias("frais_cents"),
    )


def _bloques(lot: Lot, payees: pl.DataFrame, fautes: Erreurs) -> NDArray[np.bool_]:
    """Contract-months that something wrong keeps from being used."""
    rangs, mois = payees["rang"].to_numpy(), payees["yyyymm"].to_numpy()
    personnes = lot.tables.parents(k.CONTRAT)
    bloques = touches(fautes, personnes[rangs], rangs, mois)
    sans_base = payees[REMUNERATION].is_null().to_numpy()
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


def _base_vide() -> pl.Expr:
    """A base of 0.00 for a past month with nothing else: a habit of some software."""
    autres = [pl.col(nom).is_null() for nom in MONTANTS if nom != REMUNERATION]
    passe = pl.col("yyyymm") != pl.col("mois_declare")
    return passe & (pl.col(REMUNERATION) == 0) & pl.all_horizontal(autres)


def _avec_perimetre(lignes: pl.DataFrame) -> pl.DataFrame:
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
    return lignes.with_columns(
        mois=premier(pl.col("yyyymm")),
        motif_exclusion=motif,
        regime_bandeaux=pl.when(motif.is_in(codes.TAUX_REDUITS_GARDES)).then(pl.lit("exoneration")),
        perimetre=pl.when(motif.is_not_null())
        .then(pl.lit("exclu"))
        .when(complet)
        .then(pl.lit("complet_2019")),
        remuneration_cents=remuneration.fill_null(0),
        remuneration_sans_dfs_cents=remuneration
        + pl.col("dfs_cents")
        - pl.col("frais_cents").fill_null(0),
    )
