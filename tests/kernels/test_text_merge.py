"""merge_runs against Python's own sort."""

import numpy as np
from batchcalc.kernels.text_merge import KEYS, merge_runs
from hypothesis import example, given
from hypothesis import strategies as st

# Texts inside and outside their views, that differ early, late, or by their length alone.
TEXTS = st.sampled_from(["a", "b", "a" * 12, "a" * 13, "a" * 13 + "b", "a" * 20, "a" * 19 + "b"])
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.integers(1, 3)), min_size=1, max_size=8)
RUNS = st.lists(ROWS.map(sorted), min_size=1, max_size=5)


def merged(text_column, runs, shared):
    rows = [row for run in runs for row in run]
    columns = [text_column([[row[key] for row in rows]], shared) for key in range(KEYS)]
    buffers = [address for column in columns for address in column.buffers]
    places = [(*column.places[0][:2], 2 * number) for number, column in enumerate(columns)]
    begins = [i == 0 or run[i - 1][:KEYS] != run[i][:KEYS] for run in runs for i in range(len(run))]
    order = np.full(len(rows), 9, np.uint32)
    marks = np.full((KEYS, len(rows)), 9, np.uint8)
    merge_runs(
        np.array(places, np.uint64),
        np.array(buffers, np.uint64),
        np.cumsum([0, *map(len, runs)]),
        np.array(begins, np.uint8),
        np.array([row[KEYS] for row in rows], np.int32),
        *np.empty((2, len(runs)), np.int64),
        order,
        marks,
    )
    return order.tolist(), marks.tolist()


@given(RUNS, st.booleans())
@example([[("a", "a", "a", 1)], [("a", "a", "a", 1)]], True)
@example([[("a", "a", "a", 2), ("a", "a", "a", 3)], [("a", "a", "a", 1)]], True)
def test_runs_are_merged_as_python_sorts(text_column, runs, shared):
    rows = [row for run in runs for row in run]

    order, marks = merged(text_column, runs, shared)

    assert order == sorted(range(len(rows)), key=lambda i: rows[i])
    by_key = [rows[i][:KEYS] for i in order]
    for level, changes in enumerate(marks, start=1):
        above = [None, *by_key]
        assert changes == [
            int(before is None or before[:level] != key[:level])
            for before, key in zip(above, by_key, strict=False)
        ]
