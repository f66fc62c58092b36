"""What a cause asks to fix many products by one decision: one value, an attribute to copy, or a pattern."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.mapping.fields import listing_fields
from catalog.mapping.fields.table import FIELDS
from catalog.products.identifiers import IDENTIFIERS
from catalog.products.models import Attribute
from catalog.rules.services.fills import CODE_FIELD, Fill, Way, unknown_places
from jetbridge.panel.identifiers import ConfirmingForm

WORDS = {Way.VALUE: "One value", Way.COPY: "Copy an attribute", Way.PATTERN: "By a pattern"}
# What has no identifier at all can at least be named by its part number.
NO_CODE, PART_NUMBER = "identifier.missing", "mfr_part_number"


def ways(code: str, field: str) -> dict[Way, str]:
    """Return the ways in which a cause can be fixed for many, each with the field that it sets."""
    if field in IDENTIFIERS:
        # No two products have the same code.
        return {Way.COPY: CODE_FIELD, **({Way.PATTERN: PART_NUMBER} if code == NO_CODE else {})}
    return dict.fromkeys(Way, field) if field in FIELDS else {}


class FillForm(ConfirmingForm):
    """One decision for many products; the value is refused as on a product's own page."""

    way = forms.ChoiceField(label="How", widget=forms.RadioSelect)
    attribute = forms.ChoiceField(label="Attribute", required=False)
    pattern = forms.CharField(
        label="Pattern",
        required=False,
        max_length=500,
        help_text="{sku}, {name} and attribute codes in braces stand for each product's own.",
    )
    scope = forms.ChoiceField(label="For", required=False, choices=[("all", "all"), ("some", "filtered")])

    def __init__(self, data: Any = None, *, code: str, field: str, attributes: Sequence[Attribute]) -> None:
        super().__init__(data)
        self.code, self.field, self.targets = code, field, ways(code, field)
        choices = [(str(way), WORDS[way]) for way in self.targets]
        self.fields["way"].choices = choices  # type: ignore[attr-defined]
        self.fields["way"].initial = choices[0][0]
        named = [(each.code, f"{each.label or each.code} ({each.code})") for each in attributes]
        self.fields["attribute"].choices = [("", "–"), *named]  # type: ignore[attr-defined]  # noqa: RUF001
        self.fields["pattern"].initial = "{sku}"
        self.codes = [each.code for each in attributes]
        if Way.VALUE in self.targets:
            value = listing_fields.fields_for({})[listing_fields.PREFIX + field]
            value.widget.attrs |= {"class": "jb-input", "autofocus": True}
            self.fields["value"] = value
        if Way.PATTERN not in self.targets:
            del self.fields["pattern"]

    @property
    def chosen(self) -> Way:
        """The way that is open."""
        return Way(self["way"].value() or next(iter(self.targets)))

    def clean(self) -> dict[str, Any]:
        """
        Put together what is to be set, as `fill`.

        :raises ValidationError: nothing says what
        """
        cleaned = super().clean()
        if "way" not in cleaned or self.errors:
            return cleaned
        way = Way(cleaned["way"])
        name = {Way.VALUE: "value", Way.COPY: "attribute", Way.PATTERN: "pattern"}[way]
        source = cleaned.get(name) or ""
        if not source:
            raise ValidationError({name: "Enter it first." if way != Way.COPY else "Choose one first."})
        if way == Way.PATTERN and (unknown := unknown_places(source, self.codes)):
            raise ValidationError({"pattern": f"The store has no attribute {', '.join(unknown)}."})
        text = "\n".join(source) if isinstance(source, list) else str(source)
        cleaned["fill"] = Fill(self.targets[way], way, text)
        return cleaned
