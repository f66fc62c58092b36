"""Orders: lists for a warehouse, one with all that its page says; acknowledge, ship, cancel."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from jetbridge.api import lists, problems
from jetbridge.api.gate import reads, writes
from jetbridge.api.lists import Syncing
from jetbridge.api.problems import ApiProblem
from jetbridge.api.shapes import Given, Money, Page, Queued, Sku, money
from jetbridge.core import configuration
from jetbridge.store.models import StoreDocument
from orders import allocations, filters
from orders.allocations import Units
from orders.models import Order, OrderItem, Shipment
from orders.services import acknowledgements, cancel_guard, shipments
from orders.services.cancel_guard import NotPossible
from orders.services.shipments import AlreadyQueued, ShipmentDraft

router = Router(tags=["orders"])

SEE = "orders.view_order"
# Who may take the buyers of many orders out; of one order everybody sees them who sees its page.
BUYERS = "orders.export_buyers"
# Where an order stands, by its status: the stages of the grid that part the orders among them.
STAGES = {
    Order.Status.CREATED: "coming",
    Order.Status.COMPLETE: "complete",
    **dict.fromkeys(Order.UNANSWERED, "answer"),
    **dict.fromkeys(Order.SHIPPABLE, "ship"),
    **dict.fromkeys((Order.Status.CANCELLED, Order.Status.REJECTED), "given_up"),
}
UNITS = Annotated[int, Field(ge=0, le=1_000_000)]


problems.stands_for(problems.too_late, NotPossible)
problems.stands_for(problems.already, AlreadyQueued)


class Buyer(Schema):
    """Who ordered; Jet gives no e-mail address."""

    name: str
    phone: str


class Address(Schema):
    """Where it goes."""

    address1: str
    address2: str
    city: str
    state: str
    zip_code: str


class Line(Schema):
    """One line; units that are neither shipped nor cancelled are open."""

    sku: str
    jet_id: str
    title: str
    ordered: int
    shipped: int
    cancelled: int
    cancel_requested: int
    unit_price: Money


class Totals(Schema):
    """What the buyer pays, and what of it is left after Jet's fees."""

    items: Money
    tax: Money
    shipping: Money
    shipping_tax: Money
    fees: Money
    total: Money
    net: Money


class Parcel(Schema):
    """One parcel or cancel that was asked for; state says whether Jet took it."""

    id: str
    state: str
    tracking: str
    carrier: str
    method: str
    shipped_at: datetime | None
    errors: list[str]


class OrderOut(Schema):
    """One order. In lists, buyer and address are left out for whoever may not export buyers."""

    number: str | None
    jet_id: str
    reference: str
    stage: str
    status: str
    jet_status: str
    deadline_at: datetime | None
    ship_by: datetime | None
    placed_at: datetime | None
    requested_carrier: str
    requested_method: str
    buyer: Buyer | None
    address: Address | None
    items: list[Line]
    totals: Totals
    shipments: list[Parcel]
    store_number: str | None
    changed_at: datetime


class OrderQuery(Syncing):
    """Conditions that an order must all meet; what is left out asks for nothing."""

    stage: str = Field(filters.ALL, max_length=20, description=f"One of {', '.join(filters.STAGES)}.")
    buyer: str = Field("", max_length=200, description="A part of the recipient's name.")
    tracking: str = Field("", max_length=100, description="The whole tracking number of one of its parcels.")


class ShipLine(Given):
    """How much of a SKU goes out, and how much is cancelled."""

    sku: Sku
    quantity: UNITS
    cancel: UNITS = 0


class Ship(Given):
    """One parcel; without items all that is open goes out, but for what the buyer asked to cancel."""

    tracking: str = Field(max_length=100)
    carrier: str = Field(max_length=60)
    method: str = Field("", max_length=60)
    shipped_at: lists.Moment | None = None
    items: list[ShipLine] | None = Field(None, max_length=1000)
    reason: str = Field("", max_length=300, description="Why units are cancelled that the buyer expects.")
    above_limit: bool = Field(False, description="Pass the cancellation limit.")
    confirm_identifiers: bool = Field(False, description="A tracking number like 1.2E+11 is meant so.")


class CancelLine(Given):
    """How much of a SKU is cancelled."""

    sku: Sku
    quantity: UNITS


