"""The forms that make a token and a webhook."""

from typing import Any

from django import forms
from django.forms.widgets import CheckboxSelectMultiple

from jetbridge.api import tokens, webhooks
from jetbridge.api.models import Token
from jetbridge.panel import cli_fields


class TokenForm(forms.Form):
    """A name, what it may do, and for how long."""

    name = forms.CharField(label="Name", max_length=80, help_text="The program that will use it.")
    scope = forms.ChoiceField(
        label="It may",
        choices=Token.Scope.choices,
        initial=Token.Scope.READ,
        help_text="Never more than you may yourself.",
    )
    days = forms.IntegerField(
        label="Days until it expires",
        min_value=1,
        max_value=tokens.MOST_DAYS,
        initial=tokens.DAYS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, option in (("name", "--create"), ("scope", "--scope"), ("days", "--days")):
            cli_fields.say(self.fields[name], option)


class WebhookForm(forms.Form):
    """Where events are sent, and which."""

    url = forms.CharField(
        label="Address", max_length=webhooks.LONGEST, help_text="https, on the open Internet unless allowed."
    )
    events = forms.MultipleChoiceField(
        label="Events",
        choices=[(name, f"{words} ({name})") for name, words in webhooks.EVENTS.items()],
        widget=CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, option in (("url", "--add"), ("events", "--events")):
            cli_fields.say(self.fields[name], option)
