"""Input tables of random contract-years, and the sizes of everything that is cut into pieces."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from batchcalc import schema
from tests.equality.draw import draw

FUSION = import_module("batchcalc.flux.fusion")
COURSES = import_module("batchcalc.flux.courses")
CALCUL = import_module("batchcalc.calcul")


def entree(lignes: int, seed: int) -> pl.DataFrame:
    """An input table in key order; some months are corrected by a second row."""
    physique = draw(lignes, seed)
    table = physique.select(
        schema.decimal(pl.col(c.physique), 38, c.echelle).alias(c.nom)
        if c.numerique
        else pl.col(c.physique)
        for c in schema.COLONNES
    )
    corrections = table[::11].select(
        *schema.CLE, remuneration=pl.lit("12.34").cast(table.schema["remuneration"])
    )
    return pl.concat([table, corrections], how="diagonal").sort(schema.CLE, maintain_order=True)


def melangee(table: pl.DataFrame, seed: int = 0) -> pl.DataFrame:
    """The same rows in no order."""
    return table[np.random.default_rng(seed).permutation(table.height)]


def ecrite(table: pl.DataFrame, place: Path) -> Path:
    """A table written as Parquet or CSV, by the end of its name."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.suffix == ".csv":
        table.write_csv(place)
    else:
        table.write_parquet(place)
    return place


def en_petit(
    monkeypatch: pytest.MonkeyPatch, *, lot: int, course: int | None = None, tete: int | None = None
) -> None:
    """Lots, runs and heads of so many rows, so that a small table is cut as a large one is."""
    monkeypatch.setattr(FUSION, "LOT", lot)
    monkeypatch.setattr(FUSION, "LOT_MINIMAL", max(1, lot // 8))
    if course is not None:
        monkeypatch.setattr(COURSES, "COURSE", course)
        monkeypatch.setattr(COURSES, "EN_MEMOIRE", course)
        monkeypatch.setattr(CALCUL, "A_TRIER", course)
    if tete is not None:
        monkeypatch.setattr(CALCUL, "TETE", tete)
