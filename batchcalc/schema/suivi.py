"""How the texts of a column follow each other, found in one pass over its views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.kernels.text_runs import VIEW, text_runs
from batchcalc.schema.arrow import ArrowArray, morceaux

Bools = NDArray[np.bool_]

_INCONNU: Final = "\0"  # no key that is kept holds it


class Suivi(NamedTuple):
    """What was seen of a column.

    Attributes:
        change: where it has another text than above, or a column before it has; on the first row.
        descentes: how many texts are below the one above; where a column before changes none is.
        soignee: no text is empty or null, or has a blank at either end; False also where a letter
            above ASCII stands there, which may be one.
    """

    change: Bools
    descentes: int
    soignee: bool


def suivi(serie: pl.Series, avant: Bools) -> Suivi:
    """Follow the texts of a column; `avant`: where a column before it changes."""
    if serie.has_nulls():
        serie = serie.fill_null(_INCONNU)
    change = np.empty(len(serie), np.bool_)
    with morceaux(serie) as arrays:
        plus_bas, a_soigner = text_runs(
            *places(arrays), avant.view(np.uint8), change.view(np.uint8)
        )
    return Suivi(change, int(plus_bas), a_soigner == 0)


def places(arrays: Sequence[ArrowArray]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Where the views of each chunk are, and the texts beside them."""
    lieux: list[tuple[int, int, int]] = []
    textes: list[int] = []
    for array in arrays:
        _, vues, *siens, _ = array.addresses()
        lieux.append((vues + VIEW * array.offset, array.length, len(textes)))
        textes += siens
    return np.array(lieux, np.uint64).reshape(-1, 3), np.array(textes, np.uint64)
