"""What is uploaded at the desk: a CSV of tracking numbers and which of its columns are which, the logo of slips."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from jetbridge.panel.identifiers import ConfirmingForm
from orders import logos
from orders.forms.shipments import SearchSelect
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER
from orders.mass_actions.parcel_columns import COLUMNS, REQUIRED


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


class ParcelColumnsForm(forms.Form):
    """Which column of a shipping program's file is which of ours; remembered for files of these headers."""

    def __init__(self, *args: Any, header: Sequence[str], found: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = list(header)
        choices = [("", "Not in the file"), *((name, name) for name in dict.fromkeys(header) if name)]
        for name in COLUMNS:
            label = "SKU" if name == "sku" else name.replace("_", " ").capitalize()
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, required=name in REQUIRED, initial=found.get(name, "")
            )

    def columns(self) -> dict[str, str]:
        """Return the header behind each of our columns, as the cleaned form says."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class LogoForm(forms.Form):
    """The picture on packing slips; its bytes are looked at, not its name."""

    file = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif"}),
        help_text=f"PNG, JPEG or GIF, at most {logos.MOST_BYTES // 1000} KB; printed 0.75 in high.",
    )

    def clean_file(self) -> bytes:
        """Return the picture; what is none is an error of the field."""
        data: bytes = self.cleaned_data["file"].read(logos.MOST_BYTES + 1)
        try:
            logos.media_type(data)
        except logos.NotALogo as reason:
            raise forms.ValidationError(str(reason)) from reason
        return data
