"""The word that a buyer is forgotten, and who of the same name and address goes along."""

from collections.abc import Iterable
from typing import Any

from django import forms

from orders.models import Order


class ForgetForm(forms.Form):
    """Nothing is chosen beforehand: it cannot be undone."""

    also = forms.MultipleChoiceField(
        label="And the buyers of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The same name and address stand in these orders of other buyers.",
    )
    sure = forms.BooleanField(
        label="Forget for good",
        help_text="I know that this cannot be undone.",
        error_messages={"required": "Check the box to confirm it."},
    )

    def __init__(self, *args: Any, alike: Iterable[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(order.pk), f"Order {order}") for order in alike]
        if choices:
            self.fields["also"].choices = choices  # type: ignore[attr-defined]  # the stubs know no field's own
        else:
            del self.fields["also"]
