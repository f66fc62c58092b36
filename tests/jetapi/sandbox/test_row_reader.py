"""A bulk file read in pieces holds what JSON says it holds, and is wrong where JSON says it is wrong."""

import gzip
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jetapi.sandbox.kit.wire import loads
from jetapi.sandbox.rules import row_reader
from jetapi.sandbox.rules.row_reader import RowReader

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def reader_of(raw, *, size=7, takes_plain=False):
    """Read bytes that come in small pieces, with few bits to tell rows apart."""
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    return RowReader(lambda: pieces, takes_plain=takes_plain, size=1)


def rows_of(reader):
    while not reader.check(is_over=lambda: True):
        pass
    found, place = [], 0
    while place < reader.total:
        for at, row in reader.rows_after(place, is_over=lambda: True):
            place = at
            if row is not None:
                found.append(row)
            if at % 3 == 0:
                break
    return found


def read(raw):
    return rows_of(reader_of(gzip.compress(raw)))


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


@pytest.mark.parametrize("number", ["0.1", "-0.1", "1e3", "1E-30", "5.960464477539063e-08", "-1.5e+300"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_number_cut_anywhere_is_whole(number, size):
    raw = b'{"a": %s, "b": [%s], "c":%s}' % ((number.encode(),) * 3)

    assert rows_of(reader_of(raw, size=size, takes_plain=True)) == list(json.loads(raw).items())


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
    assert read(b'{"A": 1, "B": 2, "A": 3}') == [("B", 2), ("A", 3)]


def test_of_many_rows_each_sku_counts_once_whatever_the_bits_say(monkeypatch):
    monkeypatch.setattr(row_reader, "FEWEST_BITS", 8)
    keys = [f"S-{number % 70}" for number in range(200)]
    raw = "{" + ",".join(f'"{key}":{place}' for place, key in enumerate(keys)) + "}"

    assert dict(read(raw.encode())) == {key: place for place, key in enumerate(keys)}
    assert len(read(raw.encode())) == 70


def test_plain_json_is_read_where_it_is_taken():
    assert rows_of(reader_of(b'{"A": 1}', takes_plain=True)) == [("A", 1)]
    with pytest.raises(ValueError, match="not compressed"):
        rows_of(reader_of(b'{"A": 1}'))


@pytest.mark.parametrize("cut", [1, 9, 20, -1, -9])
def test_a_file_that_was_cut_is_not_whole(cut):
    with pytest.raises(ValueError, match=r"not whole|not compressed"):
        rows_of(reader_of(gzip.compress(b'{"A": 1, "B": 2}')[:cut]))


def test_a_value_that_never_ends_needs_no_more_memory_than_a_long_row(monkeypatch):
    monkeypatch.setattr(row_reader, "LONGEST_ROW", 2**19)  # traced, a large one takes minutes
    raw = b'{"A": [' + b"1," * 2_000_000
    tracemalloc.start()
    with pytest.raises(ValueError, match="not valid JSON"):
        rows_of(
            RowReader(lambda: (raw[at : at + 65536] for at in range(0, len(raw), 65536)), takes_plain=True)
        )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10 * 1024**2


def test_rows_may_be_asked_for_from_any_place():
    reader = reader_of(gzip.compress(b'{"A":1,"B":2,"C":3}'))
    assert reader.check(is_over=lambda: False)

    found = [[row for _, row in reader.rows_after(place, is_over=lambda: False)] for place in (1, 0, 2, 3)]

    assert [len(each) for each in found] == [2, 3, 1, 0]
