"""What shipping programs call the columns of their files, the carriers and the services; all spelled as we do."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from orders.jet.shipments import METHODS_BY_CARRIER, known_carrier
from orders.models import ParcelHeader

VOID = "void"
COLUMNS = (
    "order", "sku", "quantity", "tracking_number", "carrier", "method", "ship_date", "pick_up_date",
    "delivery_date",
)  # fmt: skip
REQUIRED = ("order", "tracking_number")
# Our column; then what it is called by this panel's Export, ShipStation, Pirate Ship, Stamps.com and UPS WorldShip,
# the likeliest first; case and signs do not count.
_NAMES = """
    order: order | order number | order - number | order # | order no | order id | number | reference number 1
    order: package reference no. 1 | packagereference1 | package reference 1 | reference 1 | reference1 | ref 1
    order: order reference | reference order id | reference number | jet order id | jet id | po number
    tracking_number: tracking number | shipment - tracking number | tracking # | tracking no | tracking numbers
    tracking_number: package tracking number | packagetrackingnumber | tracking | tracking id
    tracking_number: shipment lead tracking number | lead tracking number
    sku: sku | item - sku | item sku | merchant sku | product sku
    quantity: quantity | units open | qty | item - qty | item quantity
    carrier: carrier | carrier - name | provider | carrier name | carrier code | shipping carrier
    method: method | carrier - service selected | service | service type | mail class | shipping method
    method: shipment information service type | class service | ups service
    ship_date: ship date | date - shipped date | shipped date | mail date | collection date | date shipped
    pick_up_date: pick up date | pickup date
    delivery_date: delivery date | estimated delivery date | expected delivery date
    void: void | voidindicator | void indicator | voided | refund status | refunded
"""
_CARRIERS = {
    "stampscom": "USPS", "stamps": "USPS", "endicia": "USPS", "uspostalservice": "USPS",
    "unitedstatespostalservice": "USPS", "unitedparcelservice": "UPS", "upsbyshipstation": "UPS",
    "federalexpress": "FedEx", "fedexground": "FedEx", "dhlexpress": "DHL", "lasership": "Laser Ship",
}  # fmt: skip
# What a program says of a label that does not count any more.
VOIDED = frozenset(
    {"y", "yes", "true", "1", "voided", "void", "refunded", "refund approved", "refund requested"}
)
_NO_NAME = re.compile(r"[^a-z0-9]")
_METHODS = {_NO_NAME.sub("", code.lower()): code for codes in METHODS_BY_CARRIER.values() for code in codes}


def plain(name: str) -> str:
    """Return a name without case, blanks and signs."""
    return _NO_NAME.sub("", name.lower().replace("#", " number "))


def _read_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _NAMES.strip().splitlines():
        column, _, names = line.strip().partition(":")
        found.setdefault(column, []).extend(plain(name) for name in names.split("|"))
    return found


NAMES = _read_names()


def columns_of(header: Sequence[str], kept: Mapping[str, str]) -> dict[str, int]:
    """Return the place of each of our columns in a header: as somebody said for such a file, else by its names."""
    places = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    found = {column: places[plain(name)] for column, name in kept.items() if plain(name) in places}
    for column, names in NAMES.items():
        place = next((places[name] for name in names if name in places), None)
        if place is not None and place not in found.values():
            found.setdefault(column, place)
    return found


def doubled(header: Sequence[str], places: Mapping[str, int]) -> dict[str, list[int]]:
    """Return the places of those of our columns whose name the header has more than once."""
    names = [plain(name) for name in header]
    alike = {
        column: [at for at, name in enumerate(names) if name == names[place]]
        for column, place in places.items()
    }
    return {column: found for column, found in alike.items() if len(found) > 1}


def key_of(header: Sequence[str]) -> str:
    """Return by what a kind of file is known: its set of headers."""
    return sha256("\n".join(sorted({plain(name) for name in header})).encode()).hexdigest()


def kept_for(header: Sequence[str]) -> dict[str, str]:
    """Return which header somebody said stands for which of our columns in such a file."""
    row = ParcelHeader.objects.filter(key=key_of(header)).first()
    return dict(row.columns) if row else {}


def keep(header: Sequence[str], columns: Mapping[str, str]) -> None:
    """Remember for files of these headers which one stands for which of our columns."""
    said = {column: name for column, name in columns.items() if name}
    ParcelHeader.objects.update_or_create(key=key_of(header), defaults={"columns": said})


def carrier_of(text: str) -> str:
    """Return Jet's name of a carrier as a program says it; what is known to nobody stays as it is."""
    return known_carrier(text) or _CARRIERS.get(plain(text), text)


def method_of(text: str, carrier: str) -> str:
    """Return Jet's code of a service; nothing for a service that Jet has no code for."""
    name = plain(text.replace("®", "").replace("™", ""))
    for known in (name, plain(carrier) + name):
        if known in _METHODS:
            return _METHODS[known]
    return ""
