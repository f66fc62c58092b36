"""Commands that fill in a form of the panel: an option for each of its fields, its checks, its words."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.management.base import CommandParser

from jetbridge.core.management import form_data
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_invalid
from jetbridge.panel.management import form_rows

# A field that no option gives: the command names it otherwise, or a person never fills it in.
NO_OPTION = ""
CHOICES = (forms.ChoiceField, forms.TypedChoiceField)


class FormCommand(PanelCommand):
    """
    A command behind the button of a form. What no option names stays as the form was rendered.

    :cvar form: the form, as its page has it
    :cvar flags: options of fields whose name is another, NO_OPTION for those that have none
    :cvar words: what a field's values are called on the command line, where they are called otherwise
    :cvar hints: what `--help` says of a field, where its own help says too much
    :cvar rows: options that fill in the rows of a form, as they are written: "SKU=N", or "SKU;NAME=VALUE;..."
        for several fields of one row
    :cvar types: what reads a field's value before the form does
    :cvar bad_value: the exit code for what the form refuses
    """

    form: "ClassVar[type[forms.Form] | type[forms.ModelForm[Any]]]"
    flags: ClassVar[Mapping[str, str]] = {}
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    hints: ClassVar[Mapping[str, str]] = {}
    rows: ClassVar[Mapping[str, str]] = {}
    types: ClassVar[Mapping[str, Callable[[str], Any]]] = {}
    bad_value: ClassVar[int] = 1

    @classmethod
    def flag(cls, name: str) -> str:
        """Return a field's option, or NO_OPTION."""
        field = cls.form.base_fields.get(name)
        if field is not None and isinstance(field.widget, forms.HiddenInput):
            return NO_OPTION
        return cls.flags.get(name, f"--{name.replace('_', '-')}")

    def add_fields(self, parser: CommandParser) -> None:
        """Offer an option for each field."""
        for name, field in self.form.base_fields.items():
            if flag := self.flag(name):
                parser.add_argument(flag, **self._how(name, field))
        for flag, metavar in self.rows.items():
            words = self.hints.get(flag, "may be repeated")
            parser.add_argument(flag, action="append", default=[], metavar=metavar, help=words)

    def given(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the fields that options name, as a person would fill them in."""
        found: dict[str, str] = {}
        for name in self.form.base_fields:
            value = options.get(_dest(flag)) if (flag := self.flag(name)) else None
            if value is None or value is False:
                continue
            text = "yes" if value is True else str(value)
            found[name] = self.words[name].get(text, text) if name in self.words else text
        return found

    def rows_given(
        self, form: Any, options: Mapping[str, Any], whose: str, aliases: form_rows.Aliases | None = None
    ) -> dict[str, str]:
        """
        Return the fields of rows that options name; fields that a named row says nothing of are empty.

        :param whose: what the rows belong to, to be named where it has no such row
        :param aliases: the rows that other names stand for
        :raises CommandError: a row that there is not, or that several are called by, or that is named twice
        """
        found: dict[str, str] = {}
        for flag, metavar in self.rows.items():
            named = form_rows.read(flag, metavar, options[_dest(flag)])
            found |= form_rows.placed(form, flag, named, whose, aliases or {})
        return found

    def filled(self, fields: Mapping[str, str], **how: Any) -> Any:
        """
        Return the form, filled in and checked.

        :param how: what the form is made with
        :raises CommandError: the form refuses it, in its own words
        """
        blank = self.form(**how)
        data = form_data.of([blank])
        for name, text in fields.items():
            try:
                form_data.put(data, blank[name], text)
            except form_data.NotAFlag as problem:
                raise Usage(str(problem)) from problem
        form = self.form(data, **how)
        form_rows.leave_limits(form, self.rows)
        refuse_invalid(form, self.called, returncode=self.bad_value)
        return form

    def called(self, name: str) -> str:
        """Return what a field is called on the command line."""
        return self.flag(name) or name.replace("_", " ")

    def _how(self, name: str, field: forms.Field) -> dict[str, Any]:
        words = self.hints.get(name) or f"{field.label or ''} {field.help_text}".strip()
        how: dict[str, Any] = {"help": words.replace("%", "%%") or None}  # argparse formats it
        if isinstance(field, forms.BooleanField):
            return {**how, "action": "store_true"}
        if name in self.words:
            return {**how, "choices": sorted(self.words[name])}
        choices = getattr(field, "choices", ()) if type(field) in CHOICES else ()
        if choices:  # where the form finds them first, it refuses others itself
            return {**how, "choices": [str(value) for value, _ in choices if value != ""]}
        kind = {"type": self.types[name]} if name in self.types else {}
        return {**how, **kind, "metavar": _dest(self.flag(name)).upper()}


def _dest(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")
