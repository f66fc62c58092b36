"""The base of every command: a person's text or one JSON object, and exit codes that scripts can trust."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jetapi.errors import JetError


class CommandFailed(CommandError):
    """The command did not achieve its purpose and has already said so."""


class PanelCommand(BaseCommand):
    """
    A command behind one button of the panel.

    Subclasses write `add_arguments` and `handle`, refuse with CommandError (one plain line), and end with
    `finish`. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. `--json` prints one JSON object last.
    """

    requires_system_checks = []  # CI runs them; a command starts at once
    as_json = False
    from_shell = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        self.from_shell = True
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> Any:
        self.as_json = bool(options.get("json"))
        try:
            return super().execute(*args, **options)
        except JetError as error:
            return self._refused(CommandError(str(error)))
        except CommandError as error:
            return self._refused(error)
        except KeyboardInterrupt:
            if not self.from_shell:
                raise
            sys.exit(130)

    def say(self, text: str) -> None:
        """Tell a person something on the way; silent under --json."""
        if not self.as_json:
            self.stdout.write(text)
            self.stdout.flush()

    def finish(self, summary: dict[str, Any], text: str, ok: bool = True) -> None:
        """
        Print the result; leave with exit code 1 unless ok.

        :raises CommandFailed: not ok, for callers in the same process
        """
        self.stdout.write(json.dumps(summary, default=str) if self.as_json else text)
        self.stdout.flush()
        if not ok:
            raise CommandFailed(text)

    def _refused(self, error: CommandError) -> None:
        if not self.from_shell:
            raise error
        if not isinstance(error, CommandFailed):
            self.stderr.write(str(error))
            if self.as_json:
                self.stdout.write(json.dumps({"error": str(error)}))
        sys.exit(error.returncode)
