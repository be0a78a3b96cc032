"""`make equality ROWS=... SEED=...`: kernels and reference on random rows, in both modes."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context

from batchcalc.options import Options
from tests.equality.compare import Outcome, compare
from tests.equality.draw import draw

BATCH = 50_000
MODES = tuple(
    Options(regularisation, convention)
    for regularisation, convention in product(("progressive", "annuelle"), ("52/12", "151.67"))
)


def one(seed: int, rows: int) -> tuple[int, Options, Outcome]:
    """One batch: its seed decides its options too."""
    options = MODES[seed % len(MODES)]
    return seed, options, compare(draw(rows, seed), options)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    batches = -(-arguments.rows // BATCH)
    start, rows, differing, settled = time.perf_counter(), 0, 0, 0
    seeds = [arguments.seed * 1_000_000 + batch for batch in range(batches)]
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        for seed, options, outcome in pool.map(one, seeds, [BATCH] * batches):
            rows += outcome.rows
            differing += outcome.differing.height
            settled += outcome.settled
            if outcome.differing.height:
                print(f"batch seed {seed}, {options}:\n{outcome.differing.head(5)}")
    seconds = time.perf_counter() - start
    print(f"seeds {seeds[0]} to {seeds[-1]}, {len(MODES)} sets of options in turn")
    print(f"rows compared: {rows}  differing: {differing}  values settled exactly: {settled}")
    print(f"{seconds:.0f} s")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
