"""Forms of the rows that hang on a product: variations, images, exceptions, texts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from catalog.mapping.fields.vocabularies import RETURN_METHODS, SERVICE_LEVELS, SHIPPING_METHODS
from catalog.products.models import Product, ProductImage, Variation
from catalog.products.skus import product_named
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.panel.identifiers import ConfirmingForm, IdentifierField

NONE = ("", "–")  # noqa: RUF001 - an en dash is no value here


class VariationForm(ConfirmingForm, forms.ModelForm):  # type: ignore[type-arg]  # Django knows no [] at run time
    """One child of a configurable product, named by its SKU."""

    class Meta:
        model = Variation
        fields = ("child_sku", "position")
        field_classes = {"child_sku": IdentifierField}
        labels = {"child_sku": "SKU of the child"}

    def clean_child_sku(self) -> str:
        """
        Find the child that is meant; one that the store does not have yet may be named already.

        :raises ValidationError: the product itself, or one that has children of its own
        """
        sku = str(self.cleaned_data["child_sku"]).strip()
        child = product_named(sku)
        if child is not None and child.pk == self.instance.parent_id:
            raise ValidationError("A product cannot be its own child.")
        if child is not None and child.kind == Product.Kind.CONFIGURABLE:
            raise ValidationError(f"{sku} is configurable itself and cannot be a child.")
        self.instance.child = child
        return child.sku if child is not None else sku


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]  # Django knows no [] here at run time
    """One image: an address, or a path below the image base URL."""

    class Meta:
        model = ProductImage
        fields = ("path", "label", "position", "is_main", "is_swatch", "hidden")
        labels = {"is_main": "Main", "is_swatch": "Swatch"}

    def clean_path(self) -> str:
        """
        Take http(s) addresses and paths.

        :raises ValidationError: another kind of address, which Jet cannot fetch
        """
        path = str(self.cleaned_data["path"]).strip()
        scheme = path.split("/", 1)[0]
        if ":" in scheme and scheme.lower() not in ("http:", "https:"):
            raise ValidationError("Enter an http(s) address, or a path such as /m/u/mug.jpg.")
        return path


class ImageFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        """
        Allow one main image.

        :raises ValidationError: several are marked
        """
        super().clean()
        mains = [form for form in _kept(self) if form.cleaned_data.get("is_main")]
        if len(mains) > 1:
            raise ValidationError("Only one image can be the main one.")


class ShippingExceptionForm(forms.ModelForm):  # type: ignore[type-arg]  # Django knows no [] here at run time
    """One way in which the product is shipped differently."""

    class Meta:
        model = ShippingException
        fields = ("kind", "service_level", "shipping_method", "override_type", "charge_amount")
        labels = {"kind": "Type", "override_type": "The charge is", "charge_amount": "Charge, $"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("service_level", SERVICE_LEVELS)
        self._offer("shipping_method", SHIPPING_METHODS)

    def clean(self) -> dict[str, Any]:
        """Ask for a level or a method, and for a charge together with its meaning."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("service_level")) == bool(cleaned.get("shipping_method")):
            self.add_error("service_level", "Choose either a service level or a shipping method.")
        if bool(cleaned.get("override_type")) != (cleaned.get("charge_amount") is not None):
            self.add_error("charge_amount", "Enter the charge and how it is meant together, or neither.")
        return cleaned

    def _offer(self, name: str, words: tuple[str, ...]) -> None:
        held = str(getattr(self.instance, name, "") or "")
        extra = [held] if held and held not in words else []
        self.fields[name] = forms.ChoiceField(
            label=self.fields[name].label,
            choices=[NONE, *((word, word) for word in [*words, *extra])],
            required=False,
            widget=UnfoldAdminSelectWidget,
        )


class ReturnExceptionForm(ConfirmingForm, forms.ModelForm):  # type: ignore[type-arg]  # no [] at run time
    """How this product is returned differently."""

    return_location_ids = IdentifierField(
        label="Return location IDs",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Jet's IDs of the places that goods are sent back to, one a line.",
    )
    return_shipping_methods = forms.MultipleChoiceField(
        label="Return methods",
        required=False,
        choices=[(word, word) for word in RETURN_METHODS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ReturnException
        fields = ("time_to_return", "return_location_ids", "return_shipping_methods")
        labels = {"time_to_return": "Days to return"}
        help_texts = {"time_to_return": "1 to 30 days."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["return_location_ids"] = "\n".join(map(str, self.instance.return_location_ids))

    def clean_return_location_ids(self) -> list[str]:
        """Read one ID a line."""
        return list(dict.fromkeys(str(self.cleaned_data["return_location_ids"]).split()))

    def clean(self) -> dict[str, Any]:
        """Ask for at least one of the three."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        named = ("time_to_return", "return_location_ids", "return_shipping_methods")
        if not any(cleaned.get(name) for name in named) and not self.errors:
            self.add_error("time_to_return", "Fill in days, locations or methods, or delete the exception.")
        return cleaned


class ReturnExceptionFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        """
        Allow one number of days.

        :raises ValidationError: the rows name several
        """
        super().clean()
        days = {form.cleaned_data.get("time_to_return") for form in _kept(self)} - {None}
        if len(days) > 1:
            named = " and ".join(map(str, sorted(days)))
            raise ValidationError(
                f"Jet keeps one number of days for a product; these rows name {named}. Leave all but one empty."
            )


def _kept(formset: "BaseInlineFormSet[Any, Any, Any]") -> list[Any]:
    return [
        form
        for form in formset.forms
        if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
    ]
