"""Forms of the order page: Ship by Jet, and the reasons for rejecting and mapping."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.models import Product
from jetapi.types.carriers import CARRIERS, SHIPMENT_METHODS
from jetapi.types.order_messages import AcknowledgementStatus
from orders.models import Order, OrderItem
from orders.services.filling import Units
from orders.services.shipping import ShipmentRefused, ShipmentWish

MOMENT = "%Y-%m-%dT%H:%M"


class SuggestInput(forms.TextInput):
    """A text field with suggestions: searched by typing, and free for what the list does not know."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggestions = tuple(choices)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Render the field with its list behind it."""
        list_id = f"list_{name}"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', field, list_id, options)


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=widget,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        help_text=help_text,
    )


class ShipForm(forms.Form):
    """Ship by Jet: quantities per line, and how they go out. Right by default: everything open, tomorrow."""

    tracking_number = forms.CharField(max_length=100, required=False, help_text="Required when a unit ships.")
    carrier = forms.CharField(max_length=60, required=False, widget=SuggestInput(CARRIERS))
    method = forms.CharField(
        label="Shipping method", max_length=60, required=False, widget=SuggestInput(SHIPMENT_METHODS)
    )
    ship_at = _moment("Ship date", "When the parcel leaves you.")
    pick_up_at = _moment("Carrier pick-up", "Not before the ship date.")
    deliver_at = _moment("Expected delivery", "Not before the pick-up.")
    ship_from_zip = forms.CharField(label="Ship from ZIP code", max_length=5, required=False)
    with_return_location = forms.BooleanField(
        label="Return location", required=False, help_text="Yes: the return address of your configuration."
    )
    days_to_return = forms.IntegerField(min_value=0, max_value=365, required=False)
    rma_number = forms.CharField(label="RMA number", max_length=60, required=False)
    reason = forms.CharField(
        label="Reason of the cancel",
        max_length=300,
        required=False,
        help_text="For your own records. Cancelling lowers your performance at Jet; too many close the account.",
    )
    sequence = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Iterable[OrderItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [item for item in items if item.units_open]
        for item in self.items:
            self._add_line(item)

    def _add_line(self, item: OrderItem) -> None:
        asked = item.units_to_cancel
        limit: dict[str, Any] = {"min_value": 0, "max_value": item.units_open, "required": False}
        ship = forms.IntegerField(
            label=f"Quantity to ship, {item.sku}", initial=item.units_open - asked, **limit
        )
        cancel = forms.IntegerField(label=f"Quantity to cancel, {item.sku}", initial=asked, **limit)
        cancel.widget.attrs["readonly"] = bool(asked)
        for field, kind in ((ship, "ship"), (cancel, "cancel")):
            field.widget.attrs.update({"inputmode": "numeric", "aria-label": field.label})
            self.fields[f"{kind}_{item.pk}"] = field

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The open lines with their two fields, for the template."""
        return [
            {"item": item, "ship": self[f"ship_{item.pk}"], "cancel": self[f"cancel_{item.pk}"]}
            for item in self.items
        ]

    @property
    def transport(self) -> list[forms.BoundField]:
        """The fields below the lines."""
        names = (
            "tracking_number",
            "carrier",
            "method",
            "ship_at",
            "pick_up_at",
            "deliver_at",
            "ship_from_zip",
        )
        return [self[name] for name in names]

    @property
    def extras(self) -> list[forms.BoundField]:
        """The fields that few shipments need."""
        return [self[name] for name in ("with_return_location", "days_to_return", "rma_number", "reason")]

    @property
    def has_extra_errors(self) -> bool:
        """Tell whether a folded field has something to say."""
        return any(field.errors for field in self.extras)

    def wish(self) -> ShipmentWish:
        """Return what the cleaned form asks for."""
        data = self.cleaned_data
        units = {
            item.pk: Units(data.get(f"ship_{item.pk}") or 0, data.get(f"cancel_{item.pk}") or 0)
            for item in self.items
        }
        names = (
            "tracking_number", "carrier", "method", "ship_at", "pick_up_at", "deliver_at", "ship_from_zip",
            "days_to_return", "rma_number", "with_return_location", "reason", "sequence",
        )  # fmt: skip
        named: dict[str, Any] = {name: data.get(name) for name in names}
        return ShipmentWish(units=units, **named)

    def add_problems(self, refused: ShipmentRefused) -> None:
        """Put what the service found wrong beside the fields."""
        for problem in refused.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


def ship_defaults(order: Order, *, carrier: tuple[str, str], now: datetime) -> dict[str, Any]:
    """Return the form's first values: tomorrow at nine, or now when the order is due earlier."""
    tomorrow = timezone.localtime(now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    ship_at = now.replace(second=0, microsecond=0) if order.ship_by and order.ship_by < tomorrow else tomorrow
    pick_up_at = ship_at + timedelta(hours=8)
    promised = order.deliver_by
    deliver_at = promised if promised and promised > pick_up_at else pick_up_at + timedelta(days=4)
    last = [shipment.sequence for shipment in order.shipments.all()]
    return {
        "sequence": max(last, default=0) + 1,
        "carrier": carrier[0] or order.requested_carrier,
        "method": carrier[1] or order.requested_method,
        "ship_at": ship_at,
        "pick_up_at": pick_up_at,
        "deliver_at": deliver_at,
    }


class RejectForm(forms.Form):
    """Why an order is rejected: Jet's word, and a reason for our own records."""

    status = forms.ChoiceField(
        label="What Jet is told",
        choices=[(str(each), str(each).capitalize()) for each in AcknowledgementStatus if each != "accepted"],
        initial=str(AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR),
    )
    reason = forms.CharField(max_length=300, help_text="For the order's timeline.")


class ChooseProductForm(forms.Form):
    """Which product is meant by a SKU that the store does not know."""

    product_sku = forms.CharField(label="SKU in your store", max_length=64)

    def clean_product_sku(self) -> Product:
        """Return the product; a SKU that does not exist is an error of the field."""
        product = Product.objects.filter(sku=self.cleaned_data["product_sku"].strip()).first()
        if product is None:
            raise forms.ValidationError("No product has this SKU.")
        return product
