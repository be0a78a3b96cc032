"""Days and months as numbers: looked up in a table of days, ten times faster than computed."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_DEBUT: Final = np.datetime64("2000-01-01")
_FIN: Final = np.datetime64("2100-01-01")
_MOIS_DE_1970: Final = 1970 * 12

Jours = NDArray[np.int32]


def numeros_de_mois(jours: Jours) -> NDArray[np.int32]:
    """Number of the month of each day: 12 x year + month - 1.

    Args:
        jours: days since 1970, as polars and Arrow hold dates.
    """
    mois, origine = _table()
    if jours.size and not (origine <= jours.min() and jours.max() < origine + mois.size):
        return _calcules(jours.astype("datetime64[D]"))
    return mois[jours - origine]


def premiers_jours(numeros: NDArray[np.int32] | NDArray[np.int64]) -> Jours:
    """First day of each month, in days since 1970."""
    depuis_1970 = (numeros.astype(np.int64) - _MOIS_DE_1970).astype("datetime64[M]")
    return depuis_1970.astype("datetime64[D]").astype(np.int64).astype(np.int32)


def premiers_du_mois(jours: Jours) -> Jours:
    """First day of the month of each day."""
    mois = numeros_de_mois(jours)
    if not mois.size:
        return mois
    least = int(mois.min())
    table = premiers_jours(np.arange(least, int(mois.max()) + 1, dtype=np.int32))
    return table[mois - least]


@cache
def _table() -> tuple[NDArray[np.int32], int]:
    jours = np.arange(_DEBUT, _FIN)
    return _calcules(jours), int(_DEBUT.astype(np.int64))


def _calcules(jours: NDArray[np.datetime64]) -> NDArray[np.int32]:
    mois = jours.astype("datetime64[M]").astype(np.int64) + _MOIS_DE_1970
    return mois.astype(np.int32)
