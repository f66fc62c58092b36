"""Ship by Jet: quantities per line and how they go out, right by default."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelect2Widget

from jetbridge.core import store_days
from jetbridge.outbox.models import State
from jetbridge.panel import cli_fields
from jetbridge.panel.identifiers import CONFIRM, ConfirmingForm, IdentifierField
from orders.allocations import Units
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER
from orders.models import Order, OrderItem
from orders.services.shipments import ShipmentDraft, next_sequence

MOMENT = "%Y-%m-%dT%H:%M"
# What the command calls the fields.
OPTIONS = {
    "tracking_number": "--tracking", "carrier": "--carrier", "method": "--method", "ship_at": "--ship-at",
    "pick_up_at": "--pick-up-at", "deliver_at": "--deliver-at", "ship_from_zip": "--from-zip",
    "with_return_location": "--return-location", "days_to_return": "--days-to-return", "rma_number": "--rma",
}  # fmt: skip


class SearchSelect(UnfoldAdminSelect2Widget):
    """A select that is searched by typing; what the list does not know may be typed in full, unless it is closed."""

    def __init__(self, choices: Any, *, closed: bool = False) -> None:
        attrs = {"data-width": "100%"} | ({"data-closed": "1"} if closed else {})
        super().__init__(attrs=attrs, choices=choices)
        self.attrs["class"] = "jo-search-select"  # set up by our own script instead of the skin's

    class Media:
        extend = False  # one list, so that the order of the scripts holds
        js = (
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/jquery.init.js",
            "orders/search_select.js",
        )
        css = {"screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")}

    def optgroups(self, name: str, value: list[Any], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Return the list, and on top of it a value that it does not know."""
        groups: list[Any] = super().optgroups(name, value, attrs)
        known = {str(option["value"]) for _, options, _ in groups for option in options}
        for place, own in enumerate(each for each in value if each and each not in known):
            option = self.create_option(name, own, own, True, -1 - place, attrs=attrs)
            groups.insert(0, (None, [option], -1 - place))
        return groups


def _required(field: forms.Field) -> forms.Field:
    """Mark what Jet requires as soon as a unit ships; a cancel alone needs none of it."""
    field.jet_mark = "Jet requires it"  # type: ignore[attr-defined]
    return field


def _moment(label: str, help_text: str) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return _required(
        forms.DateTimeField(
            label=label,
            required=False,
            widget=widget,
            input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
            help_text=help_text,
        )
    )


