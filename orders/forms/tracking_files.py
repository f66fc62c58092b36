"""The upload of a CSV of tracking numbers."""

from typing import Any

from django import forms

from jetbridge.panel.identifiers import ConfirmingForm
from orders.forms.shipments import SearchSelect
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER


class ParcelFileForm(ConfirmingForm):
    """The file, and what its rows leave out."""

    field_order = ("file", "carrier", "method")
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    carrier = forms.CharField(
        max_length=60,
        required=False,
        widget=SearchSelect([("", "None"), *((each, each) for each in CARRIERS)], closed=True),
        help_text="For rows that name none.",
    )
    method = forms.CharField(
        label="Shipping method",
        max_length=60,
        required=False,
        widget=SearchSelect(
            [
                ("", "None"),
                *((name, [(each, each) for each in codes]) for name, codes in METHODS_BY_CARRIER.items()),
            ]
        ),
        help_text="For rows that name none.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask()  # a file with good rows leads on to their plan, where nothing can be asked any more
