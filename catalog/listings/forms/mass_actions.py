"""What the plan of a mass action on products asks."""

from typing import Any

from django import forms

from jetbridge.panel import cli_fields


class SpareLiveForm(forms.Form):
    """What is sent of products that are live; price and quantity alone unless somebody asks for more."""

    spare_live = forms.BooleanField(
        label="Send price and quantity only of those that are live",
        required=False,
        initial=True,
        help_text="If you clear the checkbox, their details go too, and Jet may review them again.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cli_fields.say(self.fields["spare_live"], "--spare-live")
