"""The upload of a product file."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

SEPARATORS = ((",", "Comma (Magento's own)"), ("|", "Vertical bar |"), (";", "Semicolon ;"), ("^", "Caret ^"))
MOST_BYTES = 1_000_000_000


class ImportForm(forms.Form):
    """A product file; what it holds is told by its content, not by its name."""

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
