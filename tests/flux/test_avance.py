"""Reading ahead changes neither what is read nor how it ends."""

from __future__ import annotations

import threading
import time

import pytest

from batchcalc.flux import en_avance


@pytest.mark.parametrize("places", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_same_items_in_the_same_order(places, count):
    assert list(en_avance(iter(range(count)), places)) == list(range(count))


def test_what_the_source_raises_comes_after_what_it_gave():
    def source():
        yield 1
        raise LookupError("there")

    ahead = en_avance(source())

    assert next(ahead) == 1
    with pytest.raises(LookupError, match="there"):
        next(ahead)


def test_no_more_is_read_than_there_are_places():
    read = []

    def source():
        for i in range(9):
            read.append(i)
            yield i

    ahead = en_avance(source(), 2)
    assert next(ahead) == 0
    time.sleep(0.3)

    assert len(read) <= 4  # given, two that wait, one in the hand
    assert list(ahead) == list(range(1, 9))


def test_a_reader_left_before_the_end_stops():
    before = threading.active_count()
    ahead = en_avance(iter(range(10**9)))
    assert next(ahead) == 0
    ahead.close()
    time.sleep(0.3)

    assert threading.active_count() == before
