"""How every command refuses: one line for a person, one JSON object for a script, and which argument was wrong."""

import io
import json
import re
import sys

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.home import PROJECT_ROOT
from tests.commands.answers import refusal
from tests.commands.forms import OURS, our_commands
from tests.factories import ProductFactory

# From a shell a command first looks whether the database is as new as the program.
pytestmark = pytest.mark.django_db

NAMES = sorted(our_commands())


def from_command_line(command, *words):
    """Run a command as a shell does; return its exit code."""
    try:
        command.run_from_argv(["manage.py", *words])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.mark.parametrize("name", NAMES)
def test_wrong_usage_is_one_json_document_too(name, capsys):
    command = load_command_class(get_commands()[name], name)

    code = from_command_line(command, name, "--json", "--no-such-option")

    reported = capsys.readouterr()
    (document,) = map(json.loads, reported.out.splitlines())
    assert code == 2
    assert document["errors"][0]["fix"] == f"See manage.py {name} --help."
    assert reported.err == f"{document['error']}\n"


class Breaks(PanelCommand):
    """A command with a fault of ours, before or after it has answered."""

    def __init__(self, *, late: bool) -> None:
        super().__init__()
        self.late = late

    def handle(self, *args, **options):
        if self.late:
            self.finish({"done": 1}, "1 done")
        raise KeyError("sku")


@pytest.mark.parametrize("late", [False, True])
def test_a_fault_of_ours_is_a_traceback_and_still_one_json_document(late, capsys):
    with pytest.raises(KeyError):
        from_command_line(Breaks(late=late), "breaks", "--json")

    (document,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert document == ({"done": 1} if late else {"error": "KeyError: 'sku'"})


def test_a_wrong_argument_is_named_with_what_is_wrong_and_how_it_is_used(capsys):
    command = load_command_class(get_commands()["mass_actions"], "mass_actions")

    code = from_command_line(command, "mass_actions", "many", "--json")

    reported = json.loads(capsys.readouterr().out)
    (fault,) = reported["errors"]
    assert code == 2
    assert (fault["field"], fault["reason"]) == ("NUMBER", "'many' is no whole number.")


def test_what_a_form_refuses_is_said_of_the_option_and_never_of_a_column(capsys):
    command = load_command_class(get_commands()["store_category"], "store_category")

    code = from_command_line(command, "store_category", "Home", "--add", "--hold-back", "many", "--json")

    reported = json.loads(capsys.readouterr().out)
    assert (code, reported["errors"]) == (
        1, [{"field": "--hold-back", "reason": "Enter a whole number.", "fix": ""}],
    )  # fmt: skip
    assert reported["error"] == "--hold-back: Enter a whole number."


@pytest.mark.parametrize(
    "words", [["product", "mug-"], ["product", "MUG"], ["vanished", "--link", "X", "mug-"]]
)
def test_a_sku_that_nobody_has_leads_to_those_that_look_like_it(words):
    ProductFactory(sku="MUG-1")

    assert str(refusal(*words)).endswith("Did you mean: MUG-1?")


@pytest.mark.parametrize("name", ["gone.csv", "."])
def test_a_file_that_cannot_be_read_or_written_is_named_with_the_reason(name, tmp_path):
    path = tmp_path / name

    with pytest.raises(CommandError, match="cannot be read: "):
        files.read(path)
    with pytest.raises(CommandError, match="cannot be read: "), files.on_disk(path, missing=2):
        pass
    with pytest.raises(CommandError, match="cannot be written: "), files.written(tmp_path / "gone" / "x"):
        pass


def test_a_dash_is_standard_input_for_what_reads_bytes_and_for_what_needs_a_file(monkeypatch):
    def given():
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"sku\nMUG-1\n")))

    given()
    whole = files.read("-")
    given()
    with files.on_disk("-") as path:
        kept = path.read_bytes()

    assert whole == kept == b"sku\nMUG-1\n"
    assert not path.exists()


def test_a_secret_that_is_no_text_is_refused_in_a_line(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8"))

    with pytest.raises(CommandError, match="not in UTF-8"):
        files.secret()


# What the base does for every command: name what a service refuses with in `refusals`, raise Usage for wrong usage,
# read and write through `files`.
OWN_WAYS = {
    r"raise CommandError\(str\(\w+\)\)": "refusals = (...)",
    r"returncode=2": "Usage",
    r"sys\.stdin": "files.read, files.on_disk, files.secret",
    r"\.(read_bytes|write_bytes|write_text)\(|\.open\(\"": "files.read, files.written, files.write_lines",
}
# The pictures are drawn beside a panel of their own, whose log and run file it reads.
PASSED = {"screenshots.py", "files.py", "faults.py", "base.py"}


@pytest.mark.parametrize("way", OWN_WAYS)
def test_commands_leave_refusals_exit_codes_and_files_to_their_base(way):
    modules = [path for room in sorted(OURS) for path in (PROJECT_ROOT / room).rglob("management/**/*.py")]

    found = [path.name for path in modules if path.name not in PASSED and re.search(way, path.read_text())]

    assert len(modules) > 60
    assert found == [], f"use {OWN_WAYS[way]}"
