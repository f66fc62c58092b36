"""The base of every command: a person's text or one JSON object, and exit codes that scripts can trust."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, transaction

from jetbridge.core import erasures, outages, store_days
from jetbridge.core.actors import account_on_machine, acting
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.management import faults, files

Rows = Sequence[Mapping[str, Any]]


class CommandFailed(CommandError):
    """The command did not achieve its purpose and has already said so."""


class PanelCommand(BaseCommand):
    """
    A command behind one button of the panel.

    Subclasses write `add_arguments` and `handle`, refuse with CommandError (one plain line) or Usage, name in
    `refusals` what their services refuse with, and end with `finish` or `finish_rows`. Exit codes: 0 done,
    1 refused or failed, 2 wrong usage. `--json` prints one JSON object last, whatever happened. A command that
    only writes our own database takes `--dry-run` from `add_dry_run` and writes within `trying`.
    """

    requires_system_checks = []  # CI runs them; a command starts at once
    # A command that makes the tables, or does without them, says so.
    needs_tables = True
    # What services raise where they refuse: its words are what a person reads.
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    as_json = False
    is_from_command_line = False
    was_tried = False
    has_answered = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")
        # It raises then, so that wrong usage is answered as every other refusal is.
        parser.called_from_command_line = False
        self._program = parser.prog
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        self.is_from_command_line, self.as_json = True, "--json" in argv
        try:
            super().run_from_argv(argv)
        except CommandError as error:  # the parser's; what the command refuses was answered already
            self._refused(faults.of_parser(error, self._program))
        except Exception as error:
            if self.as_json and not self.has_answered:
                self._print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
            raise

    def execute(self, *args: Any, **options: Any) -> Any:
        self.as_json, self.was_tried, self.has_answered = bool(options.get("json")), False, False
        try:
            # One request id over all that the command does.
            with acting(name=account_on_machine()), store_days.followed():
                if self.is_from_command_line and self.needs_tables and (outage := outages.behind()):
                    raise CommandError(str(outage))
                if self.is_from_command_line and self.needs_tables:
                    erasures.ensure()
                return super().execute(*args, **options)
        except CommandError as error:
            return self._refused(error)
        except ValidationError as error:
            return self._refused(CommandError(faults.fault_text(error)))
        except KeyboardInterrupt:
            if not self.is_from_command_line:
                raise
            sys.exit(130)
        except Exception as error:
            if isinstance(error, (JetFailure, *self.refusals)):
                return self._refused(CommandError(str(error)))
            outage = outages.outage_of(error) if isinstance(error, Error | OSError) else None
            if outage is None:
                raise
            return self._refused(CommandError(str(outage)))

    def add_dry_run(self, parser: CommandParser) -> None:
        """Offer to do everything and take it back."""
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen; change nothing.")

    @contextmanager
    def trying(self, dry_run: bool) -> Iterator[None]:
        """
        Write what stands in the block; on a dry run take all of it back at its end.

        So a dry run passes the same checks as the real one. Only for what the database holds: a call to Jet
        cannot be taken back.
        """
        if not dry_run:
            yield
            return
        self.was_tried = True
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def add_secret(self, parser: CommandParser, option: str, help: str) -> None:
        """Take a secret that `secret` reads."""
        ways = "- reads it from standard input, @FILE from a file; without a value it is asked for."
        parser.add_argument(option, nargs="?", const="", metavar="-", help=f"{help} {ways}")

    def secret(self, source: str) -> str:
        """
        Return the secret that an option of `add_secret` leads to; warn where others can read it.

        :raises CommandError: there is none to be had there
        """
        if files.is_seen(source):
            self.stderr.write(
                "Warning: a secret on the command line is seen by everybody on this machine and kept in the shell's "
                "history. Give - and standard input, or @FILE."
            )
        return files.secret(source)

    def say(self, text: str) -> None:
        """Say something to a person on the way; silent under --json."""
        if not self.as_json:
            self._print(text)

    def finish(self, summary: dict[str, Any], text: str, ok: bool = True) -> None:
        """
        Print the result; leave with exit code 1 unless ok. After a dry run it says that nothing was changed.

        :raises CommandFailed: not ok, for callers in the same process
        """
        if self.was_tried:
            summary, text = {**summary, "dry_run": True}, f"{text}\nA dry run: nothing was changed."
        self.has_answered = True
        self._print(json.dumps(summary, default=str) if self.as_json else text)
        if not ok:
            raise CommandFailed(text)

    def finish_rows(self, key: str, rows: Rows, none: str, **more: Any) -> None:
        """Print a list: as a table under the names that the rows have in JSON, or why there are none."""
        self.finish({**more, key: rows}, table(rows) or none)

    def finish_facts(self, facts: dict[str, Any], ok: bool = True) -> None:
        """Print what is known of one thing, a line each."""
        lines = (f"{name.replace('_', ' ')}: {_cell(value)}" for name, value in facts.items())
        self.finish(facts, "\n".join(lines), ok)

    def _print(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _refused(self, error: CommandError) -> None:
        if not self.is_from_command_line:
            raise error
        if not isinstance(error, CommandFailed):
            self.stderr.write(str(error))
            if self.as_json:
                self._print(json.dumps(faults.as_json(error)))
        sys.exit(error.returncode)


def table(rows: Rows) -> str:
    """Return rows as a table; nothing where there are none."""
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        [name.replace("_", " ") for name in names],
        *([_cell(row.get(name)) for name in names] for row in rows),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(each)}" for name, each in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value)) or "-"
    return (
        store_days.text(value, "%Y-%m-%d %H:%M:%S")
        if isinstance(value, datetime)
        else " ".join(str(value).split())
    )
