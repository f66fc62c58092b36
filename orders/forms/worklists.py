"""One order of the work list: a tracking number, and the carrier and method that the order asks for."""

from collections import Counter
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from jetbridge.core.texts import number_in
from jetbridge.panel.identifiers import CONFIRM, ConfirmingForm, IdentifierField
from orders import worklists
from orders.allocations import Units
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER, known_carrier
from orders.models import Order, OrderItem
from orders.services.shipments import ShipmentDraft

TRANSPORT = ("ship_at", "pick_up_at", "deliver_at", "ship_from_zip", "days_to_return", "rma_number")


def _carriers(also: str) -> list[tuple[str, str]]:
    own = [] if not also or also in CARRIERS else [(also, also)]
    return [("", "Choose a carrier"), *own, *((each, each) for each in CARRIERS)]


def _methods(also: str) -> list[tuple[str, Any]]:
    known = [(name, [(each, each) for each in codes]) for name, codes in METHODS_BY_CARRIER.items()]
    own = [] if not also or any(also in codes for codes in METHODS_BY_CARRIER.values()) else [(also, also)]
    return [("", "None"), *own, *known]


class WorkForm(ConfirmingForm):
    """Ship and next: everything that is open goes out; what is doubtful is asked once and sent by a second Enter."""

    tracking_number = IdentifierField(label="Tracking number", max_length=100)
    carrier = forms.ChoiceField(label="Carrier")
    method = forms.ChoiceField(label="Shipping method", required=False)
    sequence = forms.IntegerField(widget=forms.HiddenInput)
    # What was asked about this very parcel already, word by word.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # Where items are checked: the units that were scanned, by line.
    checked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, order: Order, typed: dict[str, Any], is_carton: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.typed = order, typed
        # Of one carton of several it is asked what is in it.
        self.parts = {f"units_{item.pk}": item for item in order.items.all() if is_carton and item.units_open}
        for name, item in self.parts.items():
            self.fields[name] = forms.IntegerField(
                label=f"Units of {item.sku} in this carton", min_value=0, max_value=item.units_open,
                required=False, initial=item.units_open, widget=forms.NumberInput(attrs={"class": "jb-input"}),
            )  # fmt: skip
        carrier, method = typed.get("carrier", ""), typed.get("method", "")
        self.fields["carrier"].choices = _carriers(known_carrier(carrier) or carrier)  # type: ignore[attr-defined]
        self.fields["method"].choices = _methods(method)  # type: ignore[attr-defined]
        number = self.fields["tracking_number"].widget.attrs
        number.update({"autofocus": True, "autocomplete": "off", "data-jo-scan": "", "spellcheck": "false"})
        self.doubts: list[str] = []

    def clean_tracking_number(self) -> str:
        """Refuse the barcode of what is packed, scanned where the label belongs."""
        number: str = self.cleaned_data["tracking_number"]
        if line := worklists.scanned_line(number, self.order):
            raise forms.ValidationError(f"Not a tracking number: it stands on the product {line.sku}.")
        return number

    def clean(self) -> dict[str, Any]:
        """Refuse an empty carton."""
        given = super().clean() or self.cleaned_data
        if self.parts and not self.errors and not any(given.get(name) for name in self.parts):
            raise forms.ValidationError("Nothing is in this carton: say how many units.")
        return given

    def part(self, item: OrderItem) -> forms.BoundField | None:
        """Return the field of a line where one carton of several is shipped."""
        name = f"units_{item.pk}"
        return self[name] if name in self.parts else None

    def _units(self) -> dict[int, Units]:
        if not self.parts:
            return worklists.whole(self.order, self.typed)
        return {item.pk: Units(self.cleaned_data.get(name) or 0, 0) for name, item in self.parts.items()}

    @property
    def leaves_some(self) -> bool:
        """Return whether units of the order are left for another carton."""
        units = self._units()
        return any(item.units_open > units[item.pk].shipped for item in self.parts.values())

    @property
    def scanned(self) -> Counter[int]:
        """The units that were scanned, by the key of their line."""
        pairs = (part.partition(":") for part in str(self["checked"].value() or "").split(",") if part)
        found = ((number_in(pk), number_in(n, digits=9)) for pk, _, n in pairs)
        return Counter({pk: count for pk, count in found if pk is not None and count is not None})

    def scan(self, line: OrderItem) -> bool:
        """Count a unit of a line; return whether one was missing of it."""
        scanned = self.scanned
        is_missing = scanned[line.pk] < line.units_open
        scanned[line.pk] += is_missing
        checked = ",".join(f"{pk}:{units}" for pk, units in scanned.items())
        data = self.data.dict()  # type: ignore[attr-defined]  # a form's data is a query's
        self.data = {**data, "checked": checked, "tracking_number": ""}
        self._errors = ErrorDict()  # the label comes later
        return is_missing

    def draft(self) -> ShipmentDraft:
        """Return the parcel that the cleaned form asks for."""
        data = self.cleaned_data
        moved = {name: self.typed[name] for name in TRANSPORT if self.typed.get(name) not in (None, "")}
        return ShipmentDraft(
            units=self._units(),
            tracking_number=data["tracking_number"],
            carrier=data["carrier"],
            method=data["method"],
            sequence=data["sequence"],
            confirm_identifiers=bool(data.get(CONFIRM)),
            with_return_location=bool(self.typed.get("with_return_location")),
            **moved,
        )

    def is_sure(self) -> bool:
        """Return whether nothing is doubtful, or just that was asked already; else have the page ask."""
        self.doubts = worklists.doubts(self.order, self.draft())
        asked = " ".join(self.doubts)
        if not self.doubts or self.cleaned_data["seen"] == asked:
            return True
        self.data = {**self.data.dict(), "seen": asked}  # type: ignore[attr-defined]  # a form's data is a query's
        return False
