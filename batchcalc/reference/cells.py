"""Reading one cell: exact integers from Decimal, int, text or date; anything else is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
SIRET = re.compile(r"[0-9]{14}")
EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


class RefusedError(Exception):
    """A cell that cannot be used: a reason code, a sentence and what to give instead."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def text(value: object) -> str:
    """Text, without the blanks around it."""
    if not isinstance(value, str):
        raise RefusedError("wrong-type", "is not text.", "Give text.")
    return value.strip()


def siret(value: object) -> str:
    """Fourteen digits."""
    if SIRET.fullmatch(text(value)) is None:
        raise RefusedError("bad-siret", "is not a SIRET.", "Give 14 digits, as text.")
    return text(value)


def month(value: object) -> date:
    """First day of the month of a date, of `YYYY-MM` or of `YYYY-MM-DD`."""
    if isinstance(value, date):
        return date(value.year, value.month, 1)
    return _month_of_text(text(value))


@lru_cache(maxsize=1024)
def _month_of_text(value: str) -> date:
    try:
        if DATE.fullmatch(value):
            return date.fromisoformat(value if len(value) == 10 else value + "-01").replace(day=1)
    except ValueError:
        pass
    raise RefusedError("bad-date", "is not a date.", "Give a date, YYYY-MM or YYYY-MM-DD.")


def choice(*values: str) -> Callable[[object], str]:
    """One of `values`."""

    def read(value: object) -> str:
        if text(value) not in values:
            hint = f"Give {', '.join(values)}."
            raise RefusedError("bad-value", "is not one of its values.", hint)
        return text(value)

    return read


def number(decimals: int, least: int, most: int) -> Callable[[object], int]:
    """A number in units of its last decimal, from `least` to `most` units, both included."""

    def read(value: object) -> int:
        units = _exact(value).scaleb(decimals, EXACT)
        if not least <= units <= most:
            raise RefusedError("out-of-range", "is out of range.", "Check the unit and the sign.")
        if units != int(units):
            hint = f"Give at most {decimals} decimals."
            raise RefusedError("too-many-decimals", "has too many decimals.", hint)
        return int(units)

    return read


def _exact(value: object) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    raise RefusedError(
        "not-exact", "is not an exact number.", "Give a Decimal, an int or text such as 1900.00."
    )


def amount(limit: int) -> Callable[[object], int]:
    """Signed euros, in cents, below `limit` in absolute value."""
    return number(2, -100 * limit + 1, 100 * limit - 1)


def fnal(value: object) -> int:
    """FNAL rate in percent: 0.10 gives 10, 0.50 gives 50."""
    rate = number(2, 0, 100)(value)
    if rate not in (10, 50):
        raise RefusedError("bad-value", "is not a FNAL rate.", "Give 0.10 or 0.50.")
    return rate
