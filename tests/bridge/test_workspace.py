"""Results of one lot after the other in the same memory."""

import pytest

from batchcalc.bridge import SCHEMA, Workspace, compute
from batchcalc.options import Options
from tests.equality.draw import draw


def test_memory_serves_again_unless_there_is_too_little():
    workspace = Workspace()
    first, second = workspace.results(800), workspace.results(900)
    longer = workspace.results(901)

    assert {len(values) for values in first.values()} == {800}
    assert {len(values) for values in second.values()} == {900}
    assert {len(values) for values in longer.values()} == {901}
    for name, values in first.items():
        assert values.ctypes.data == second[name].ctypes.data
        assert values.ctypes.data != longer[name].ctypes.data


@pytest.mark.parametrize("rows", [0, 1, 1_500])
def test_what_a_lot_left_is_seen_by_no_other(rules, rows):
    workspace, frame = Workspace(), draw(rows, seed=7)
    compute(draw(2_000, seed=8), rules, Options("annuelle"), workspace=workspace)

    again = compute(frame, rules, Options(), workspace=workspace)

    alone = compute(frame, rules, Options())
    assert again.physical.equals(alone.physical)
    assert again.sommes().equals(alone.sommes())


def test_the_result_table_holds_nothing_of_the_workspace(rules):
    workspace = Workspace()
    computed = compute(draw(500, seed=3), rules, Options(), workspace=workspace)
    table = computed.contributions(SCHEMA)
    before = table.rows()

    for values in workspace.results(0).values():
        values.base[:] = 1

    assert table.rows() == before