class Cancel(Given):
    """Units that are cancelled; without items what the buyer asked for, else all that is open."""

    items: list[CancelLine] | None = Field(None, max_length=1000)
    reason: str = Field("", max_length=300)
    above_limit: bool = False


@reads(router, "/orders", permission=SEE, response=Page[OrderOut], summary="List orders")
def orders(request: HttpRequest, asked: Annotated[OrderQuery, Query()]) -> dict[str, Any]:
    """Orders of the account that is switched on, newest first, or those that changed since."""
    if asked.stage not in filters.STAGES:
        raise problems.invalid("stage", f"One of {', '.join(filters.STAGES)}.")
    rows = _rows().filter(filters.condition(asked.stage))
    if asked.buyer.strip():
        rows = rows.filter(recipient_name__icontains=asked.buyer.strip())
    if asked.tracking.strip():
        parcels = Shipment.objects.filter(order=OuterRef("pk"), tracking_number=asked.tracking.strip())
        rows = rows.filter(Exists(parcels))
    with_buyers = request.user.has_perm(BUYERS)
    numbers: dict[int, str] = {}
    return lists.page(
        rows,
        asked,
        changed="updated_at",
        prepare=lambda found: numbers.update(_store_numbers(found)),
        show=lambda order: _shown(order, numbers, with_buyers=with_buyers),
    )


@reads(router, "/orders/{path:number}", permission=SEE, response=OrderOut, summary="One order")
def order(request: HttpRequest, number: str) -> dict[str, Any]:
    """One order by its number, Jet's id or Jet's reference."""
    found = _find(number)
    return _shown(found, _store_numbers([found]), with_buyers=True)


@writes(
    router,
    "POST",
    "/orders/{path:number}/acknowledge",
    permission="orders.acknowledge",
    response=Queued,
    status=202,
)
def acknowledge(request: HttpRequest, number: str) -> dict[str, Any]:
    """Report to Jet that a ready order will be filled."""
    found = _find(number)
    acknowledgements.queue_acknowledgement(order=found)
    return {"id": str(found), "state": found.acknowledgement.state}


@writes(router, "POST", "/orders/{path:number}/ship", permission="orders.ship", response=Queued, status=202)
def ship(request: HttpRequest, number: str, body: Ship) -> dict[str, Any]:
    """Queue a parcel, with what is cancelled beside it; the order says what became of it."""
    found = _find(number)
    items = list(found.items.all())
    if body.items is None:
        units = {
            item.pk: Units(item.units_open - item.units_to_cancel, item.units_to_cancel) for item in items
        }
    else:
        units = _units(items, [(line.sku, Units(line.quantity, line.cancel)) for line in body.items])
    ship_at = body.shipped_at or timezone.now()
    try:
        pick_up_at, deliver_at = ship_at + timedelta(days=1), ship_at + timedelta(days=5)
    except OverflowError:
        raise problems.invalid("shipped_at", "No parcel leaves then.") from None
    draft = ShipmentDraft(
        units=units,
        tracking_number=body.tracking,
        carrier=body.carrier,
        method=body.method,
        ship_at=ship_at,
        pick_up_at=pick_up_at,
        deliver_at=deliver_at,
        reason=body.reason,
        above_limit=body.above_limit,
        confirm_identifiers=body.confirm_identifiers,
    )
    return _queue(request, found, draft)


@writes(
    router, "POST", "/orders/{path:number}/cancel", permission="orders.cancel", response=Queued, status=202
)
def cancel(request: HttpRequest, number: str, body: Cancel) -> dict[str, Any]:
    """Queue a cancel; beyond what the buyer asked for it needs a reason, and beyond the limit a clear word."""
    found = _find(number)
    items = list(found.items.all())
    if body.items is not None:
        units = _units(items, [(line.sku, Units(0, line.quantity)) for line in body.items])
    elif any(item.units_to_cancel for item in items):
        units = {item.pk: Units(0, item.units_to_cancel) for item in items}
    else:
        units = {item.pk: Units(0, item.units_open) for item in items}
    draft = ShipmentDraft(units=units, reason=body.reason, above_limit=body.above_limit)
    return _queue(request, found, draft)


