"""Forms of the store's categories and attributes."""

import re
from typing import Any

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import AutocompleteSelect

from catalog.products import ownership
from catalog.products.models import Attribute, Product, StoreCategory
from catalog.products.services import categories

CODE = re.compile(r"[a-z][a-z0-9_]*")


class CategorySelect(AutocompleteSelect):
    """A searched select that says what no choice means."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Name the empty choice."""
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": "None: a root category"}


class StoreCategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # stubs: generic only while checking
    """A category by its name and the one it stands below."""

    parent = forms.ModelChoiceField(
        queryset=StoreCategory.objects.order_by("full_path"),
        required=False,
        # Fetched by what is typed: a store has thousands of paths.
        widget=CategorySelect(
            Product._meta.get_field("listed_in"), site, attrs={"class": "unfold-admin-autocomplete"}
        ),
        help_text="Type a part of the path. Empty: a root category. Moving a category takes all below it along.",
        error_messages={
            "invalid_choice": "Choose another: it is the category itself, stands below it, or is gone."
        },
    )

    class Meta:
        model = StoreCategory
        fields = ("name", "listing_rule", "stock_buffer")
        labels = {"listing_rule": "On Jet", "stock_buffer": "Units held back from Jet"}
        help_texts = {
            "listing_rule": "For its products and those below, unless a deeper category, brand or product differs.",
            "stock_buffer": "Empty: as the category above has it, or the store. A product may have its own.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["parent"].initial = self.instance.get_parent()
            below = StoreCategory.objects.filter(path__startswith=self.instance.path)
            choices = StoreCategory.objects.exclude(pk__in=below.values("pk")).order_by("full_path")
            self.fields["parent"].queryset = choices  # type: ignore[attr-defined]
            kept = ownership.is_linked() and self.instance.store_number is not None
            for name in {"name", "parent"} & self.fields.keys():
                self.fields[name].disabled = kept

    def clean(self) -> dict[str, Any]:
        """Refuse what the tree cannot hold."""
        cleaned: dict[str, Any] = super().clean() or {}
        name = str(cleaned.get("name") or "").strip()
        if name:
            category = self.instance if self.instance.pk else None
            categories.check(name=name, parent=cleaned.get("parent"), category=category)
            cleaned["name"] = name
        return cleaned


class AttributeForm(forms.ModelForm):  # type: ignore[type-arg]  # stubs: generic only while checking
    """An attribute; its code is where products keep their values, so it is given once."""

    class Meta:
        model = Attribute
        fields = ("code", "label", "kind")
        help_texts = {
            "code": "As in the product file, for example color. It cannot be changed later.",
            "kind": "Select attributes offer their options to pick from.",
        }

    def clean_code(self) -> str:
        """Take codes as Magento has them."""
        code = str(self.cleaned_data["code"]).strip().lower()
        if not CODE.fullmatch(code):
            raise forms.ValidationError("Letters, digits and _ only, and a letter first.")
        return code
