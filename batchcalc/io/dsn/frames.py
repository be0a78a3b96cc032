"""Tables of integers as frames: marks become nulls, dates dates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.io.dsn import rubriques
from batchcalc.io.dsn.lot import RIEN, Lot, nulle_sauf
from batchcalc.io.dsn.tables import Entiers
from batchcalc.kernels import dsn_values as v
from batchcalc.schema.calendrier import premiers_jours


def frame(lot: Lot, table: int, rangs: Entiers | None = None) -> pl.DataFrame:
    """Rows of a table, all by default: `ligne`, `parent` and its fields, null at marks."""
    rangees = lot.tables.rangees(table)
    if rangs is not None:
        rangees = rangees[rangs]
    noms = ["ligne", "parent", *rubriques.PAR_TABLE[table].champs]
    return colonnes({nom: rangees[:, i] for i, nom in enumerate(noms)})


def colonnes(lues: Mapping[str, Entiers]) -> pl.DataFrame:
    """Columns of integers, null at marks."""
    frame = pl.DataFrame({nom: np.ascontiguousarray(valeurs) for nom, valeurs in lues.items()})
    marquees = pl.col([nom for nom, valeurs in lues.items() if (valeurs <= v.LAST_MARK).any()])
    return frame.with_columns(pl.when(marquees > v.LAST_MARK).then(marquees))


def sans_vides(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that hold nothing."""
    return frame.select(serie for serie in frame if serie.null_count() < frame.height)


def choisis(serie: pl.Series, rangs: Entiers) -> pl.Series:
    """Values at some rows; null at RIEN."""
    if not len(serie):
        return serie.clear(len(rangs))
    connus = rangs > RIEN
    return nulle_sauf(serie.gather(np.where(connus, rangs, 0)), connus)


def jours(yyyymmdd: Entiers, connus: NDArray[np.bool_]) -> pl.Series:
    """Dates from yyyymmdd; null where they are not known."""
    valables = np.where(connus, yyyymmdd, 1970_01_01)
    mois = valables // 100
    annees = mois // 100
    premiers = premiers_jours(annees * 12 + mois - annees * 100 - 1)
    depuis_1970 = premiers + (valables - mois * 100 - 1).astype(np.int32)
    return nulle_sauf(pl.Series(depuis_1970).cast(pl.Date), connus)


def premier(yyyymm: pl.Expr) -> pl.Expr:
    """The first day of a month from yyyymm."""
    return pl.date(yyyymm // 100, yyyymm % 100, 1)