def _queue(request: HttpRequest, found: Order, draft: ShipmentDraft) -> dict[str, Any]:
    """Queue it as the page does: cancels need their own permission, and the limit another one."""
    for needed, is_needed in (("orders.cancel", draft.cancels), (cancel_guard.PERMISSION, draft.above_limit)):
        if is_needed and not request.user.has_perm(needed):
            raise ApiProblem(403, "api.not_permitted", f"It needs the permission {needed}.")
    shipment = shipments.queue_shipment(order=found, draft=draft, user=request.user)  # type: ignore[arg-type]
    shipment.refresh_from_db()
    return {"id": shipment.alt_shipment_id, "state": shipment.state}


def _units(items: Sequence[OrderItem], named: Sequence[tuple[str, Units]]) -> dict[int, Units]:
    """Spread units by SKU over the lines; what no line has open stands on its first, for the service to refuse."""
    asked = allocations.sum_by_sku(named)
    first = {item.sku: item.pk for item in reversed(items)}
    for sku in asked:
        if sku not in first:
            raise problems.invalid("items", f"The order has no SKU {sku}.", "unknown_sku")
    spread = allocations.fill(items, asked)
    for sku, units in asked.items():
        here = [spread.get(item.pk, Units(0, 0)) for item in items if item.sku == sku]
        shipped, cancelled = (sum(each[at] for each in here) for at in (0, 1))
        held = spread.get(first[sku], Units(0, 0))
        over = Units(held.shipped + units.shipped - shipped, held.cancelled + units.cancelled - cancelled)
        spread[first[sku]] = over
    return spread


def _rows() -> "QuerySet[Order]":
    rows = Order.objects.filter(account=configuration.active_account()).defer("document")
    return rows.select_related("customer").prefetch_related("items", "shipments")


def _find(number: str) -> Order:
    named = Q(number=number) | Q(jet_id=number) | Q(reference_number=number)
    found = _rows().select_related("account", "acknowledgement").filter(named).order_by("-pk").first()
    if found is None:
        raise problems.not_found("order", number)
    return found


def _store_numbers(found: Sequence[Order]) -> dict[int, str]:
    """Return by their keys the numbers under which a linked store has the orders."""
    keys = [each.pk for each in found]
    rows = StoreDocument.objects.filter(
        account=configuration.active_account(), kind=StoreDocument.Kind.ORDER, order_key__in=keys
    )
    return dict(rows.exclude(store_number="").values_list("order_key", "store_number"))


def _shown(row: Order, numbers: Mapping[int, str], *, with_buyers: bool) -> dict[str, Any]:
    names = ("address1", "address2", "city", "state", "zip_code")
    return {
        "number": row.number,
        "jet_id": row.jet_id,
        "reference": row.reference_number,
        "stage": STAGES[Order.Status(row.status)],
        "status": row.status,
        "jet_status": row.jet_status,
        "deadline_at": row.next_deadline,
        "ship_by": row.ship_by,
        "placed_at": row.placed_at,
        "requested_carrier": row.requested_carrier,
        "requested_method": row.requested_method,
        "buyer": {"name": row.recipient_name, "phone": row.recipient_phone} if with_buyers else None,
        "address": {name: getattr(row, name) for name in names} if with_buyers else None,
        "items": [_line(item) for item in row.items.all()],
        "totals": _totals(row),
        "shipments": [_parcel(shipment) for shipment in row.shipments.all()],
        "store_number": numbers.get(row.pk),
        "changed_at": row.updated_at,
    }


def _line(item: OrderItem) -> dict[str, Any]:
    return {
        "sku": item.sku,
        "jet_id": item.jet_id,
        "title": item.title,
        "ordered": item.units_ordered,
        "shipped": item.units_shipped,
        "cancelled": item.units_cancelled,
        "cancel_requested": item.units_to_cancel,
        "unit_price": money(item.unit_price),
    }


def _totals(row: Order) -> dict[str, Any]:
    columns = {
        "items": row.base_total,
        "tax": row.tax_total,
        "shipping": row.shipping_total,
        "shipping_tax": row.shipping_tax_total,
        "fees": row.fee_total,
        "total": row.grand_total,
        "net": row.net_total,
    }
    return {name: money(amount) for name, amount in columns.items()}


def _parcel(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": shipment.alt_shipment_id,
        "state": shipment.state,
        "tracking": shipment.tracking_number,
        "carrier": shipment.carrier,
        "method": shipment.method,
        "shipped_at": shipment.ship_at,
        "errors": [str(error) for error in shipment.errors],
    }
