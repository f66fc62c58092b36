"""A command that lists gives the list of the panel: its columns, its search, its filters, its pages."""

import json

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class

from catalog.products.models import Attribute
from jetbridge.desk.demo import steps
from jetbridge.panel.cli_commands import PAGE_COMMANDS
from jetbridge.panel.management.grids import GridCommand
from tests.commands.answers import answer, refusal

pytestmark = pytest.mark.django_db

# Commands of a list's page that do something when nothing else is said: the button above the list.
BUTTONS = {"validate", "fetch_orders", "fetch_returns", "fetch_settlements", "sync_refunds"}
PATH = ("admin:", "_changelist")


def command_of(name):
    return load_command_class(get_commands()[name], name)


def lists():
    """Give each list of the panel with the command that its page offers to give it, in its bare words."""
    for page, lines in PAGE_COMMANDS.items():
        if page.startswith(PATH[0]) and page.endswith(PATH[1]):
            for line in lines:
                name, *words = line.split()
                if all(word.startswith("--") for word in words) and len(words) < 2 and name not in BUTTONS:
                    yield page.removeprefix(PATH[0]).removesuffix(PATH[1]), name, words


BARE = [(page, name) for page, name, words in lists() if not words]
GRIDS = sorted({name for _, name in BARE})


@pytest.mark.parametrize(("page", "name"), BARE)
def test_a_command_that_lists_what_a_page_lists_takes_it_from_that_page(page, name):
    command = command_of(name)

    assert isinstance(command, GridCommand)
    assert command.grid.model is apps.get_model(*page.split("_", 1))
    assert command.grid.keys


@pytest.fixture
def demo(settings, served_sandbox, account):
    """A store in which most of what can happen has happened."""
    path = settings.JETBRIDGE_HOME / "run.json"
    path.write_text(json.dumps({"panel": "http://127.0.0.1:8000/", "sandbox": served_sandbox.url}))
    steps.seed(say=lambda text: None)
    yield
    path.unlink()


def test_every_list_gives_each_column_of_its_page(capsys, demo, merchant):
    seen = set()
    for name in GRIDS:
        grid = command_of(name).grid
        columns = list(grid.page.list_display)
        whole = answer(capsys, name)[grid.rows] if grid.rows != "rows" else answer(capsys, name)["rows"]
        rows = answer(capsys, name, columns=",".join(columns))[grid.rows] if columns != ["__str__"] else whole
        if rows:
            seen.add(name)
            assert set(columns) - {"__str__"} <= set(rows[0]), name
            assert set(whole[0]) == set(grid.keys), name
            assert not any("<" in str(rows[0][column]) for column in columns if column != "__str__"), name

    assert {"attribute", "store_category", "history", "api_log", "people", "roles"} <= seen


@pytest.fixture
def attributes(db):
    for code, kind in (("color", "select"), ("finish", "text"), ("size", "select")):
        Attribute.objects.create(code=code, label=code.title(), kind=kind)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ([], ["color", "finish", "size"]),
        (["--search", "fin"], ["finish"]),
        (["--where", "kind__exact=select"], ["color", "size"]),
        (["--where", "?o=-1"], ["size", "finish", "color"]),
        (["--page", "1"], ["color", "finish", "size"]),
    ],
)
def test_a_list_is_narrowed_as_its_page_is(capsys, attributes, words, codes):
    found = answer(capsys, "attribute", *words)["attributes"]

    assert [row["code"] for row in found] == codes


def test_a_person_reads_the_pages_columns_under_their_names(capsys, attributes):
    call_command("attribute", columns="label,kind")

    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["code", "label", "kind"]
    assert first.split() == ["color", "Color", "Select"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--where", "shape=round"], "Filters: kind"),
        (["--columns", "shape"], "Columns: code, label, kind"),
        (["--page", "2"], "Give 1 to 1"),
        (["--page", "0"], "Give 1 to 1"),
    ],
)
def test_a_filter_a_column_or_a_page_that_is_not_there_is_wrong_usage(attributes, words, text):
    refused = refusal("attribute", *words)

    assert (refused.returncode, text in str(refused)) == (2, True), str(refused)
