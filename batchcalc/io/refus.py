"""Files that cannot be read as tables: the errors, with nothing of what a library says in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from batchcalc.errors import InputError


def refus(nom: str | Path, code: str, quoi: str, hint: str = "Export it anew.") -> InputError:
    """The error of a file that is no table of its format."""
    return InputError(f"The file {quoi}.", hint=hint, code=code, file=str(nom))


def abime(nom: str) -> InputError:
    """The error of a file that does not hold what its first bytes promise."""
    return refus(
        nom,
        "fichier-abime",
        "is damaged or cut: its content cannot be decoded",
        "Fetch or export it anew.",
    )


@contextmanager
def lisible(nom: str) -> Iterator[None]:
    """Turn the errors of a reader into ours; what they say may quote a cell, so it is dropped."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"The file cannot be opened ({error.__class__.__name__}).",
            hint="Check that it exists and may be read.",
            code="fichier-illisible",
            file=nom,
        ) from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise abime(nom) from None
