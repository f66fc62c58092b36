"""Form fields for identifiers: what a spreadsheet left of a long number is refused until a person confirms it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jetbridge.core.texts import SHORTENED, is_shortened, why_shortened
from jetbridge.panel import cli_fields

CONFIRM = "confirm_identifiers"
CONFIRM_LABEL = "Such identifiers are really written so: 1.23457E+11"


class IdentifierField(forms.CharField):
    """A text by which something is known outside the panel; where several are taken, one stands a line."""


class ConfirmingForm(forms.Form):
    """A form with identifiers: new ones are checked, what it held before stays; the question comes with a refusal."""

    confirm_identifiers = forms.BooleanField(
        label=CONFIRM_LABEL,
        required=False,
        help_text="Nearly always a spreadsheet shortened a long number, and its last digits are lost.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Rows of a page ask once: the form above them has the checkbox.
        said = self.data.get(CONFIRM, self.data.get(self.add_prefix(CONFIRM), ""))
        self.is_confirmed = str(said).lower() in ("on", "yes", "true", "1")
        self.asks = False
        if not self.is_confirmed:
            self.fields[CONFIRM].widget = forms.MultipleHiddenInput()
        cli_fields.say(self.fields[CONFIRM], "--confirm-identifiers")

    def clean(self) -> dict[str, Any]:
        """Refuse new identifiers that a spreadsheet shortened, unless they are confirmed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in () if self.is_confirmed else self._shortened():
            self.add_error(name, ValidationError(why_shortened(self._typed(name)), code=SHORTENED))
            self.ask()
        return cleaned

    def ask(self) -> None:
        """Show the checkbox."""
        self.asks = True
        self.fields[CONFIRM].widget = forms.CheckboxInput()
        cli_fields.say(self.fields[CONFIRM], "--confirm-identifiers")

    def _shortened(self) -> list[str]:
        instance = getattr(self, "instance", None)
        is_new = instance is not None and instance.pk is None
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, IdentifierField)
            and name not in self.errors
            and (is_new or name in self.changed_data)
            and any(map(is_shortened, self._typed(name).splitlines()))
        ]

    def _typed(self, name: str) -> str:
        return str(self[name].data or "")
