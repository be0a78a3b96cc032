"""Runs in key order merged into one: what monthly files are, and much less than a sort."""

from __future__ import annotations

import numpy as np
import polars as pl

from batchcalc.kernels.text_merge import KEYS, merge_runs
from batchcalc.schema.arrow import morceaux
from batchcalc.schema.ordre import CONTRAT, Courses, Reperes, jours_de_mois
from batchcalc.schema.suivi import places


def mele(frame: pl.DataFrame, courses: Courses) -> tuple[pl.DataFrame, Reperes]:
    """The rows of some runs in key order, those of one key in the order of the runs; the marks."""
    frame = frame.rechunk()
    ordre = np.empty(frame.height, np.uint32)
    marques = np.empty((KEYS, frame.height), np.bool_)
    tetes, premieres = np.empty((2, courses.debuts.size - 1), np.int64)
    siret, salarie, contrat = (frame.get_column(nom) for nom in CONTRAT)
    with morceaux(siret) as un, morceaux(salarie) as deux, morceaux(contrat) as trois:
        merge_runs(
            *places([*un, *deux, *trois]),
            courses.debuts,
            courses.reperes.contrat.view(np.uint8),
            jours_de_mois(frame),
            tetes,
            premieres,
            ordre,
            marques.view(np.uint8),
        )
    ranges = frame.select(pl.all().gather(pl.Series(ordre)))
    return ranges, Reperes(marques[0], marques[1], marques[2])
