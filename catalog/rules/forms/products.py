"""The form of the product page: store fields, values by attribute code, and Jet's own fields."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import CheckboxSelectMultiple

from catalog.mapping.fields import listing_fields
from catalog.products import ownership
from catalog.products.forms import product_attributes
from catalog.products.models import Attribute, Product, StoreCategory
from jetbridge.core.money import rounded
from jetbridge.core.texts import number_in
from jetbridge.panel.identifiers import CONFIRM, ConfirmingForm, IdentifierField
from jetbridge.store.stock import should_keep_stock

# A browser's list of suggestions; deeper trees are still found by typing the path.
SUGGESTED = 500
COLUMNS = (
    "sku", "kind", "name", "enabled", "excluded", "offered_anyway", "visibility", "attribute_set", "description",
    "short_description",
    "price", "special_price", "special_price_from", "special_price_to", "quantity", "manage_stock", "is_in_stock",
    "stock_buffer", "weight", "listed_in", "variation_codes",
)  # fmt: skip
AMOUNTS = ("price", "special_price", "weight")


class ProductForm(ConfirmingForm, forms.ModelForm):  # type: ignore[type-arg]  # Django knows no [] at run time
    """One product with everything that the store and Jet know of it, rows of other tables apart."""

    may_change = True
    # The SKU under which Jet knows the product until this edit is saved.
    former_sku = ""

    seen_quantity = forms.IntegerField(required=False, widget=forms.HiddenInput)
    category_links = forms.ModelMultipleChoiceField(
        StoreCategory.objects.none(),
        label="Store categories",
        required=False,
        widget=CheckboxSelectMultiple(attrs={"data-jb-option": ""}),
        help_text="Clear the checkbox to take the product out of a category.",
    )
    add_category = forms.CharField(
        label="Add a category",
        required=False,
        max_length=1000,
        help_text="The whole path, as in Default Category/Furniture/Chairs.",
        widget=forms.TextInput(
            attrs={"list": "jb-categories", "autocomplete": "off", "data-jb-option": "--category"}
        ),
    )
    variation_codes = forms.MultipleChoiceField(
        label="Varies by",
        required=False,
        widget=CheckboxSelectMultiple,
        help_text="The attributes in which the children differ. Each must be mapped to a Jet attribute.",
    )

    class Meta:
        model = Product
        fields = COLUMNS
        field_classes = {"sku": IdentifierField}
        labels = {
            "enabled": "Enabled in the store",
            "excluded": "Keep off Jet",
            "offered_anyway": "Offer on Jet in any case",
            "listed_in": "Category that counts for Jet",
            "is_in_stock": "In stock",
            "stock_buffer": "Units held back from Jet",
            "weight": "Weight, lb",
            "price": "Price, $",
            "special_price": "Special price, $",
        }
        help_texts = {
            "excluded": "",
            "offered_anyway": "Although a rule of its brand or category keeps it off.",
            "stock_buffer": "Empty: the number of its category counts, or the one in Configuration.",
            "manage_stock": "Off: the product can always be sold; Jet gets the quantity set in Configuration.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "short_description": forms.Textarea(attrs={"rows": 3}),
            "special_price_from": forms.DateInput(attrs={"type": "date"}),
            "special_price_to": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = self.instance
        attributes = list(Attribute.objects.prefetch_related("options"))
        self.fields |= product_attributes.fields_for(attributes, product.attributes)
        self.fields |= listing_fields.fields_for(product.jet_fields)
        self._offer_categories(product)
        self._offer_codes(attributes)
        for name in AMOUNTS:
            self.initial[name] = tidy(self.initial.get(name))
        self.fields["seen_quantity"].initial = product.quantity
        self.store_number = ownership.number_of(product)
        for name, field in self.fields.items():
            field.disabled = not self.may_change or (self.store_number is not None and not _is_ours(name))
        self._leave_stock_to_the_store()

    @property
    def changed_columns(self) -> set[str]:
        """The product's columns that this form changes; `categories` stands for its links."""
        prefixes = {product_attributes.PREFIX: "attributes", listing_fields.PREFIX: "jet_fields"}
        links = {
            "category_links": "categories",
            "add_category": "categories",
            "seen_quantity": "",
            CONFIRM: "",
        }
        found = set()
        for name in self.changed_data:
            column = next((column for prefix, column in prefixes.items() if name.startswith(prefix)), name)
            found.add(links.get(name, column))
        return found - {""}

    def clean_sku(self) -> str:
        """Take the SKU without the blanks around it."""
        return str(self.cleaned_data["sku"]).strip()

    def clean_weight(self) -> Any:
        """
        Refuse a weight below nothing.

        :raises ValidationError: it is negative
        """
        weight = self.cleaned_data["weight"]
        if weight is not None and weight < 0:
            raise ValidationError("A weight cannot be negative.")
        return weight

    def clean_quantity(self) -> int:
        """
        Refuse a quantity below nothing, and one that was typed over a figure that is no longer true.

        :raises ValidationError: it is negative, or stock moved since the page was opened
        """
        quantity = int(self.cleaned_data["quantity"])
        if "quantity" not in self.changed_data:
            return quantity
        if quantity < 0:
            raise ValidationError("A quantity cannot be negative.")
        said = str(self.data.get(self.add_prefix("seen_quantity"), ""))
        seen = number_in(said.removeprefix("-"))
        seen = -seen if seen and said.startswith("-") else seen
        now = Product.objects.filter(pk=self.instance.pk).values_list("quantity", flat=True).first()
        if self.instance.pk and seen is not None and now is not None and seen != now:
            if quantity == seen:
                return now
            raise ValidationError(
                f"The stock moved from {seen} to {now} while you were typing. Look again, then enter it anew."
            )
        return quantity

    def clean_add_category(self) -> StoreCategory | None:
        """
        Find the category that was typed.

        :raises ValidationError: the store has none of that path
        """
        path = str(self.cleaned_data.get("add_category") or "").strip().strip("/")
        if not path:
            return None
        found: StoreCategory | None = StoreCategory.objects.filter(full_path__iexact=path).first()
        if found is None:
            raise ValidationError(f"The store has no category {path!r}.")
        return found

    def clean(self) -> dict[str, Any]:
        """Check what belongs together, and put the values by code back into their columns."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ownership.STOCK_COLUMNS & set(self.changed_data) if self._is_stock_kept else ():
            self.add_error(name, ownership.STOCK)
        begins, ends = cleaned.get("special_price_from"), cleaned.get("special_price_to")
        if begins and ends and ends < begins:
            self.add_error("special_price_to", "The special price ends before it begins.")
        self.instance.attributes = product_attributes.merged(
            self.instance.attributes, cleaned, self._changed(product_attributes.PREFIX)
        )
        self.instance.jet_fields = listing_fields.merged(
            self.instance.jet_fields, cleaned, self._changed(listing_fields.PREFIX)
        )
        return cleaned

    def chosen_categories(self) -> list[StoreCategory]:
        """Return the categories that the product shall stand in."""
        added = self.cleaned_data.get("add_category")
        return [*self.cleaned_data.get("category_links", ()), *([added] if added else ())]

    def initial_categories(self) -> list[StoreCategory]:
        """Return the categories in which the product stands."""
        return list(self.fields["category_links"].initial)

    @property
    def suggested_paths(self) -> list[str]:
        """Paths for the browser to suggest while a category is typed."""
        paths = StoreCategory.objects.order_by("path").values_list("full_path", flat=True)
        return list(paths[: SUGGESTED + 1])[:SUGGESTED]

    def _changed(self, prefix: str) -> list[str]:
        """Name the fields with this prefix that were changed and are right; wrong ones keep what was stored."""
        return [name for name in self.changed_data if name.startswith(prefix) and name not in self.errors]

    def _leave_stock_to_the_store(self) -> None:
        """Show stock that a linked store keeps, and let nobody type it."""
        self._is_stock_kept = should_keep_stock()
        for name in ownership.STOCK_COLUMNS if self._is_stock_kept else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = ownership.STOCK

    def _offer_categories(self, product: Product) -> None:
        held = StoreCategory.objects.none()
        if product.pk:
            held = StoreCategory.objects.filter(product_links__product=product).order_by("path")
        links: Any = self.fields["category_links"]
        links.queryset = held
        links.initial = list(held)
        if not links.initial:
            links.widget = forms.MultipleHiddenInput()
        chosen: Any = self.fields["listed_in"]
        chosen.queryset = held
        chosen.empty_label = "The deepest mapped one"

    def _offer_codes(self, attributes: list[Attribute]) -> None:
        held = self.instance.variation_codes
        options = [each for each in attributes if each.kind == Attribute.Kind.SELECT or each.code in held]
        known = {each.code for each in options}
        codes: Any = self.fields["variation_codes"]
        codes.choices = [(each.code, f"{each.label} ({each.code})") for each in options]
        codes.choices += [(code, code) for code in held if code not in known]
        self.initial["variation_codes"] = held


def _is_ours(name: str) -> bool:
    """Return whether a field stays ours when a linked store keeps the product."""
    return (
        name in ownership.OURS or name.startswith(listing_fields.PREFIX) or name in ("seen_quantity", CONFIRM)
    )


def tidy(amount: Decimal | None) -> Decimal | None:
    """Show an amount with two decimals where its further ones are zeros."""
    if amount is None:
        return None
    cents = rounded(amount)
    return cents if cents == amount else amount.normalize()
