"""A bulk file read in pieces holds what JSON says it holds, and is wrong where JSON says it is wrong."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jetapi.sandbox.kit.wire import loads
from jetapi.sandbox.rules.row_reader import RowReader

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def read(raw):
    reader = RowReader(gzip.compress(raw))
    while not reader.read(is_over=lambda: True):
        pass
    return reader.rows


@given(st.dictionaries(st.text(), VALUES, max_size=60), st.sampled_from([None, 1]), st.booleans())
def test_what_was_written_is_read(document, indent, ascii_only):
    try:
        raw = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return

    try:
        expected = list(loads(raw).items())
    except ValueError:
        with pytest.raises(ValueError, match="not valid JSON"):
            read(raw)
        return
    assert read(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{}{}",
        b"{} x",
        b'{"a"}',
        b'{"a":}',
        b'{"a":1,}',
        b'{"a":1 "b":2}',
        b"{1:2}",
        b"{a:2}",
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b'{"\\uD800":1}',
        b'{"a":"\xff"}',
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_an_error(raw):
    with pytest.raises(ValueError, match="not valid JSON"):
        read(raw)


def test_marks_of_other_encodings_are_understood():
    assert read('\ufeff {"Ä": 1} '.encode()) == [("Ä", 1)]
    assert read('{"Ä": 1}'.encode("utf-16")) == [("Ä", 1)]


def test_the_last_row_of_a_sku_counts():
    assert read(b'{"A": 1, "B": 2, "A": 3}') == [("A", 3), ("B", 2)]
