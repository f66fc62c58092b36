"""A person's own form: which notifications, and how they are notified."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from jetbridge.core import configuration
from jetbridge.inbox import kinds, preferences
from jetbridge.inbox.models import Mailed
from jetbridge.inbox.preferences import Choice, Preferences
from jetbridge.panel import cli_fields

LEAST = (("info", "Everything"), ("warning", "Warnings and errors"), ("error", "Errors only"))


@dataclass(frozen=True)
class Row:
    """One kind with its two answers, and what an owner switched off for all."""

    name: str
    off: str
    inbox: BoundField
    mail: BoundField


class MyNotificationsForm(forms.Form):
    """What holds for all kinds, and two answers for each."""

    least_severity = forms.ChoiceField(label="Notify me", choices=LEAST)
    digest_hour = forms.TypedChoiceField(
        label="Daily digest at", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, mine: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        config = configuration.current()
        self.fields["least_severity"].initial = mine.least_severity
        hour = self.fields["digest_hour"]
        hours = [(each, f"{each:02d}:00") for each in range(24)]
        hour.choices = [("", f"The hour for all ({config.digest_hour:02d}:00)"), *hours]  # type: ignore[attr-defined]
        hour.help_text, hour.initial = f"In the store's time zone, {config.time_zone}.", mine.digest_hour
        for kind, name in kinds.names().items():
            self._add(kind, name, mine.choice(kind))

    def rows(self) -> Iterator[Row]:
        for kind, name in kinds.names().items():
            off = preferences.off_for_all(kind)
            yield Row(name, off, self[f"inbox-{kind}"], self[f"mail-{kind}"])

    def general(self) -> list[BoundField]:
        """Return the fields that hold for all kinds."""
        return [self["least_severity"], self["digest_hour"]]

    def choices(self) -> dict[str, Choice]:
        """Return what was answered for each kind."""
        data = self.cleaned_data
        return {kind: Choice(data[f"inbox-{kind}"], data[f"mail-{kind}"]) for kind in kinds.names()}

    def _add(self, kind: str, name: str, choice: Choice) -> None:
        shown, mailed = {"aria-label": f"{name}: in the inbox"}, {"aria-label": f"{name}: by e-mail"}
        self.fields[f"inbox-{kind}"] = forms.BooleanField(
            required=False, initial=choice.inbox, widget=forms.CheckboxInput(shown)
        )
        self.fields[f"mail-{kind}"] = forms.ChoiceField(
            choices=Mailed.choices, initial=choice.mail, widget=forms.Select(mailed)
        )
        for way in ("inbox", "mail"):
            cli_fields.say(self.fields[f"{way}-{kind}"], f"--{way}", before=f"{kind}=")
