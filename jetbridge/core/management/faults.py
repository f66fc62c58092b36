"""How a command refuses: which argument is wrong, why, and what to give instead; in words and as JSON."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError
from django.forms import BaseForm

WRONG_USAGE = 2
# As argparse begins what is wrong with one argument.
_ARGUMENT = re.compile(r"argument (?P<field>[^:\s]+): (?P<reason>.*)", re.DOTALL)
_KIND = re.compile(r"invalid (?P<kind>\w+) value: (?P<value>.*)", re.DOTALL)
KINDS = {
    "int": "whole number",
    "fromisoformat": "day, such as 2026-01-31",
    "moment": "date and time, such as 2026-01-31 09:00",
}
MOST_ALIKE = 3


@dataclass(frozen=True)
class Fault:
    """One argument, what is wrong with it, and what to do."""

    field: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.field}:" if self.field else "", self.reason, self.fix)))


class Refused(CommandError):
    """A refusal that says of each argument what is wrong with it."""

    def __init__(self, *faults: Fault, returncode: int = 1) -> None:
        super().__init__("; ".join(map(str, faults)), returncode=returncode)
        self.faults = faults


class Usage(CommandError):
    """What was typed cannot be meant: exit code 2."""

    def __init__(self, text: str) -> None:
        super().__init__(text, returncode=WRONG_USAGE)


def as_json(error: CommandError) -> dict[str, Any]:
    """Return a refusal as the object that a script reads."""
    faults = error.faults if isinstance(error, Refused) else ()
    return {"error": str(error), **({"errors": [asdict(each) for each in faults]} if faults else {})}


def of_parser(error: CommandError, program: str) -> Refused:
    """Return the parser's complaint as ours, in one line."""
    text = " ".join(str(error).removeprefix("Error: ").split())
    found = _ARGUMENT.fullmatch(text)
    field, reason = (found["field"], found["reason"]) if found else ("", text)
    if wrong := _KIND.fullmatch(reason):
        reason = f"{wrong['value']} is no {KINDS.get(wrong['kind'], wrong['kind'])}"
    fault = Fault(field, f"{reason.rstrip('.')}.", f"See {program} --help.")
    return Refused(fault, returncode=WRONG_USAGE)


def refuse_invalid(form: BaseForm, said: Callable[[str], str] = str, *, returncode: int = 1) -> None:
    """
    Refuse what a page's form refuses, in the same words.

    :param said: gives what a field is called on the command line
    :raises Refused: with each field and what is wrong with it
    """
    if not form.is_valid():
        errors = form.errors.get_json_data()
        faults = [
            Fault("" if name == NON_FIELD_ERRORS else said(name), " ".join(each["message"] for each in texts))
            for name, texts in errors.items()
        ]
        raise Refused(*faults, returncode=returncode)


def refuse_beside(action: str, options: Mapping[str, Any], *names: str) -> None:
    """
    Refuse options beside an action that would not heed them: silence would look like success.

    :raises Usage: naming what does not go with it
    """
    given = [f"--{name.replace('_', '-')}" for name in names if options[name] not in (None, False, [])]
    if given:
        raise Usage(f"--{action.replace('_', '-')} does not go with {', '.join(given)}: one after the other.")


def fault_text(problems: ValidationError) -> str:
    """Return what is wrong with which field, in one line."""
    if not hasattr(problems, "error_dict"):
        return " ".join(problems.messages)
    named = problems.message_dict.items()
    return "; ".join(
        str(Fault("" if name == NON_FIELD_ERRORS else name, " ".join(texts))) for name, texts in named
    )


def alike(name: str, known: Iterable[str]) -> str:
    """Return a question for what may have been meant, empty where nothing resembles it."""
    close = get_close_matches(name, known, n=MOST_ALIKE, cutoff=0.6)
    return f"Did you mean: {'; '.join(close)}?" if close else ""
