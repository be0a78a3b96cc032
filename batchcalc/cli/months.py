"""Months as people type them."""

from __future__ import annotations

import re
from datetime import date

from batchcalc.errors import ConfigError


def parse_month(text: str) -> date:
    """First day of `YYYY-MM`."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise ConfigError(
            f"{text!r} is not a month.", hint="Write it as 2026-01.", code="bad-month"
        )
    return date(int(match[1]), int(match[2]), 1)


def parse_range(text: str) -> tuple[date, date]:
    """First and last month of `YYYY-MM:YYYY-MM`, or of one month alone."""
    first, _, last = text.partition(":")
    start, end = parse_month(first), parse_month(last or first)
    if end < start:
        raise ConfigError(
            f"The range {text!r} ends before it starts.",
            hint="Write the first month first, as 2026-01:2026-12.",
            code="bad-range",
        )
    return start, end
