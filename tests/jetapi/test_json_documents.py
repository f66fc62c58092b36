"""The one reader of JSON from outside: what it takes, what it refuses, and that nobody reads past it."""

import ast
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from jetapi.http.json_documents import DEEPEST, LARGEST_ITEM, BadDocument, items, pairs, read

ROOT = Path(__file__).parents[2]
# They read what we wrote ourselves: our own files, columns and spools.
OWN = {
    "jetapi/http/json_documents.py", "jetbridge/home.py", "jetbridge/jobs/watchdog.py",
    "jetbridge/core/run_file.py", "jetbridge/core/erasures.py",
    "jetbridge/core/jet/tokens.py", "jetbridge/desk/services/support_bundles.py",
    "jetbridge/desk/management/commands/screenshots.py",
    "catalog/products/intake/attribute_cells.py",  # measures, keeps nothing
    "catalog/products/intake/runs.py", "catalog/rules/services/quick_edits.py", "catalog/listings/facets/base.py",
    "catalog/listings/facets/deliveries.py", "catalog/listings/models/uploads.py", "orders/jet/messages.py",
    "orders/jet/orders.py", "jetbridge/api/lists.py",  # a cursor: a hundred signs at most
    "returns/services/returns.py",
}  # fmt: skip
REFUSED = [
    (b"[" * 100_000, "nested too deep"),
    (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "nested too deep"),
    (b'[{"a":' * 40 + b"1" + b"}]" * 40, "nested too deep"),
    (b'["\xed\xa0\x80"]', "not UTF-8"),
    (b'["\xff"]', "not UTF-8"),
    (b'["\\ud800"]', "half of a surrogate pair"),
    (b"[NaN]", "NaN"),
    (b'[{"price": 1, "price": 2}]', "'price' stands twice"),
    (b'[{"a": [{"b": {"\\u0063": 1, "c": {}}}]}]', "'c' stands twice"),
    (b"[1", "."),
    (b"", "."),
    (b"x" * 2000, "larger than 1 kB"),
]


@pytest.mark.parametrize(("data", "why"), REFUSED)
def test_what_cannot_be_read_is_one_error_in_words(data, why):
    most = 1024 if data.startswith(b"x") else 1_000_000
    with pytest.raises(BadDocument, match=why):
        read(data, most_bytes=most)
    with pytest.raises(BadDocument, match=why):
        list(items(io.BytesIO(data), most_bytes=most))


def test_a_value_of_a_long_object_with_a_name_twice_is_refused_without_the_rest():
    source = io.BytesIO(b'{"1": {"a": 1, "a": 2}, "2": "' + b"x" * 4_000_000 + b'"}')

    with pytest.raises(BadDocument, match="'a' stands twice"):
        list(pairs(source, most_bytes=100_000_000))

    assert source.tell() < 1_000_000


def test_a_whole_pair_a_mark_in_front_and_exact_amounts_are_read():
    data = b"\xef\xbb\xbf" + b'["\\ud83d\\ude00", 12.50]'

    assert read(data, most_bytes=100) == ["😀", Decimal("12.50")]
    assert list(items(io.BytesIO(data), most_bytes=100)) == ["😀", Decimal("12.50")]


@pytest.mark.parametrize("text", ["[]", " [ ] ", "[1]", "[1 , 2]\n", '[{"a": [1, 2]}, "]", null]'])
def test_a_list_is_the_same_one_by_one(text):
    assert list(items(io.BytesIO(text.encode()), most_bytes=100)) == read(text, most_bytes=100)


@pytest.mark.parametrize("text", ["{}", "1", "[1 2]", "[1,]", "[1] x", "[1]]", "[,1]"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(BadDocument):
        list(items(io.BytesIO(text.encode()), most_bytes=100))


def test_a_list_that_is_longer_than_what_is_read_at_once_is_the_same_one_by_one():
    rows = [{"sku": f"SKU-{n}", "name": "é" * 40} for n in range(40_000)]
    text = json.dumps(rows, ensure_ascii=False, indent=1).encode()

    assert len(text) > 2 * LARGEST_ITEM
    assert list(items(io.BytesIO(text), most_bytes=len(text))) == rows


def test_an_entry_that_is_too_large_is_refused_before_it_is_read():
    text = b'[1, {"a": [' + b"1," * LARGEST_ITEM + b"1]}]"

    with pytest.raises(BadDocument, match="entry is larger than 2 MB"):
        list(items(io.BytesIO(text), most_bytes=len(text)))


def test_nobody_else_reads_json_from_outside():
    readers = {
        str(file.relative_to(ROOT))
        for room in ("jetbridge", "catalog", "orders", "returns", "jetapi")
        for file in (ROOT / room).rglob("*.py")
        if "sandbox" not in file.parts and "demo" not in file.parts and "journey" not in file.parts
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("json.loads", "json.load", "json.JSONDecoder")
    }

    assert readers - OWN == set()
