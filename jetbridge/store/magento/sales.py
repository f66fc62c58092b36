"""Words orders of the sales channel as a Magento store takes them; built of our data, never of an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jetbridge.store.documents import Recipient, Sale, SaleLine, StoreOrder
from jetbridge.store.magento.values import MODULE_PAYMENT

# The companion module's, and what every store has.
MODULE_SHIPPING = "shipjetcom_shipjetcom"
PLAIN_PAYMENT, PLAIN_CARRIER = "checkmo", "freeshipping"
PLAIN_SHIPPING = f"{PLAIN_CARRIER}_{PLAIN_CARRIER}"
# Columns of the store, which cuts what is longer without a word.
LONGEST_NUMBER, LONGEST_REFERENCE = 50, 32
STATES = {"pending": "new", "processing": "processing", "holded": "holded"}
# An order in one of these is as its cart left it; whatever else has happened to it stays.
FRESH = ("new", "pending_payment", "processing", "")
TAX_CODE, TAX_TITLE = "Jet", "Tax collected by Jet"
RATES = (("base", "global"), ("base", "order"), ("store", "base"), ("store", "order"))
# Number and name of a country's regions in the store, by their codes.
Regions = Mapping[str, tuple[int, str]]
Document = dict[str, Any]


def placed(sale: Sale, regions: Regions, *, with_module: bool) -> Document:
    """Word an order that is made in one call."""
    address = _address(sale.recipient, regions) | {"email": sale.email}
    shipping = {
        "address": {**address, "address_type": "shipping"},
        "method": MODULE_SHIPPING if with_module else PLAIN_SHIPPING,
    }
    extension: Document = {"shipping_assignments": [{"shipping": shipping}]}
    if taxes := _taxes(sale):
        extension |= {"applied_taxes": taxes, "item_applied_taxes": [], "converting_from_quote": True}
    return {
        **_header(sale), **_state(sale), **_money(sale),
        "increment_id": sale.number,
        "customer_is_guest": 1, "customer_group_id": 0, "email_sent": 0, "is_virtual": 0,
        "total_item_count": len(sale.lines), "total_qty_ordered": sum(line.quantity for line in sale.lines),
        "items": [_line(line) for line in sale.lines],
        "billing_address": {**address, "address_type": "billing"},
        "payment": _payment(sale) | {"method": MODULE_PAYMENT if with_module else PLAIN_PAYMENT},
        "status_histories": _history(sale),
        "extension_attributes": extension,
    }  # fmt: skip


def cart_address(sale: Sale, regions: Regions, mailbox: str) -> Document:
    """Word where a cart goes: the store mails its order to the merchant, and not to the buyer."""
    address = _address(sale.recipient, regions) | {"email": mailbox}
    return {"addressInformation": {
        "shipping_address": address, "billing_address": address,
        "shipping_carrier_code": PLAIN_CARRIER, "shipping_method_code": PLAIN_CARRIER,
    }}  # fmt: skip


def patch(sale: Sale, regions: Regions, order: Document) -> Document:
    """
    Word how a placed order becomes the channel's: each line, address and payment by its number.

    Nothing is named that would do harm: no SKU or quantity (the reservation would not follow), no number of the order
    and no tax rows (the store's own are there), and no state where the order has gone on (a cancelled one would be
    reopened).
    """
    merged = {line.sku.lower(): line for line in one_line_each(sale).lines}
    items = [
        _line(merged[sku]) | {"item_id": each["item_id"]}
        for each in _top_lines(order)
        if (sku := str(each.get("sku") or "").lower()) in merged
    ]
    for each in items:
        for name in ("sku", "qty_ordered", "product_type"):
            del each[name]
    address = _address(sale.recipient, regions)
    found: Document = {
        **_header(sale), **_money(sale), "entity_id": order["entity_id"], "items": items,
        "payment": _payment(sale) | _number_of(order.get("payment")),
        "status_histories": _history(sale),
    }  # fmt: skip
    if order.get("state", "") in FRESH:
        found |= _state(sale)
    if number := _number_of(order.get("billing_address")):
        found["billing_address"] = {**address, "address_type": "billing", **number}
    if number := _number_of(shipping_address(order)):
        shipping = {"address": {**address, "address_type": "shipping", **number}, "method": PLAIN_SHIPPING}
        found["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping}]}
    return found


def one_line_each(sale: Sale) -> Sale:
    """Return a sale with one line for each SKU, as a cart has it."""
    lines: dict[str, SaleLine] = {}
    for line in sale.lines:
        known = lines.get(line.sku.lower())
        lines[line.sku.lower()] = line if known is None else _together(known, line)
    return replace(sale, lines=tuple(lines.values()))


def is_of(sale: Sale, order: StoreOrder) -> bool:
    """Return whether an order of the store is this sale, by the channel's id."""
    return bool(order.reference) and order.reference == sale.reference[:LONGEST_REFERENCE]


