"""The one field that a list edits of a product: read and refused as on the product's own page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.table import FIELDS
from catalog.products.models import Product
from catalog.rules.forms.products import tidy
from catalog.rules.services import quick_edits
from jetbridge.panel.identifiers import ConfirmingForm

# PostgreSQL's integer ends here.
MOST_UNITS = 2_147_483_647


class QuickForm(ConfirmingForm):
    """One value of one product, with what the person saw when it was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, product: Product, name: str, data: Any = None, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix)
        self.product, self.name = product, name
        field = _field(product, name)
        field.widget.attrs |= {"class": "jb-input", "aria-label": f"{field.label} of {product.sku}"}
        self.fields = {"value": field, **self.fields}
        self.fields["seen"].initial = quick_edits.token(product, name)

    @property
    def label(self) -> str:
        return str(self.fields["value"].label)

    def save(self) -> bool:
        """Store the value; return whether that was done, with the reason beside the field where not."""
        if not self.is_valid():
            return False
        value = self.cleaned_data["value"]
        if self.name in FIELDS:
            value = listing_fields.stored(FIELDS[self.name], value)
        try:
            quick_edits.write(
                product_id=self.product.pk, name=self.name, value=value, seen=self.cleaned_data["seen"]
            )
        except quick_edits.NotWritten as problem:
            self.add_error("value", ValidationError(str(problem)))
            return False
        return True


def _field(product: Product, name: str) -> forms.Field:
    if name == "price":
        return forms.DecimalField(
            label="Price", min_value=Decimal("0.01"), max_digits=12, decimal_places=4, initial=tidy(product.price),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
        )  # fmt: skip
    if name == "quantity":
        return forms.IntegerField(
            label="Quantity", min_value=0, max_value=MOST_UNITS, initial=product.quantity,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6}),
        )  # fmt: skip
    if name == "name":
        return forms.CharField(label="Name", max_length=255, initial=product.name)
    if name == "description":
        return forms.CharField(
            label="Description",
            required=False,
            initial=product.description,
            widget=forms.Textarea({"rows": 3}),
        )
    fields = listing_fields.fields_for(product.jet_fields)
    return fields[listing_fields.PREFIX + name]
