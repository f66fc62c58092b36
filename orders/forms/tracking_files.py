"""The upload of a CSV of tracking numbers."""

from django import forms

from orders.forms.shipments import SearchSelect
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER


class ParcelFileForm(forms.Form):
    """The file, and what its rows leave out."""

    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    carrier = forms.CharField(
        max_length=60,
        required=False,
        widget=SearchSelect([("", "None"), *((each, each) for each in CARRIERS)]),
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
