"""The upload of a product file, and what a person chooses where the file leaves it open."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from catalog.products.models import ImportFile
from jetbridge.core.texts import SHORTENED
from jetbridge.panel.identifiers import CONFIRM_LABEL

SEPARATORS = ((",", "Comma (Magento's own)"), ("|", "Vertical bar |"), (";", "Semicolon ;"), ("^", "Caret ^"))
MOST_BYTES = 1_000_000_000


class ImportForm(forms.Form):
    """A product file; what it holds is read from its content, not by its name."""

    file = forms.FileField(
        label="Product file",
        help_text="Magento 2's product export (CSV, also packed as .csv.gz), or what the products grid exported: "
        "CSV, Excel (.xlsx) or JSON. Choose it or drop it here.",
        widget=forms.FileInput(
            attrs={"class": "jb-drop", "accept": ".csv,.gz,.txt,.xlsx,.json,text/csv,application/gzip"}
        ),
    )
    separator = forms.ChoiceField(
        label="Multiple value separator",
        choices=SEPARATORS,
        initial=",",
        help_text="What stands between several values of one cell, as it was set when the file was exported.",
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what no product export can be by its size."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
        return file


class ReadingForm(forms.Form):
    """How a previewed file is read: one field for each thing that it leaves open."""

    CHOICES = {
        "dates": ("05/03/2019 is", (("mdy", "May 3 (month first)"), ("dmy", "March 5 (day first)"))),
        "decimal": ("Decimal sign", ((".", "Point: 1,234.50"), (",", "Comma: 1.234,50"))),
    }

    def __init__(self, *args: Any, file: ImportFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for reading in file.readings:
            what = reading["what"]
            if what == "sources":
                self._add_sources(reading)
            elif what in self.CHOICES:
                label, choices = self.CHOICES[what]
                self.fields[what] = forms.ChoiceField(
                    label=label,
                    choices=(("", "As the file shows"), *choices),
                    required=False,
                    initial=file.options.get(what, ""),
                    help_text=reading["example"],
                )
        damaged = any(each.get("code") == SHORTENED for each in file.errors)
        if damaged or file.options.get("confirm_identifiers"):
            self.fields["confirm_identifiers"] = forms.BooleanField(
                label=CONFIRM_LABEL,
                required=False,
                initial=file.options.get("confirm_identifiers", False),
                help_text="Nearly always a spreadsheet shortened a long number; then several products become one.",
            )

    def _add_sources(self, reading: dict[str, Any]) -> None:
        self.fields["sources"] = forms.MultipleChoiceField(
            label="Sources that count",
            choices=[(code, code) for code in reading["choices"]],
            initial=reading["choice"].split(","),
            widget=forms.CheckboxSelectMultiple,
            help_text=reading["example"],
        )

    def options(self) -> dict[str, Any]:
        """Return what was chosen."""
        return {name: value for name, value in self.cleaned_data.items() if value}
