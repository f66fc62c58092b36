"""The base of every command: a person's text or one JSON object, and exit codes that scripts can trust."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, transaction
from django.forms import BaseForm

from jetbridge.core import outages
from jetbridge.core.actors import acting
from jetbridge.core.jet.errors import JetFailure


class CommandFailed(CommandError):
    """The command did not achieve its purpose and has already said so."""


class PanelCommand(BaseCommand):
    """
    A command behind one button of the panel.

    Subclasses write `add_arguments` and `handle`, refuse with CommandError (one plain line), and end with
    `finish`. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. `--json` prints one JSON object last.
    A command that only writes our own database takes `--dry-run` from `add_dry_run` and writes within `trying`.
    """

    requires_system_checks = []  # CI runs them; a command starts at once
    # A command that makes the tables, or does without them, says so.
    needs_tables = True
    as_json = False
    from_shell = False
    was_tried = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        self.from_shell = True
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> Any:
        self.as_json, self.was_tried = bool(options.get("json")), False
        try:
            with acting():  # one request id over all that the command does
                if self.from_shell and self.needs_tables and (outage := outages.behind()):
                    raise CommandError(str(outage))
                return super().execute(*args, **options)
        except JetFailure as error:
            return self._refused(CommandError(str(error)))
        except ValidationError as error:
            return self._refused(CommandError(worded(error)))
        except CommandError as error:
            return self._refused(error)
        except (Error, OSError) as error:
            outage = outages.outage_of(error)
            if outage is None:
                raise
            return self._refused(CommandError(str(outage)))
        except KeyboardInterrupt:
            if not self.from_shell:
                raise
            sys.exit(130)

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

    def say(self, text: str) -> None:
        """Tell a person something on the way; silent under --json."""
        if not self.as_json:
            self.stdout.write(text)
            self.stdout.flush()

    def finish(self, summary: dict[str, Any], text: str, ok: bool = True) -> None:
        """
        Print the result; leave with exit code 1 unless ok. After a dry run it says that nothing was changed.

        :raises CommandFailed: not ok, for callers in the same process
        """
        if self.was_tried:
            summary, text = {**summary, "dry_run": True}, f"{text}\nA dry run: nothing was changed."
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


def refuse_invalid(form: BaseForm) -> None:
    """
    Refuse what a page's form refuses, in the same words.

    :raises CommandError: with each field and what is wrong with it
    """
    if not form.is_valid():
        raise CommandError(worded(ValidationError(form.errors.as_data())))


def refuse_beside(deed: str, options: dict[str, Any], *names: str) -> None:
    """
    Refuse options beside a deed that would not heed them: silence would look like success.

    :raises CommandError: with exit code 2, naming what does not go with it
    """
    given = [f"--{name.replace('_', '-')}" for name in names if options[name] not in (None, False, [])]
    if given:
        raise CommandError(
            f"--{deed.replace('_', '-')} does not go with {', '.join(given)}: one after the other.",
            returncode=2,
        )


def worded(problems: ValidationError) -> str:
    """Return what is wrong with which field, in one line."""
    if not hasattr(problems, "error_dict"):
        return " ".join(problems.messages)
    named = problems.message_dict.items()
    return "; ".join(
        " ".join(texts) if name == "__all__" else f"{name}: {' '.join(texts)}" for name, texts in named
    )
