"""No text from outside may keep a process busy: every regular expression of the product takes linear time."""

import re
import time

import pytest

from catalog.products.intake.attribute_cells import split_attributes
from catalog.products.intake.multi_values import Splitter
from catalog.products.plain_text import one_line, plain_text
from catalog.products.values import number_and_unit
from jetapi.redaction import redacted_text
from jetbridge.desk.error_book.matches import recognize
from tests.expressions.backtracking import pumped
from tests.expressions.found import ELSEWHERE, elsewhere, expressions, out_of_sight

# Expressions that are not known before they run, each with the reason why it may be so.
MADE_AT_RUN_TIME = {
    "jetapi/sandbox/kit/checks.py: re.compile(text, re.IGNORECASE)": (
        "written by whoever steers the sandbox, for its own paths"
    ),
    "jetbridge/store/magento/sandbox/criteria.py: re.compile(text, re.IGNORECASE)": (
        "a search of the emulator's; it is compiled only, and what loops too much is not carried out"
    ),
    "jetbridge/store/magento/sandbox/memory.py: "
    "re.search(expression, str(value)[:LONGEST_MATCHED], re.IGNORECASE)": (
        "what the line above let pass: two loops at most, none around a group, on 255 characters"
    ),
}

# Four times as much takes 4 times as long where time is linear, and 16 times where it is quadratic.
LINEAR = 9
SHORT = 0.03


def test_no_text_makes_an_expression_slow():
    slow = {}
    for each in expressions():
        word = pumped(each.pattern, each.flags, searches=each.searches, to_the_end=each.to_the_end)
        if word:
            slow[each.place] = f"{each.pattern[:80]!r} is slow on many of {word!r}"

    assert slow == {}


def test_every_expression_is_seen():
    found = expressions()

    assert len(found) > 70
    assert set(out_of_sight()) == set(MADE_AT_RUN_TIME)
    assert elsewhere() == []


@pytest.mark.parametrize(
    "line",
    [
        "from re import compile", "import re as r", "import json, re as r", "import regex", "from re2 import search",
        "rows.filter(name__regex=text)", "    from re import match", "import fnmatch",
    ],
)  # fmt: skip
def test_another_way_to_an_expression_is_seen(line):
    assert ELSEWHERE.search(f"import os\n{line}\n")


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"(a*)*b", {}), (r"(a|a)*b", {"searches": False}), (r"(a|ab|b)*c", {"searches": False}),
        (r"a+b", {}), (r"\s*,\s*", {}), (r"\s+$", {}), (r"\s*x?\s*y", {"searches": False}),
        (r"<[a-z][^>]*>", {}), (r"(?<=\?)[^ ]*sig=", {}), (r"[\w.+-]+@host", {}), (r"x(?=\s*)y|\s*z", {}),
        (r"https?://[^\s/]+\S*", {"searches": False, "to_the_end": True}), (r"(a{0,5})*b", {"searches": False}),
        (r"(?:[ab]b*){2,}", {}),
    ],
)  # fmt: skip
def test_the_judge_names_a_text_that_makes_an_expression_slow(pattern, how):
    assert pumped(pattern, **how)


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"a+", {}), (r"[^\W_]+", {}), (r"^a+$", {}), (r"a*b*c", {"searches": False}),
        (r"[0-9]+(?:\.[0-9]+)*", {"searches": False, "to_the_end": True}), (r"\?[^ ]+", {}),
        (r"x{1,300}y", {}), (r",(?=\s*[a-z]+\s*=)", {}), (r"\*\*([^*]+)\*\*", {}), (r"a+b", {"searches": False}),
    ],
)  # fmt: skip
def test_the_judge_lets_linear_expressions_pass(pattern, how):
    assert pumped(pattern, **how) == ""


@pytest.mark.parametrize("pattern", [r"\s*,\s*", r"<[a-z][^>]*>"])
def test_what_the_judge_names_is_slow_indeed(pattern):
    word, asked = pumped(pattern), re.compile(pattern)

    # One measurement may be off by a neighbor on the machine; what is linear never grows like this.
    assert max(_growth(lambda size: asked.search(word * size), size) for size in (3000, 4000, 5000)) > LINEAR


@pytest.mark.parametrize(
    "clean",
    [
        plain_text,
        one_line,
        redacted_text,
        split_attributes,
        number_and_unit,
        recognize,
        Splitter().children,
        Splitter().paths,
        Splitter().images,
    ],
)
@pytest.mark.parametrize(
    ("head", "word", "tail"),
    [
        ("a <", " ", ""), ("", "<", ""), ("", "<p ", ""), ("", "<!--", ""), ("", "<script>", "</style>"),
        ("</script", " ", ""), ("<p>", "< /", "  "), ("&#", "9", ";"), ("", "&", ""), ("sig=", "?", ""),
        ("", "?", "sig"), ("token ", "-eyJ", ""), ("pass", " ", ""), ("bearer", " ", ""), ("", "a.", "@customer.jet"),
        ("", "a@customer.jet.com", ""), ("1", ",", "\n"), ("1", " ", "\n\n"), ("a=", "\"", ""), ("", ",a=\"", ""),
        ("", ",a=[1,", ""), ("a=", "[", ""), ("", "a=1,", ""), ("", "a ", "="),
        ("sku=A,a=", "|sku=", ""), ("", "|sku=\"", ""), ("", "=\"\"\"|sku=", ""), ("a=\"", "\"\"|sku=", ""),
        ("x=1", ",a=[1,", ""),
        ("x=1", ",a=[\"x\",", ""), ("", "{{media ", ""), ("{{media", " ", ""), ("", "<![CDATA[", ""),
        ("&#", "0", ""), ("a/b", ";a/", ""),
    ],
)  # fmt: skip
def test_cleaning_a_text_takes_time_that_grows_as_the_text_does(clean, head, word, tail):
    assert _growth(lambda size: clean(head + word * size + tail), 10_000) < LINEAR


def _growth(work, size):
    """Return how much longer four times as much takes; what stays within a few milliseconds counts as linear."""
    growth = 4.0
    for times in (1, 3):  # what seems too long at once may have had a neighbor
        long = _seconds(work, size * 4, times)
        growth = long / _seconds(work, size, times) if long > SHORT else 4.0
        if growth < LINEAR:
            break
    return growth


def _seconds(work, size, times):
    """Return the least processor time of some, so that neighbors on the machine do not count."""
    found = []
    for _ in range(times):
        begin = time.thread_time()
        work(size)
        found.append(time.thread_time() - begin)
    return min(found)
