"""From scaled integers to public decimals, without a rounding on the way."""

from __future__ import annotations

import polars as pl


def decimal(expr: pl.Expr, precision: int, scale: int) -> pl.Expr:
    """Read an integer as a decimal of `scale` places: 180180 becomes 1801.80 at scale 2.

    The bits are reinterpreted: exact, and five times faster than a division.
    """
    return expr.cast(pl.Int128).reinterpret(dtype=pl.Decimal(precision, scale))


def en_euros(expr: pl.Expr) -> pl.Expr:
    """Integer cents as Decimal(18, 2) euros."""
    return decimal(expr, 18, 2)
