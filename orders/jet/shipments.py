"""Shipments and cancels at Jet: sending one once, finding it again, and the carriers that Jet knows."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from jetapi.types import carriers
from jetapi.types.order_messages import ShipmentItem, ShipmentMessage
from jetapi.types.orders import Address
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from orders import allocations
from orders.allocations import Units
from orders.jet.orders import OrderDocument, ShipmentDocument
from orders.models import Order, Shipment

CARRIERS = carriers.CARRIERS
METHODS_BY_CARRIER = carriers.methods_by_carrier()
# A carrier that is not in Jet's list of carriers although its methods are.
_KNOWN = {"".join(name.split()).casefold(): name for name in (*CARRIERS, "LSO")}
# What a tracking number looks like, and the carriers that give out such ones; others say nothing.
_POSTAL = (
    "USPS",
    "UPS SurePost",
    "UPS Mail Innovations",
    "FedEx SmartPost",
    "DHL Global Mail",
    "OnTrac Direct Post",
)
_NUMBERS = (
    (re.compile(r"1Z[0-9A-Z]{16}"), ("UPS", "UPS SurePost", "UPS Freight")),
    (re.compile(r"9[1-5][0-9]{20}|9[1-5][0-9]{24}|[A-Z]{2}[0-9]{9}US"), _POSTAL),
    (re.compile(r"[0-9]{12}|[0-9]{15}|96[0-9]{20}"), ("FedEx", "FedEx Freight", "FedEx SmartPost")),
)


def known_carrier(name: str) -> str:
    """Return Jet's spelling of a carrier, whatever the case and spaces; nothing for one that Jet does not know."""
    return _KNOWN.get("".join(name.split()).casefold(), "")


def carriers_of(tracking_number: str) -> tuple[str, ...]:
    """Return the carriers that give out numbers of this shape; none where the shape says nothing."""
    number = "".join(tracking_number.split()).upper()
    return next((names for shape, names in _NUMBERS if shape.fullmatch(number)), ())


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment or cancel as it is sent to Jet; by the rest than its payload it is found again."""

    own_id: str
    tracking_number: str
    units: Mapping[str, Units]
    message: ShipmentMessage = field(repr=False)


def parcel(shipment: Shipment) -> Parcel:
    """Word one shipment or cancel (docs/jet-api.md, shipped). Jet counts by SKU, so lines are added up."""
    units = allocations.sum_by_sku(
        (item.order_item.sku, Units(item.units_shipped, item.units_cancelled))
        for item in shipment.items.all()
    )
    return Parcel(shipment.alt_shipment_id, shipment.tracking_number, units, _message(shipment, units))


def _message(shipment: Shipment, units: Mapping[str, Units]) -> ShipmentMessage:
    location = Address.model_validate(shipment.return_location) if shipment.return_location else None
    return ShipmentMessage(
        shipment_items=tuple(
            ShipmentItem(
                merchant_sku=sku,
                response_shipment_sku_quantity=shipped,
                response_shipment_cancel_qty=cancelled,
                alt_shipment_item_id=f"{shipment.alt_shipment_id}-{place}",
                rma_number=shipment.rma_number if shipped else "",
                days_to_return=shipment.days_to_return if shipped else None,
                return_location=location if shipped else None,
            )
            for place, (sku, (shipped, cancelled)) in enumerate(units.items(), start=1)
        ),
        alt_shipment_id=shipment.alt_shipment_id,
        shipment_tracking_number=shipment.tracking_number,
        carrier=shipment.carrier,
        response_shipment_method=shipment.method,
        response_shipment_date=shipment.ship_at,
        expected_delivery_date=shipment.deliver_at,
        carrier_pick_up_date=shipment.pick_up_at,
        ship_from_zip_code=shipment.ship_from_zip,
    )


def ship(client: Client, jet_id: str, parcel: Parcel, *, own_id: str) -> None:
    """
    Send Jet one shipment once, a lost answer settled by looking for its ID in the order.

    :raises JetFailure: not shipped, or still in doubt (`sent_maybe`)
    """
    with our_errors():
        speaking(client).orders.ship_settled(jet_id, shipments=[parcel.message], alt_order_id=own_id)


def find(held: OrderDocument, parcel: Parcel) -> ShipmentDocument | None:
    """Find a shipment at Jet by our ID, or where Jet kept none, by tracking number and quantities."""
    for given in held.shipments:
        if given.own_id == parcel.own_id:
            return given
        is_nameless = not given.own_id and bool(parcel.tracking_number)
        if is_nameless and given.tracking_number == parcel.tracking_number and given.units == parcel.units:
            return given
    return None


def foreign(order: Order, document: OrderDocument) -> list[ShipmentDocument]:
    """Return the shipments and cancels that somebody else sent to Jet."""
    known = {name for names in order.shipments.values_list("alt_shipment_id", "jet_id") for name in names} - {
        ""
    }
    return [each for each in document.shipments if not {each.own_id, each.jet_id} & known]


def strangers(held: OrderDocument, parcel: Parcel, *, known: Collection[str]) -> list[ShipmentDocument]:
    """Return the shipments at Jet of the same goods that we never heard of, neither by Jet's ID nor by ours."""
    ours = _plain(parcel.units)
    return [
        given
        for given in held.shipments
        if given.own_id not in known
        and given.jet_id not in known
        and ours.keys() & _plain(given.units).keys()
    ]


def twin(
    held: OrderDocument, parcel: Parcel, others: Collection[ShipmentDocument], *, ordered: Mapping[str, int]
) -> ShipmentDocument | None:
    """
    Find among others' shipments the one that ours would repeat: the same units, which left with the same parcel.

    By another tracking number it is the same where Jet has too few units left for a second one.
    """
    ours, left = _plain(parcel.units), _left(held, ordered)
    is_last = any(left.get(sku, 0) < sum(units) for sku, units in ours.items())
    for given in others:
        numbers = {given.tracking_number, parcel.tracking_number} - {""}
        if _plain(given.units) == ours and (is_last or len(numbers) < 2):
            return given
    return None


def _left(held: OrderDocument, ordered: Mapping[str, int]) -> dict[str, int]:
    """Count the units by SKU that Jet neither has as shipped nor as cancelled."""
    left = {sku.casefold(): units for sku, units in ordered.items()}
    for given in held.shipments:
        for sku, units in _plain(given.units).items():
            left[sku] = left.get(sku, 0) - sum(units)
    return left


def _plain(units: Mapping[str, Units]) -> dict[str, Units]:
    return {sku.casefold(): each for sku, each in units.items() if any(each)}
