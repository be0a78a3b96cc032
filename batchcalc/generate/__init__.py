"""Invented payrolls, as DSN files or as input tables."""

from batchcalc.generate.payroll_files import generate

__all__ = ["generate"]
