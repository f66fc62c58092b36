"""What stores write as HTML, as the plain text that Jet takes."""

import pytest

from catalog.plain_text import one_line


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Bosch&trade; &amp; Co", "Bosch™ & Co"),
        ("5&quot; x 7&#39; &#x2122;", "5\" x 7' ™"),
        ("AT&T and R&D;", "AT&T and R&D;"),
        ("A &amp;amp; B", "A &amp; B"),
        ("a &lt; b", "a < b"),
    ],
)
def test_entities_are_read_once_and_a_bare_ampersand_stays(written, plain):
    assert one_line(written) == plain
