"""Numbers in texts from outside: whatever stands there, it is a number that fits a column, or none."""

import ast

import pytest

from jetbridge.core.texts import number_in
from jetbridge.home import PROJECT_ROOT
from tests.core.doors import walk, world

# Each of them passed a check for digits somewhere, and made `int` or the database fail.
ODD = ("²", "١", "9" * 19, "9" * 4400, "-1", "+1", "1_0", "", " 1")
# Names of processes, made by the system; numbers in files and rows of ours; signs that are known to be ASCII.
SAFE = {
    "jetbridge/jobs/status.py",
    "jetbridge/store/magento/values.py",
    "orders/barcodes.py",
    "jetbridge/core/generations.py",
    "jetbridge/core/texts.py",
    "jetbridge/desk/supervision/leftovers.py",
    "jetbridge/jobs/watchdog.py",
    "catalog/mapping/taxonomy/files.py",
}


@pytest.mark.parametrize("text", ODD)
def test_what_only_seems_a_number_is_none(text):
    assert number_in(text) is None


def test_a_number_of_eighteen_digits_fits_a_key():
    assert (number_in("007"), number_in("9" * 18), number_in("123", digits=2)) == (7, 10**18 - 1, None)


def test_no_other_place_checks_digits_and_then_reads_them():
    """`isdigit` before `int` says yes to more than `int` can read, and to numbers that no column holds."""
    found = set()
    for room in ("jetbridge", "catalog", "orders", "returns"):
        for path in (PROJECT_ROOT / room).rglob("*.py"):
            name = str(path.relative_to(PROJECT_ROOT))
            if "/sandbox/" in name or "/migrations/" in name:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and _checks_and_reads(node):
                    found.add(name)

    assert found <= SAFE


def _checks_and_reads(function: ast.FunctionDef) -> bool:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    checks = any(isinstance(call, ast.Attribute) and call.attr in ("isdigit", "isdecimal") for call in calls)
    return checks and any(isinstance(call, ast.Name) and call.id == "int" for call in calls)


# What stands behind a question mark where pages read numbers.
NAMES = (
    "after", "asked", "assignee", "attribute", "category", "ids", "jet", "n", "order", "p", "page", "product",
    "sequence", "user", "person", "by",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["²", "9" * 19])
def test_no_page_fails_on_a_number_that_is_none(admin_client, odd):
    world.fill()
    query = dict.fromkeys(NAMES, odd)
    failed = []
    admin_client.raise_request_exception = False
    for route, pattern in walk.routes():
        address = walk.address(route, pattern)
        if admin_client.get(address, query).status_code == 500:
            failed.append(address)

    assert failed == []
