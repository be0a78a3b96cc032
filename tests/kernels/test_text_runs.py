"""text_runs against Python's own bytes."""

import numpy as np
import pytest
from batchcalc.kernels.text_runs import INLINE, text_runs
from hypothesis import example, given
from hypothesis import strategies as st

# Equal and unequal beginnings and ends, on both sides of what fits in a view and of a word.
ENDS = ("", "a", "ab", "b", " ", "\0", "\x7f", "é", "~", "!")
LENGTHS = (0, 1, 3, 4, 5, 7, 8, 9, INLINE - 1, INLINE, INLINE + 1, 15, 16, 17, 24, 40)
TEXTS = st.builds(
    lambda end, length: end + "x" * length, st.sampled_from(ENDS), st.sampled_from(LENGTHS)
) | st.builds(
    lambda length, end: "x" * length + end, st.sampled_from(LENGTHS), st.sampled_from(ENDS)
)


def run(column, above):
    chunks = np.array(column.places, np.uint64).reshape(-1, 3)
    buffers = np.array(column.buffers, np.uint64)
    changes = np.full(len(above), 9, np.uint8)
    lower, untidy = text_runs(chunks, buffers, np.array(above, np.uint8), changes)
    return lower, untidy, changes.tolist()


def by_python(texts, above):
    pairs = list(zip([None, *texts], texts, strict=False))
    change = [i == 0 or a != b for i, (a, b) in enumerate(pairs)]
    lower = sum(
        i > 0 and not marked and b.encode() < a.encode()
        for i, ((a, b), marked) in enumerate(zip(pairs, above, strict=True))
    )
    untidy = sum(new and not plain(text) for new, text in zip(change, texts, strict=True))
    return lower, untidy, [int(c or bool(m)) for c, m in zip(change, above, strict=True)]


def plain(text):
    return bool(text) and all("!" <= c <= "~" for c in (text[0], text[-1]))


@given(
    st.lists(st.lists(TEXTS, max_size=6), max_size=4),
    st.booleans(),
    st.randoms(use_true_random=False),
)
@example([], True, None)
@example([["x" * 14] * 3, ["x" * 14] * 2], True, None)
@example([["x" * 13 + "a"], ["x" * 13 + "b"]], False, None)
def test_runs_are_those_of_the_texts(text_column, chunks, shared, random):
    texts = [text for chunk in chunks for text in chunk]
    above = [random.random() < 0.3 if random else False for _ in texts]

    assert run(text_column(chunks, shared), above) == by_python(texts, above)


@given(TEXTS, TEXTS)
def test_two_texts_in_the_order_of_their_bytes(text_column, first, second):
    lower, _, changes = run(text_column([[first, second]], False), [0, 0])

    assert lower == (second.encode() < first.encode())
    assert changes == [1, first != second]


@pytest.mark.parametrize("text", ["10000000000018", "A-17", "x"])
@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\0"])
@pytest.mark.parametrize("before", [True, False])
def test_blanks_at_either_end(text_column, text, blank, before):
    written = blank + text if before else text + blank
    _, untidy, _ = run(text_column([[written, written]], False), [0, 0])

    assert untidy == (blank != "")


def test_an_empty_text_is_not_plain(text_column):
    assert run(text_column([[""]], False), [0])[1] == 1


def test_read_only_arrays_are_accepted_but_as_outputs(check_signature):
    chunks, buffers = np.zeros((0, 3), np.uint64), np.zeros(0, np.uint64)

    check_signature(
        text_runs, chunks, buffers, np.zeros(0, np.uint8), np.zeros(0, np.uint8), outputs=1
    )
