"""What every command of ours promises to a shell: exit codes, one plain line, one JSON object at the end."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, get_commands, load_command_class

from jetbridge.core.jet.errors import JetUnreachable
from jetbridge.core.management.base import CommandFailed, PanelCommand

# From a shell a command first looks whether the database is as new as the program.
pytestmark = pytest.mark.django_db

OURS = ("jetbridge", "catalog", "orders", "returns")


class Told(PanelCommand):
    """A command that ends as the test says."""

    def __init__(self, end: Exception | bool) -> None:
        super().__init__()
        self.end = end

    def handle(self, *args: Any, **options: Any) -> None:
        self.say("on the way")
        if isinstance(self.end, Exception):
            raise self.end
        self.finish({"done": 1}, "1 done", ok=self.end)


def from_command_line(end: Exception | bool, *words: str) -> int:
    """Run the command as a shell does; return its exit code."""
    try:
        Told(end).run_from_argv(["manage.py", "told", *words])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_a_person_gets_text_and_exit_code_zero(capsys: pytest.CaptureFixture[str]):
    code = from_command_line(True)

    assert (code, capsys.readouterr().out) == (0, "on the way\n1 done\n")


def test_json_is_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]):
    code = from_command_line(True, "--json")

    assert (code, json.loads(capsys.readouterr().out)) == (0, {"done": 1})


def test_a_purpose_not_achieved_prints_its_result_and_exits_with_one(capsys: pytest.CaptureFixture[str]):
    code = from_command_line(False, "--json")

    told = capsys.readouterr()
    assert (code, json.loads(told.out), told.err) == (1, {"done": 1}, "")


@pytest.mark.parametrize(
    "refusal", [CommandError("No such file: x.csv"), JetUnreachable("No such file: x.csv")]
)
def test_a_refusal_is_one_plain_line_without_a_class_name(refusal, capsys: pytest.CaptureFixture[str]):
    code = from_command_line(refusal)

    assert (code, capsys.readouterr().err) == (1, "No such file: x.csv\n")


def test_a_refusal_under_json_is_an_object_too(capsys: pytest.CaptureFixture[str]):
    code = from_command_line(CommandError("No such file: x.csv"), "--json")

    assert (code, json.loads(capsys.readouterr().out)) == (1, {"error": "No such file: x.csv"})


def test_wrong_usage_exits_with_two(capsys: pytest.CaptureFixture[str]):
    assert from_command_line(True, "--no-such-option") == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_a_caller_in_the_same_process_gets_an_exception():
    with pytest.raises(CommandFailed, match="1 done"):
        Told(False).execute(json=False, force_color=False, no_color=True, skip_checks=True)


def test_every_command_of_ours_can_say_what_its_options_are():
    ours = [
        (name, app)
        for name, app in get_commands().items()
        if load_command_class(app, name).__module__.split(".")[0] in OURS
    ]

    helps = {
        name: load_command_class(app, name).create_parser("manage.py", name).format_help()
        for name, app in ours
    }

    assert {"configure", "up", "upload", "rejected_files"} <= helps.keys()
    assert all(text.startswith("usage: ") for text in helps.values())


def test_what_a_table_refuses_is_one_plain_line_and_json_too(capsys: pytest.CaptureFixture[str]):
    code = from_command_line(ValidationError({"value": ["Too long."]}), "--json")

    printed = capsys.readouterr()
    assert code == 1
    assert json.loads(printed.out.splitlines()[-1]) == {"error": "value: Too long."}
    assert printed.err.strip() == "value: Too long."