class ShipForm(ConfirmingForm):
    """Ship by Jet: quantities per line, and how they go out. Right by default: everything open, tomorrow."""

    tracking_number = _required(IdentifierField(max_length=100, required=False))
    carrier = _required(
        forms.CharField(
            max_length=60,
            required=False,
            widget=SearchSelect(
                [("", "Choose a carrier"), *((each, each) for each in CARRIERS)], closed=True
            ),
            help_text="Type to search; one that Jet does not know is Other.",
        )
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
        help_text="Jet's codes, by carrier.",
    )
    ship_at = _moment("Ship-to date", "When the parcel leaves you.")
    pick_up_at = _moment("Carrier pick-up date", "Not before the parcel leaves.")
    deliver_at = _moment("Expected delivery date", "Not before the pick-up.")
    ship_from_zip = forms.CharField(label="Ship from ZIP code", max_length=5, required=False)
    with_return_location = forms.BooleanField(label="Return location", required=False)
    days_to_return = forms.IntegerField(
        min_value=0, max_value=365, required=False, help_text="How many days the buyer may return it."
    )
    rma_number = IdentifierField(
        label="RMA number", max_length=60, required=False, help_text="Yours, for a parcel that comes back."
    )
    sequence = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, items: Iterable[OrderItem], place: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        text = f"Yes: parcels come back to {', '.join(filter(None, place.values()))}." if place else ""
        self.fields["with_return_location"].help_text = (
            text or "No complete return address stands in Configuration, Store."
        )
        self.all_items = list(items)
        self.items = [item for item in self.all_items if item.units_open]
        cli_fields.say_all(self, OPTIONS)
        cli_fields.say(self.fields["method"], OPTIONS["method"], empty="1")  # none is a choice, too
        for item in self.items:
            self._add_line(item)
            cli_fields.say(self.fields[f"ship_{item.pk}"], "--ship", before=f"{item.sku}=")
            cli_fields.say(self.fields[f"cancel_{item.pk}"], "--cancel", before=f"{item.sku}=", skip="0")

    def _add_line(self, item: OrderItem) -> None:
        asked = item.units_to_cancel
        limit: dict[str, Any] = {"min_value": 0, "max_value": item.units_open, "required": False}
        ship = forms.IntegerField(
            label=f"Quantity to ship, {item.sku}",
            initial=item.units_open - asked,
            error_messages={"required": "Enter how many go out; 0 for none."},
            **limit | {"required": True},
        )
        cancel = forms.IntegerField(label=f"Quantity to cancel, {item.sku}", initial=asked, **limit)
        cancel.widget.attrs["readonly"] = bool(asked)
        for field, kind in ((ship, "ship"), (cancel, "cancel")):
            field.widget.attrs.update({"inputmode": "numeric", "aria-label": field.label})
            self.fields[f"{kind}_{item.pk}"] = field

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, the open ones with their two fields, for the template."""
        return [
            {"item": item}
            | (
                {"ship": self[f"ship_{item.pk}"], "cancel": self[f"cancel_{item.pk}"]}
                if item.units_open
                else {}
            )
            for item in self.all_items
        ]

    @property
    def transport(self) -> list[forms.BoundField]:
        """The fields below the lines."""
        return [self[name] for name in ("tracking_number", "carrier", "method")]

    @property
    def dates(self) -> list[forms.BoundField]:
        """The fields that are right by default: when it leaves and arrives, and from where."""
        return [self[name] for name in ("ship_at", "pick_up_at", "deliver_at", "ship_from_zip")]

    @property
    def has_date_errors(self) -> bool:
        """Return whether one of the folded dates has something to say."""
        return any(field.errors for field in self.dates)

    @property
    def extras(self) -> list[forms.BoundField]:
        """The fields that few shipments need."""
        return [self[name] for name in ("with_return_location", "days_to_return", "rma_number")]

    @property
    def has_extra_errors(self) -> bool:
        """Return whether a folded field has something to say."""
        return any(field.errors for field in self.extras)

    def draft(self) -> ShipmentDraft:
        """Return what the cleaned form asks for."""
        data = self.cleaned_data
        units = {
            item.pk: Units(data.get(f"ship_{item.pk}") or 0, data.get(f"cancel_{item.pk}") or 0)
            for item in self.items
        }
        names = (
            "tracking_number", "carrier", "method", "ship_at", "pick_up_at", "deliver_at", "ship_from_zip",
            "days_to_return", "rma_number", "with_return_location", "sequence", CONFIRM,
        )  # fmt: skip
        named: dict[str, Any] = {name: data.get(name) for name in names}
        return ShipmentDraft(units=units, **named)


def ship_defaults(order: Order, *, carrier: tuple[str, str], now: datetime) -> dict[str, Any]:
    """Return the form's first values: tomorrow at nine, or now when the order is due earlier."""
    tomorrow = store_days.at(store_days.day_of(now) + store_days.DAY, time(9))
    ship_at = now.replace(second=0, microsecond=0) if order.ship_by and order.ship_by < tomorrow else tomorrow
    pick_up_at = ship_at + timedelta(hours=8)
    promised = order.deliver_by
    deliver_at = promised if promised and promised > pick_up_at else pick_up_at + timedelta(days=4)
    asked = (order.requested_carrier, order.requested_method)
    return {
        "sequence": next_sequence(order),
        # What the order asks for; the method belongs to its carrier.
        "carrier": asked[0] or carrier[0],
        "method": asked[1] if asked[0] else carrier[1],
        "ship_at": ship_at,
        "pick_up_at": pick_up_at,
        "deliver_at": deliver_at,
        **_typed_before(order),
    }


def _typed_before(order: Order) -> dict[str, Any]:
    """Return what was typed for the last shipment, where Jet refused it: it is corrected, not typed anew."""
    last = next(iter(list(order.shipments.all())[::-1]), None)
    if last is None or last.state != State.REJECTED:
        return {}
    kept = ("tracking_number", "carrier", "method", "ship_at", "pick_up_at", "deliver_at", "ship_from_zip",
            "days_to_return", "rma_number")  # fmt: skip
    typed = {name: getattr(last, name) for name in kept if getattr(last, name) not in ("", None)}
    for part in last.items.all():
        typed[f"ship_{part.order_item_id}"] = part.units_shipped
        typed[f"cancel_{part.order_item_id}"] = part.units_cancelled
    return typed | ({"with_return_location": True} if last.return_location else {})
