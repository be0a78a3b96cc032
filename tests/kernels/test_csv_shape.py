"""csv_shape against Python's csv module and against lines broken on purpose."""

import csv
import io
from itertools import pairwise

import numpy as np
import pytest
from batchcalc.kernels.csv_shape import (
    BLANK,
    FAULT_WIDTH,
    FIELD_COUNT,
    LONGEST_QUOTED,
    NUL_BYTE,
    STRAY_QUOTE,
    byte_kinds,
    count,
    csv_shape,
    marks_room,
)
from hypothesis import given, settings
from hypothesis import strategies as st


def scan(text, fields=3, separator=",", final=True):
    """Bytes and lines read; fields and line of records; faults."""
    octets = text.encode()
    data = np.frombuffer(octets + b"\n", np.uint8)
    code = ord(separator)
    marks = np.zeros(marks_room(count(data, 10), count(data, code)) + 1, np.int32)
    lines = np.empty(text.count("\n") + 1, np.uint32)
    faults = np.empty((text.count("\n") + 1, FAULT_WIDTH), np.int64)
    read, physical, sound, found = csv_shape(
        data, len(octets), 2, final, byte_kinds(code), code, fields, marks, lines, faults
    )
    assert marks[-1] == 0
    records = marks[: sound * (fields + 1)].reshape(-1, fields + 1).tolist()
    cells = [[octets[a + 1 : b].decode() for a, b in pairwise(marks)] for marks in records]
    return read, physical, cells, lines[:sound].tolist(), faults[:found].tolist()


def shape(text, **options):
    """Sound records, lines read, lines of the records, faults (start, end, line, fields, kind)."""
    _, physical, _, lines, faults = scan(text, **options)
    return len(lines), physical, lines, [tuple(fault) for fault in faults]


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


def test_fields_are_found():
    text = '1,,3\r\n"4,\n""",5,"6"\r\n,,\n'
    assert scan(text)[2:] == (
        [["1", "", "3"], ['"4,\n"""', "5", '"6"'], ["", "", ""]],
        [2, 3, 5],
        [],
    )


@pytest.mark.parametrize(
    ("left", "lines"),
    [("1,2,3", 1), ("1,2", 1), ('1,"2\n3', 1), ('1,"2,3\n4,5,6', 1), ("", 1), ("1,\0", 1)],
)
def test_what_may_go_on_after_the_text_is_left(left, lines):
    read, physical, cells, _, faults = scan(f"a,b,c\n{left}", final=False)
    assert (read, physical, cells, faults) == (6, lines, [["a", "b", "c"]], [])


def test_a_quote_never_closed_is_a_fault_once_enough_follows():
    text = '1,"2,3\n' + "4,5,6\n" * LONGEST_QUOTED
    read, _, cells, _, faults = scan(text, final=False)
    assert read == len(text)
    assert len(cells) == LONGEST_QUOTED
    assert [fault[2:] for fault in faults] == [[2, 2, STRAY_QUOTE]]


def test_long_plain_lines_have_no_limit():
    text = "x" * 2 * LONGEST_QUOTED + ",b,c\n" + "," * 2 * LONGEST_QUOTED + "\n"
    assert shape(text)[::3] == (1, [(65541, 131077, 3, 65537, FIELD_COUNT)])


def test_count():
    data = np.frombuffer(b"a\n\nb\n", np.uint8)
    assert [count(data, byte) for byte in b"\na,"] == [3, 1, 0]


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
