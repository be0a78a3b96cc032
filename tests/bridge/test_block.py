"""What floats decide is what exact arithmetic decides, on every row."""

from __future__ import annotations

import pytest

from batchcalc.bridge import block, frames
from tests.equality.compare import MODES
from tests.equality.draw import draw

EVERYTHING = 1e9


@pytest.mark.parametrize("mode", range(len(MODES)))
def test_settling_every_row_changes_nothing(rules, mode, monkeypatch):
    frame = draw(4_000, seed=20 + mode)
    by_floats = frames.compute(frame, rules, MODES[mode])
    monkeypatch.setattr(block, "DOUBT", EVERYTHING)
    monkeypatch.setattr(block, "ELIGIBILITY_DOUBT", EVERYTHING)

    settled = frames.compute(frame, rules, MODES[mode])

    assert settled.physical.equals(by_floats.physical)
    assert settled.settled > frame.height
    assert by_floats.settled < frame.height / 2
