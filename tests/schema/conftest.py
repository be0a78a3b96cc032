"""Small tables of invented people."""

from datetime import date

import polars as pl
import pytest

from batchcalc.schema import COLONNES, normalise


@pytest.fixture
def table():
    """A raw table: the required columns, one value or a list for each column given."""

    def make(**columns):
        base = {
            "siret": "00000000000001",
            "salarie": "S-1",
            "contrat": "00001",
            "mois": "2026-01",
            "remuneration": "1801.80",
        }
        values = {**base, **columns}
        height = max(
            (len(v) for v in values.values() if isinstance(v, (list, pl.Series))), default=1
        )
        spread = {
            name: value if isinstance(value, (list, pl.Series)) else [value] * height
            for name, value in values.items()
        }
        return pl.DataFrame(spread).with_columns(
            fichier=pl.lit("f.csv"), ligne=pl.int_range(2, height + 2, dtype=pl.UInt32)
        )

    return make


@pytest.fixture
def physical(table):
    """A physical frame, from the physical names of columns."""
    by_physical = {column.physique: column for column in COLONNES}

    def make(**columns):
        numbers = {name: value for name, value in columns.items() if by_physical[name].numerique}
        texts = {name: value for name, value in columns.items() if name not in numbers}
        height = max((len(v) for v in columns.values() if isinstance(v, list)), default=1)
        frame, rejets, _ = normalise(table(**texts, remuneration=["0"] * height))
        assert rejets.is_empty()
        spread = (
            pl.Series(name, value if isinstance(value, list) else [value] * height, pl.Int64)
            for name, value in numbers.items()
        )
        return frame.with_columns(*spread)

    return make


@pytest.fixture
def months():
    """The months some rules cover."""
    return {"premier_mois": date(2018, 1, 1), "dernier_mois": date(2026, 12, 1)}
