"""Records, physical lines and broken quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.products.intake.records import RecordReader, sniff_delimiter


def records(text: str, width: int = 3):
    return list(RecordReader(iter(text.splitlines(keepends=True)), ",", width))


def test_a_record_is_numbered_by_the_physical_line_on_which_it_starts():
    found = records('a,"two\nlines",1\n\nb,x,2\n')

    assert [(record.line, record.cells[0]) for record in found] == [(1, "a"), (4, "b")]


def test_a_quote_that_is_never_closed_costs_its_own_record_only():
    found = records('a,x,1\nb,"open,2\nc,"fine",3\nd,"fine too",4\n')

    assert [(record.line, record.code) for record in found] == [(1, ""), (2, "quote"), (3, ""), (4, "")]
    assert found[2].cells == ["c", "fine", "3"]


def test_an_open_quote_at_the_end_of_the_file_gives_back_the_rows_below_it():
    found = records('a,x,"1\nb,y,2\nc,z,3\n')

    assert [(record.line, bool(record.problem)) for record in found] == [(1, True), (2, False), (3, False)]


def test_a_quote_in_the_middle_of_a_quoted_cell_is_told():
    found = records('a,"5" wide",1\nb,x,2\n')

    assert found[0].code == "quote"
    assert "write it twice" in found[0].problem
    assert found[1].cells == ["b", "x", "2"]


def test_lines_of_a_broken_record_that_are_no_records_are_named():
    found = records('a,"broken" text\nmore of it\nstill more\nb,x,2\n')

    assert [record.line for record in found] == [1, 4]
    assert "Lines 1 to 3" in found[0].problem


def test_too_few_and_too_many_cells_are_told_with_both_counts():
    found = records("a,b\na,b,c,d\na,b,c\n")

    assert [record.code for record in found] == ["column_count", "column_count", ""]
    assert found[0].problem == "The row has 2 cells, the header has 3."


def test_the_delimiter_is_the_one_that_yields_a_column_sku():
    assert sniff_delimiter('"name, long";sku;price') == ";"
    assert sniff_delimiter("sku\tname,x,y") == "\t"
    assert sniff_delimiter("sku,price") == ","


@pytest.mark.parametrize(
    ("text", "codes", "skus"),
    [
        ('a,"5" wide",1\nb,"6" tall",2\nc,x,3\n', ["quote", "quote", ""], ["a", "b", ""]),
        ('a,"5 inch,1\nb,"6 inch,2\nc,x,3\n', ["quote", "quote", ""], ["a", "b", ""]),
        ('a,"12,1\nb,12",2\nc,x,3\n', ["quote", "", ""], ["a", "", ""]),
        ('a,"12,1\nb,x,2\nc,12",3\n', ["quote", "", ""], ["a", "", ""]),
        ('a,"5" x",1\nb,"6" x",1\nc,"7" x",1\nd,"8" x",1\n', ["quote"] * 4, ["a", "b", "c", "d"]),
        ('a,"two\nlines, indeed",1\nb,"x\n\ny",2\n', ["", ""], ["", ""]),
        ("a,b\nb,c,d,e\n", ["column_count", "column_count"], ["a", "b"]),
    ],
)
def test_each_broken_record_counts_for_itself_and_names_its_sku(text, codes, skus):
    reader = RecordReader(iter(text.splitlines(keepends=True)), ",")
    reader.expect(3, least=3, sku=0)

    found = list(reader)

    assert [(record.code, record.sku) for record in found] == list(zip(codes, skus, strict=True))


def test_a_text_of_several_lines_is_one_record_however_many_commas_it_has():
    reader = RecordReader(iter('a,"first\nb, c"\nd,"e\nf, g\nh"\n'.splitlines(keepends=True)), ",")
    reader.expect(2, least=2, sku=0)

    assert [each.cells for each in reader] == [["a", "first\nb, c"], ["d", "e\nf, g\nh"]]


def test_empty_cells_at_the_end_of_a_row_are_no_fault():
    assert [each.cells for each in records("a,b,c,,\na,b,c\n")] == [["a", "b", "c"], ["a", "b", "c"]]


@given(
    st.lists(
        st.sampled_from(["{},plain,1", '{},"two\nlines",1', '{},"5" wide",1', '{},"said ""yes""",1']),
        max_size=12,
    )
)
def test_no_record_vanishes_whatever_stands_beside_it(kinds):
    text = "\n".join(kind.format(f"S{number}") for number, kind in enumerate(kinds))
    reader = RecordReader(iter(text.splitlines(keepends=True)), ",")
    reader.expect(3, least=3, sku=0)

    found = list(reader)

    assert [each.sku or each.cells[0] for each in found] == [f"S{number}" for number in range(len(kinds))]


@pytest.mark.parametrize(
    "second", ["B,too few\n", 'B,5" wide,"6" tall",x\n', 'B,"6" tall",9\n', "B,1,2,3,4\n"]
)
def test_a_broken_record_takes_none_with_it_whatever_is_wrong_with_the_next(second):
    lines = ["sku,name,size,note\n", 'A,"5" wide",1,2\n', second, "C,1,2,3\n"]
    reader = RecordReader(iter(lines), ",")
    records = iter(reader)
    next(records)
    reader.expect(4, least=4, sku=0)

    found = [(each.line, each.sku, bool(each.problem)) for each in records]

    assert found == [(2, "A", True), (3, "B", True), (4, "", False)]


def test_a_record_of_several_lines_with_too_few_cells_takes_none_with_it():
    lines = ["sku,name,size,note\n", 'A,"long\n', 'text",1\n', "B,too few\n", "C,1,2,3\n"]
    reader = RecordReader(iter(lines), ",")
    records = iter(reader)
    next(records)
    reader.expect(4, least=4, sku=0)

    found = [(each.line, each.sku, bool(each.problem)) for each in records]

    assert found == [(2, "A", True), (4, "B", True), (5, "", False)]


def test_a_line_end_of_the_old_macintosh_ends_a_record_and_stays_in_quotes():
    found = list(RecordReader(iter(["a,x,1\r\n", 'b,"two\rlines",2\rc,z,3\r\n', "d,w,4\n"]), ",", 3))

    assert [record.cells[0] for record in found] == ["a", "b", "c", "d"]
    assert found[1].cells[1] == "two\rlines"
    assert not any(record.problem for record in found)
