"""The declarations of a lot: their identity, their version, and what is wrong with their envois."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from batchcalc.io.dsn import codes, rubriques
from batchcalc.io.dsn.frames import choisis, frame, premier
from batchcalc.io.dsn.lot import QUATORZE_CHIFFRES, SIRET, Lot
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_values as v
from batchcalc.schema import Rejet

IDENTITE: Final = ("siret", "mois", "nature", "champ", "fraction")
"""What two versions of one declaration share."""

RECENCE: Final = ("reel", "ordre", "rang_type", "constitution", "complet")
"""Which of two versions is the last: the order number, then what helps where it is missing."""

_RANG_TYPE: Final = {codes.REMPLACE: 1, codes.REMPLACE_SANS_INDIVIDU: 1, codes.ANNULE: 2}


def declarations(lot: Lot) -> pl.DataFrame:
    """One row an establishment of each declaration of the natures read.

    Columns: `etablissement` and `declaration` (rows), `fichier`, `ligne`, `type`, those of
    `IDENTITE` and of `RECENCE`; null where they cannot be read.
    """
    envois = frame(lot, k.ENVOI)
    parents = lot.tables.parents(k.DECLARATION)
    fermes = lot.tables.parents(k.TOTAL)
    lues = frame(lot, k.DECLARATION).select(
        "type",
        "constitution",
        nature="code",
        mois=premier(pl.col("mois") // 100),
        champ=pl.col("champ").fill_null(codes.CHAMP_TOTAL),
        fraction=pl.col("fraction").fill_null(codes.FRACTION_ENTIERE),
        reel=choisis(envois["essai"], parents).fill_null(0) != codes.ENVOI_ESSAI,
        ordre=pl.col("ordre").fill_null(-1),
        rang_type=pl.col("type").replace_strict(_RANG_TYPE, default=0, return_dtype=pl.Int64),
        complet=pl.Series(np.isin(parents, fermes)),
        fichier=choisis(pl.Series(lot.fichiers, dtype=pl.String), lot.fichier(k.DECLARATION)),
    )
    siennes = lot.declaration(np.arange(lot.tables.nombre(k.ETABLISSEMENT)))
    lieux = frame(lot, k.ETABLISSEMENT).select("ligne", siret=lot.textes(k.ETABLISSEMENT, SIRET))
    return lieux.hstack(lues[pl.Series(siennes)]).with_columns(
        declaration=pl.Series(siennes), etablissement=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def natures(lot: Lot) -> Iterator[tuple[int | None, int]]:
    """How many declarations of each nature were read, None for one that cannot be read."""
    comptees = frame(lot, k.DECLARATION).group_by("code").len().sort("code")
    yield from comptees.iter_rows()


def bordereaux(lot: Lot) -> pl.DataFrame:
    """Contributions declared for a whole establishment, one row a line.

    Columns: `etablissement` (row), `siret` (the one the amounts are for), `mois`, `ctp`,
    `qualifiant`, `assiette_cents`, `montant_cents`.
    """
    lieux = lot.tables.parents(k.BORDEREAU)
    entites = lot.textes(k.BORDEREAU, "entite")
    tetes = frame(lot, k.BORDEREAU).select(
        etablissement=pl.Series(lieux),
        siret=pl.when(entites.str.contains(QUATORZE_CHIFFRES))
        .then(entites)
        .otherwise(choisis(lot.textes(k.ETABLISSEMENT, SIRET), lieux)),
        mois=premier(pl.col("debut") // 100),
    )
    lignes = frame(lot, k.AGREGE)
    return tetes[lignes["parent"]].hstack(
        lignes.select(
            ctp=_sigles(lignes["ctp"]),
            qualifiant="qualifiant",
            assiette_cents="assiette",
            montant_cents="montant",
        )
    )


def fautes_d_envoi(lot: Lot, dernieres: list[int]) -> Iterator[Rejet]:
    """What is wrong with the envelope of envois.

    Args:
        lot: all of whose files are read.
        dernieres: last line of each file.
    """
    fichiers = lot.fichier(k.ENVOI).tolist()
    debuts = lot.tables.rangees(k.ENVOI)[:, k.LINE].tolist()
    fermes = set(lot.tables.parents(k.TOTAL).tolist())
    for envoi, (fichier, debut) in enumerate(zip(fichiers, debuts, strict=True)):
        if envoi not in fermes:
            suivant = envoi + 1 < len(fichiers) and fichiers[envoi + 1] == fichier
            fin = debuts[envoi + 1] - 1 if suivant else dernieres[fichier]
            yield _rejet(
                lot.fichiers[fichier],
                fin,
                "envoi-tronque",
                f"The envoi that starts on line {debut} has no S90 at its end: the file is cut."
                " Get it whole; its last person is left out.",
            )
    for ligne, envoi, *comptes in lot.tables.rangees(k.TOTAL).tolist():
        yield from _faux_totaux(lot.fichiers[fichiers[envoi]], ligne, comptes)


def _faux_totaux(fichier: str, ligne: int, comptes: list[int]) -> Iterator[Rejet]:
    choses = ("lines", "lignes"), ("declarations", "declarations")
    for rang, (champ, (quoi, nom)) in enumerate(
        zip(rubriques.PAR_TABLE[k.TOTAL].champs, choses, strict=True)
    ):
        dit, compte = comptes[rang], comptes[rang + 2]
        colonne = rubriques.rubrique(rubriques.cle(k.TOTAL, champ)) or ""
        if dit == v.NULL:
            message = f"The number of {quoi} of the envoi is missing: {compte} were counted."
        elif dit > v.LAST_MARK and dit != compte:
            message = f"The envoi says it has {dit} {quoi}; it has {compte}."
        else:
            continue
        conseil = " Lines may be missing: compare with the payroll software. All of it was read."
        yield _rejet(
            fichier,
            ligne + rang,
            f"nombre-de-{nom}-faux",
            message + conseil,
            colonne,
            None if dit == v.NULL else str(dit),
        )


def fautes_de_declaration(lot: Lot, lues: pl.DataFrame) -> Iterator[Rejet]:
    """Declarations and establishments that cannot be told apart from others."""
    fichiers = lot.fichier(k.DECLARATION).tolist()
    rangees = lot.tables.rangees(k.DECLARATION)
    for champ in ("code", "mois"):
        vides = rangees[:, rubriques.colonne(k.DECLARATION, champ)] == v.NULL
        if champ == "mois":
            natures = rangees[:, rubriques.colonne(k.DECLARATION, "code")]
            vides &= np.isin(natures, list(codes.NATURES_LUES))
        for rang in np.flatnonzero(vides).tolist():
            yield _rejet(
                lot.fichiers[fichiers[rang]],
                int(rangees[rang, k.LINE]),
                "rubrique-absente",
                "The declaration does not say its nature or its month: it is left out. Complete"
                " it in the payroll software.",
                rubriques.rubrique(rubriques.cle(k.DECLARATION, champ)) or "",
            )
    for fichier, ligne in (
        lues.filter(pl.col("siret").is_null()).select("fichier", "ligne").iter_rows()
    ):
        yield _rejet(
            fichier,
            ligne,
            "siret-invalide",
            "SIREN and NIC do not make fourteen digits: the establishment is left out. Correct"
            " them in the payroll software.",
            rubriques.rubrique(rubriques.cle(k.ETABLISSEMENT, "nic")) or "",
        )


def _rejet(
    fichier: str, ligne: int, code: str, message: str, colonne: str = "", valeur: str | None = None
) -> Rejet:
    return Rejet(fichier, ligne, None, None, None, colonne, valeur, code, message)


def _sigles(serie: pl.Series) -> pl.Series:
    """Short texts that the scan packed."""
    lus = {valeur: _sigle(valeur) for valeur in serie.unique().drop_nulls().to_list()}
    return serie.replace_strict(lus, default=None, return_dtype=pl.String)


def _sigle(valeur: int) -> str:
    return valeur.to_bytes((valeur.bit_length() + 7) // 8).decode("latin-1")
