"""What stands before an answer: the guard's reason and word, a reject, a note, whose it is, which product."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User as Person
from django.utils import timezone

from catalog.products.models import Product
from catalog.products.skus import product_named
from jetbridge.core import store_days
from jetbridge.core.texts import counted
from jetbridge.panel import cli_fields
from orders.jet.acknowledgements import REJECTED, REJECTIONS
from orders.models import OrderItem
from orders.selectors import Shortage
from orders.services import notes
from orders.services.cancel_guard import Outlook
from orders.services.holds import Fix
from orders.services.notes import Desk

# The largest number that the column holds on either database.
MOST_UNITS = 2_147_483_647


class ConsentForm(forms.Form):
    """What the cancellation guard asks for: a reason, and beyond the limit the word that it may be passed."""

    reason = forms.CharField(max_length=300, help_text="For the order's timeline; it is not sent to Jet.")
    above_limit = forms.BooleanField(
        label="Pass the limit", help_text="I know that this goes beyond the limit, and do it all the same."
    )

    def __init__(self, *args: Any, outlook: Outlook, may_pass: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outlook = outlook
        self.is_barred = outlook.is_above and not may_pass
        if not outlook.is_above or self.is_barred:
            del self.fields["above_limit"]
        options = {"reason": "--reason", "above_limit": "--above-limit", "status": "--status"}
        cli_fields.say_all(self, options)

    def clean(self) -> dict[str, Any]:
        """Refuse beyond the limit where this person may not pass it."""
        if self.is_barred:
            raise forms.ValidationError(
                "You may not cancel beyond the limit; somebody with that permission may."
            )
        return self.cleaned_data


class ReasonForm(forms.Form):
    """Why many orders are cancelled at once."""

    reason = forms.CharField(
        max_length=300, help_text="Stands in the timeline of each order; it is not sent to Jet."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cli_fields.say(self.fields["reason"], "--reason")


class RejectForm(ConsentForm):
    """Why an order is rejected: Jet's word, and what the guard asks for."""

    status = forms.ChoiceField(
        label="What is sent to Jet",
        choices=[(each, each.capitalize()) for each in REJECTIONS],
        initial=REJECTED,
    )
    field_order = ("status", "reason", "above_limit")


class RestockForm(forms.Form):
    """How many units are on hand of what held orders lack: a field a product, filled in with what is enough."""

    def __init__(self, *args: Any, short: Sequence[Shortage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short = {f"quantity_{row.product.pk}": row for row in short}
        for name, row in self.short.items():
            self.fields[name] = forms.IntegerField(
                label=row.product.sku,
                required=False,
                min_value=0,
                max_value=MOST_UNITS,
                initial=row.enough,
                help_text=f"{row.product.quantity} on hand, {row.product.reserved} reserved; "
                f"{counted(row.orders, 'order')} (${row.amount:,.2f}) need {row.needed}. Empty leaves it as it is.",
            )

    def rows(self) -> list[tuple[forms.BoundField, Shortage]]:
        """Return each field with what it is for."""
        return [(self[name], row) for name, row in self.short.items()]

    def quantities(self) -> dict[Product, int]:
        """Return the units on hand by product, as they were entered."""
        return {
            row.product: self.cleaned_data[name]
            for name, row in self.short.items()
            if self.cleaned_data.get(name) is not None
        }


class NoteForm(forms.Form):
    """A note on an order, for colleagues only."""

    text = forms.CharField(
        label="New note",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write something first."},
    )


class DeskForm(forms.Form):
    """Whose an order is, its tags, and until which day it is not to be shipped."""

    assignee = forms.ModelChoiceField(
        Person.objects.filter(is_active=True, is_staff=True).order_by("username"),
        to_field_name="username",
        required=False,
        empty_label="Nobody",
    )
    tags = forms.CharField(
        max_length=700, required=False, help_text="Yours, parted by commas: gift, call first."
    )
    hold_until = forms.DateField(
        label="On hold until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Not shipped before this day begins; Jet's ship-by goes on.",
    )
    hold_reason = forms.CharField(label="Why", max_length=300, required=False)
    gift_note = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Printed on the packing slip.",
    )

    def desk(self) -> Desk:
        """Return what the cleaned form asks for."""
        data, day = self.cleaned_data, self.cleaned_data["hold_until"]
        until = store_days.start(day) if day else None
        tags = notes.tags_of(data["tags"])
        return Desk(data["assignee"], tags, until, data["hold_reason"], data["gift_note"])


def desk_initial(desk: Desk) -> dict[str, Any]:
    """Return the form's first values; a hold that is over is not asked for again."""
    is_on = desk.hold_until is not None and desk.hold_until > timezone.now()
    return {
        "assignee": desk.assignee.get_username() if desk.assignee else "",
        "tags": ", ".join(desk.tags),
        "hold_until": store_days.day_of(desk.hold_until) if desk.hold_until and is_on else None,
        "hold_reason": desk.hold_reason if is_on else "",
        "gift_note": desk.gift_note,
    }


class FixForm(forms.Form):
    """What fixes one line of a held order in place: units on hand, the product enabled, or which product is meant."""

    what = forms.ChoiceField(choices=[(each.value, each.value) for each in Fix])
    quantity = forms.IntegerField(label="Units on hand", required=False, min_value=0, max_value=MOST_UNITS)
    product_sku = forms.CharField(label="SKU in your store", required=False, max_length=64)

    def __init__(self, *args: Any, item: OrderItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    def clean(self) -> None:
        """Ask for what this way of fixing goes by."""
        what = self.cleaned_data.get("what")
        if (
            what == Fix.RESTOCK
            and self.cleaned_data.get("quantity") is None
            and "quantity" not in self.errors
        ):
            self.add_error("quantity", "How many units are on hand?")
        if what == Fix.MAP and "product_sku" not in self.errors:
            product = product_named(self.cleaned_data.get("product_sku", "").strip())
            if product is None:
                said = (
                    "No product has this SKU."
                    if self.cleaned_data.get("product_sku")
                    else "Choose a product."
                )
                self.add_error("product_sku", said)
            self.cleaned_data["product"] = product
        if what in (Fix.RESTOCK, Fix.ENABLE) and self.item.product is None:
            self.add_error(None, "The store does not know this SKU any more.")


class ChooseProductForm(forms.Form):
    """Which product is meant by a SKU that the store does not know."""

    product_sku = forms.CharField(label="SKU in your store", max_length=64)

    def clean_product_sku(self) -> Product:
        """Return the product; a SKU that does not exist is an error of the field."""
        product = product_named(self.cleaned_data["product_sku"].strip())
        if product is None:
            raise forms.ValidationError("No product has this SKU.")
        return product
