"""Declarations: which of those read count, and what is wrong with their envois."""

from __future__ import annotations

from collections import Counter
from typing import Final

import polars as pl

from batchcalc.io import dsn_codes as codes
from batchcalc.io import dsn_rubriques as rubriques
from batchcalc.io.dsn_frames import choisis, frame, premier, sirets
from batchcalc.io.dsn_lot import Lot
from batchcalc.kernels import dsn_scan as k
from batchcalc.schema import Rejet

IDENTITE: Final = ("siret", "mois", "nature", "champ", "fraction")
"""What two versions of one declaration share."""

_RECENCE: Final = ("reel", "ordre", "rang_type", "constitution", "complet", "declaration")
"""Which of two versions is the last: the order number, then what helps where it is missing."""

_RANG_TYPE: Final = {codes.REMPLACE: 1, codes.REMPLACE_SANS_INDIVIDU: 1, codes.ANNULE: 2}


def declarations(lot: Lot) -> pl.DataFrame:
    """One row an establishment of each monthly declaration of a lot.

    Columns: `etablissement` and `declaration` (rows), `fichier`, `ligne`, `IDENTITE`, `type`, and
    what tells the last version.
    """
    envois = frame(lot, k.ENVOI)
    parents = lot.tables.parents(k.DECLARATION)
    fermes = set(lot.tables.parents(k.TOTAL).tolist())
    lues = frame(lot, k.DECLARATION).select(
        "ordre",
        "type",
        nature="code",
        mois=premier(pl.col("mois") // 100),
        champ=pl.col("champ").fill_null(codes.CHAMP_TOTAL),
        fraction=pl.col("fraction").fill_null(codes.FRACTION_ENTIERE),
        constitution="constitution",
        rang_type=pl.col("type").replace_strict(_RANG_TYPE, default=0),
        reel=choisis(envois["essai"], parents).fill_null(0) != codes.ENVOI_ESSAI,
        complet=pl.Series([envoi in fermes for envoi in parents.tolist()], dtype=pl.Boolean),
        fichier=choisis(pl.Series(lot.fichiers, dtype=pl.String), lot.fichier(k.DECLARATION)),
    )
    siens = lot.tables.parents(k.ENTREPRISE)[lot.tables.parents(k.ETABLISSEMENT)]
    etablissements = frame(lot, k.ETABLISSEMENT).select("ligne", siret=sirets(lot))
    return etablissements.hstack(lues[siens]).with_columns(
        declaration=pl.Series(siens), etablissement=pl.int_range(pl.len(), dtype=pl.Int64)
    )