def shipping_address(order: Mapping[str, Any]) -> Any:
    """Return an order's shipping address as the store words it, or nothing."""
    found = (order.get("extension_attributes") or {}).get("shipping_assignments") or []
    return ((found[0] or {}).get("shipping") or {}).get("address") if found else None


def _together(one: SaleLine, other: SaleLine) -> SaleLine:
    quantity, total = one.quantity + other.quantity, one.total + other.total
    return replace(
        one, quantity=quantity, total=total, tax=one.tax + other.tax, price=_rounded(total / quantity, 4)
    )


def _top_lines(order: Document) -> Sequence[Document]:
    return [each for each in order.get("items") or [] if each.get("parent_item_id") is None]


def _number_of(part: Any) -> Document:
    return {"entity_id": part["entity_id"]} if isinstance(part, Mapping) and part.get("entity_id") else {}


def _header(sale: Sale) -> Document:
    to = sale.recipient
    return {
        "ext_order_id": sale.reference[:LONGEST_REFERENCE], "customer_email": sale.email,
        "customer_firstname": to.first_name, "customer_lastname": to.last_name,
        "shipping_description": sale.shipping_title,
        **{f"{name}_currency_code": "USD" for name in ("base", "global", "order", "store")},
        **dict.fromkeys((f"{base}_to_{to}_rate" for base, to in RATES), 1),
    }  # fmt: skip


def _state(sale: Sale) -> Document:
    state = STATES.get(sale.status, "processing")
    held = {"hold_before_state": "processing", "hold_before_status": "processing"}
    return {"state": state, "status": sale.status, **(held if state == "holded" else {})}


def _money(sale: Sale) -> Document:
    total = sale.total
    amounts = {
        "subtotal": sale.goods, "subtotal_incl_tax": sale.goods + sale.tax,
        "tax_amount": sale.tax + sale.shipping_tax,
        "shipping_amount": sale.shipping, "shipping_tax_amount": sale.shipping_tax,
        "shipping_incl_tax": sale.shipping + sale.shipping_tax, "discount_amount": Decimal(0),
        "grand_total": total, "total_due": total,
    }  # fmt: skip
    return _with_base(amounts)


def _line(line: SaleLine) -> Document:
    with_tax = line.total + line.tax
    amounts = {
        "price": line.price, "original_price": line.price, "row_total": line.total, "tax_amount": line.tax,
        "price_incl_tax": _rounded(with_tax / line.quantity, 4) if line.quantity else line.price,
        "row_total_incl_tax": with_tax, "discount_amount": Decimal(0),
    }  # fmt: skip
    return {
        **_with_base(amounts), "sku": line.sku, "name": line.name, "qty_ordered": line.quantity,
        "product_type": "simple", "tax_percent": _percent(line.tax, line.total), "ext_order_item_id": line.reference,
    }  # fmt: skip


def _payment(sale: Sale) -> Document:
    amounts = {"amount_ordered": sale.total, "shipping_amount": sale.shipping}
    return {
        **_with_base(amounts), "po_number": sale.reference[:LONGEST_REFERENCE],
        "additional_information": [f"{sale.payment_title}, Jet order {sale.reference}"],
    }  # fmt: skip


def _history(sale: Sale) -> list[Document]:
    return [{
        "comment": sale.comment, "is_customer_notified": 0, "is_visible_on_front": 0, "status": sale.status,
        "entity_name": "order",
    }]  # fmt: skip


def _taxes(sale: Sale) -> list[Document]:
    """Word the row of the store's tax report."""
    amount = sale.tax + sale.shipping_tax
    if not amount:
        return []
    percent = _percent(amount, sale.goods + sale.shipping)
    rate = {"code": TAX_CODE, "title": TAX_TITLE, "percent": percent}
    return [{**rate, "amount": amount, "base_amount": amount, "extension_attributes": {"rates": [rate]}}]


def _address(to: Recipient, regions: Regions) -> Document:
    number, name = regions.get(to.region.upper(), (None, to.region))
    found: Document = {
        "firstname": to.first_name, "lastname": to.last_name, "street": list(to.street), "city": to.city,
        "region": name, "region_code": to.region, "postcode": to.postcode, "country_id": to.country,
        "telephone": to.phone,
    }  # fmt: skip
    return found if number is None else found | {"region_id": number}


def _with_base(amounts: Mapping[str, Decimal]) -> Document:
    return {f"{base}{name}": value for name, value in amounts.items() for base in ("", "base_")}


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return _rounded(part / whole * 100, 4) if whole else Decimal(0)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
