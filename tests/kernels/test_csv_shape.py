"""csv_shape against Python's csv module and against lines broken on purpose."""

import csv
import io

import numpy as np
import pytest
from batchcalc.kernels.csv_shape import (
    BLANK,
    FAULT_WIDTH,
    FIELD_COUNT,
    LONGEST_QUOTED,
    NUL_BYTE,
    STRAY_QUOTE,
    csv_shape,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def shape(text, fields=3, separator=","):
    """Sound records, lines of those records, faults as (start, end, line, fields, kind)."""
    data = np.frombuffer(text.encode(), np.uint8)
    room = text.count("\n") + 2
    faults = np.empty((room, FAULT_WIDTH), np.int64)
    lines = np.empty(room, np.uint32)
    records, physical, found = csv_shape(data, 0, 2, ord(separator), fields, faults, lines)
    return records, physical, lines[:records].tolist(), [tuple(f) for f in faults[:found].tolist()]


def kinds(text, **options):
    return [(line, kind) for _, _, line, _, kind in shape(text, **options)[3]]


def test_plain_lines():
    assert shape("a,b,c\n1,2,3\n") == (2, 2, [2, 3], [])


def test_last_line_without_line_end():
    assert shape("a,b,c\n1,2,3") == (2, 2, [2, 3], [])


def test_nothing():
    assert shape("") == (0, 0, [], [])


def test_semicolon():
    assert shape("a;b,b;c\n", separator=";")[0] == 1


def test_carriage_returns():
    assert shape('a,b,"c"\r\n1,2,3\r\n')[0] == 2


def test_quoted_separators_quotes_and_newlines_keep_physical_lines():
    assert shape('a,"b,""x""\n\ny",c\n1,"",3\n') == (2, 4, [2, 5], [])


@pytest.mark.parametrize(("line", "fields"), [("1,2", 2), ("1,2,3,4", 4), ('"1",2', 2), (" ", 1)])
def test_wrong_number_of_fields(line, fields):
    text = f"a,b,c\n{line}\n4,5,6\n"
    assert shape(text) == (2, 3, [2, 4], [(6, 6 + len(line), 3, fields, FIELD_COUNT)])


def test_blank_lines():
    assert kinds("a,b,c\n\n\r\n1,2,3\n\n") == [(3, BLANK), (4, BLANK), (6, BLANK)]


@pytest.mark.parametrize("line", ['1,2"x,3', '1,"2"x,3', '1,"2" ,3', '1,2,3"'])
def test_stray_quote_costs_one_line(line):
    assert shape(f"a,b,c\n{line}\n4,5,6\n")[::2] == (2, [2, 4])
    assert kinds(f"a,b,c\n{line}\n4,5,6\n") == [(3, STRAY_QUOTE)]


def test_quote_never_closed_costs_one_line():
    assert kinds('a,b,c\n1,"2,3\n4,5,6\n7,8,9\n') == [(3, STRAY_QUOTE)]


def test_quote_never_closed_does_not_eat_a_long_file():
    text = '1,"2,3\n' + "4,5,6\n" * LONGEST_QUOTED
    assert shape(text)[0] == LONGEST_QUOTED


def test_quoted_record_of_the_wrong_width_costs_its_first_line_only():
    assert kinds('1,"2\n4,5,6\n7,8",9,10\n') == [(2, FIELD_COUNT), (4, STRAY_QUOTE)]


@pytest.mark.parametrize("line", ["\0,2,3", "1,\0,3", '1,"\0",3', "\0"])
def test_nul_byte(line):
    assert kinds(f"a,b,c\n{line}\n") == [(3, NUL_BYTE)]


def test_no_room_counts_all_the_same():
    data = np.frombuffer(b"a,b,c\n1,2\n\n", np.uint8)
    none = np.empty((0, FAULT_WIDTH), np.int64), np.empty(0, np.uint32)
    assert csv_shape(data, 0, 2, ord(","), 3, *none) == (1, 3, 2)


cells = st.text(st.sampled_from('ab,;" \n'), max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_whatever_the_csv_module_writes_is_whole(rows, line_end):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=line_end).writerows(rows)
    records, _, lines, faults = shape(out.getvalue())
    assert records == len(rows)
    assert faults == []
    spans = [1 + sum(cell.count("\n") for cell in row) for row in rows]
    assert lines == [2 + sum(spans[:i]) for i in range(len(rows))]
