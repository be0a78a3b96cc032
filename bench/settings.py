"""Sizes and places of a benchmark run, from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROWS: Final = int(os.environ.get("BENCH_ROWS", "2000000"))
"""Contract-months of the largest ordinary measure; the goals are stated for 12 000 000."""

SIZES: Final = (*(n for n in (10_000, 100_000, 1_000_000, 12_000_000) if n < ROWS), ROWS)
"""Sizes at which the cost of a row is compared."""

HUGE_ROWS: Final = int(os.environ.get("BENCH_HUGE_ROWS", "100000000"))
HUGE_DSN_BYTES: Final = int(os.environ.get("BENCH_HUGE_DSN_BYTES", "5000000000"))
"""Sizes of the tests marked `huge`."""

DSN_BYTES: Final = ROWS * 100
"""Declarations read by the DSN measures: 1.2 GB at 12 000 000 rows."""

SECONDS: Final = float(os.environ.get("BENCH_SECONDS", "6"))
"""About how long the rounds of one test may last, all sides together."""

DATA: Final = Path(os.environ.get("BENCH_DATA", Path(__file__).parent / ".data"))
"""Inputs made once; results go beside them and are deleted at the end of each test."""

MONTHS: Final = 12
