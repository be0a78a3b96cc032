"""Invented payrolls, as DSN files or as input tables."""

from batchcalc.generate.fichiers import generate

__all__ = ["generate"]
