"""Values as stores write them, read into what Jet requires."""

import pytest

from catalog.products.values import number_and_unit


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", ("12", "")),
        (" 1,200.5in ", ("1,200.5", "in")),
        ("12 fl oz", ("12", "fl oz")),
        ("12 .5 in", ("12", ".5 in")),
        ("12 \n", ("12", "")),
        ("12\nin", ("12", "in")),
        ("12 in\nwide", None),
        ("in", None),
        ("", None),
    ],
)
def test_a_number_is_told_from_its_unit(written, read):
    assert number_and_unit(written) == read
