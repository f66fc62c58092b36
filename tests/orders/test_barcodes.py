"""Code 128: what a scanner reads of the bars is what was written."""

import re

import pytest

from orders import barcodes


def read(drawing):
    """Read the bars of a drawing as a scanner does."""
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v", drawing)]
    widths = []
    for (start, width), after in zip(bars, [*bars[1:], (0, 0)], strict=True):
        widths += [width, after[0] - start - width]
    text = "".join(map(str, widths[:-1]))
    known = {code: sign for sign, code in enumerate(barcodes._WIDTHS)}
    signs, stop = [known[text[place : place + 6]] for place in range(0, len(text) - 7, 6)], text[-7:]
    start, *data, check = signs
    assert stop == barcodes._WIDTHS[106]
    assert check == (start + sum(place * sign for place, sign in enumerate(data, start=1))) % 103
    return "".join(f"{sign:02}" if start == 105 else chr(sign + 32) for sign in data)


@pytest.mark.parametrize("text", ["100000071", "12345678", "R-7", "a B~", "0"])
def test_what_is_drawn_is_read_again(text):
    assert read(barcodes.svg(text)) == text


def test_each_sign_is_eleven_wide_and_like_no_other():
    signs, stop = barcodes._WIDTHS[:-1], barcodes._WIDTHS[-1]
    assert {sum(map(int, sign)) for sign in signs} == {11}
    assert sum(map(int, stop)) == 13
    assert len(set(barcodes._WIDTHS)) == 107


@pytest.mark.parametrize("text", ["", "Größe"])
def test_what_cannot_be_written_is_left_out(text):
    assert barcodes.svg(text) == ""
