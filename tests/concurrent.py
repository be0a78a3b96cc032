"""A program, run by test_concurrent.py: a child of some kind computes what its parent computes.

    python -m tests.concurrent fork|spawn early|late

`late`: the parent has computed something before. It prints whether the results are equal, or the
code of the child's error.
"""

from __future__ import annotations

import multiprocessing
import sys

import batchcalc
from batchcalc.errors import BatchcalcError
from tests.tables import entree

ROWS = 400
SEED = 17


def answer(queue, frame, options, rules):
    """Put the result, or the error, on a queue."""
    try:
        frame = entree(ROWS, SEED) if frame is None else frame
        queue.put(batchcalc.compute(frame, options=options, rules=rules))
    except BatchcalcError as error:
        queue.put(error)


def asked(kind, frame):
    """What a child of that kind answers."""
    context = multiprocessing.get_context(kind)
    queue = context.Queue()
    arguments = queue, frame, batchcalc.Options(), batchcalc.Rules.load()
    child = context.Process(target=answer, args=arguments)
    child.start()
    try:
        return queue.get(timeout=100)
    finally:
        child.kill()


def main(kind, when):
    """Compare what the child gives with what the parent computes."""
    frame = entree(ROWS, SEED) if when == "late" else None
    if when == "late":
        batchcalc.compute(frame)
    given = asked(kind, frame)
    if isinstance(given, BatchcalcError):
        print(given.code)
    else:
        print(given.equals(batchcalc.compute(entree(ROWS, SEED))))


if __name__ == "__main__":
    main(*sys.argv[1:])
