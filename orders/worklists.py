"""The work list of shipping: the orders of a grid's address one after the other, what Jet refused on top."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Person
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.products.identifiers import search_code
from catalog.products.image_urls import image_urls
from catalog.products.models import ProductCode, ProductImage
from jetbridge.core import store_days
from jetbridge.core.models import JetAccount
from jetbridge.outbox.models import Answer
from orders import filters, selectors
from orders.allocations import Units
from orders.jet.shipments import carriers_of
from orders.models import Order, OrderDesk, OrderItem, Shipment
from orders.models.desks import on_hold
from orders.services.shipments import ShipmentDraft

# Orders that a list holds at once; the others move up as these are shipped.
MOST = 1_000
# Rows beside the order that is worked on.
SHOWN = 12
# For so long a shipment made here can be taken back.
UNDO = timedelta(seconds=10)
# For so long an order stays with whoever opened it and does nothing more.
OPEN = timedelta(minutes=2)
# A scanner that reads the same label twice.
TWICE = timedelta(seconds=2)
# Attributes of a product that say where it lies.
BINS = ("bin", "bin_location", "shelf", "shelf_location", "warehouse_bin")
By = Person | AnonymousUser


@dataclass(frozen=True)
class WorkList:
    """Keys of orders in the order in which they are worked through."""

    keys: Sequence[int]
    is_capped: bool = False

    def start(self, asked: int | None) -> int | None:
        """Return the order to begin with: the one that is asked for, else the first."""
        return asked if asked in self.keys else next(iter(self.keys), None)

    def after(self, pk: int) -> int | None:
        """Return the next order, round from the last one to the first; None where there is no other."""
        return self._beside(pk, 1)

    def before(self, pk: int) -> int | None:
        """Return the order before, round from the first one to the last."""
        return self._beside(pk, -1)

    def place(self, pk: int) -> int:
        """Return the place of an order, from 1; 0 where it does not stand in the list."""
        return self.keys.index(pk) + 1 if pk in self.keys else 0

    def around(self, pk: int) -> Sequence[int]:
        """Return the few keys that stand beside an order, itself included."""
        start = max(min(self.place(pk) - 2, len(self.keys) - SHOWN), 0)
        return self.keys[start : start + SHOWN]

    def _beside(self, pk: int, step: int) -> int | None:
        if pk not in self.keys:
            return self.start(None)
        other = self.keys[(self.keys.index(pk) + step) % len(self.keys)]
        return other if other != pk else None


def shippable(asked: filters.Filters, account: JetAccount) -> QuerySet[Order]:
    """Return the orders of an address that can be shipped as a whole now: none is on its way, or on hold by hand."""
    on_its_way = Shipment.objects.filter(order=OuterRef("pk"), next_try_at__isnull=False)
    rows = filters.matching(asked, account).filter(status__in=Order.SHIPPABLE)
    return rows.filter(~Exists(on_its_way)).exclude(on_hold(timezone.now()))


def of(asked: filters.Filters, account: JetAccount, by: By) -> WorkList:
    """
    Return the list behind an address: refused ones first, then by deadline.

    Left out is what a buyer asks to cancel, and what another person has open at this moment.
    """
    rows = _open_to(asked, account, by)
    refused = rows.filter(pk__in=selectors.refused(account).order_by().values("pk"))
    by_deadline = (F("due_at").asc(nulls_last=True), "-pk")
    first = list(refused.order_by(*by_deadline).values_list("pk", flat=True)[:MOST])
    rest = rows.order_by(*by_deadline).values_list("pk", flat=True)[: MOST + len(first) + 1]
    known = set(first)
    keys = first + [pk for pk in rest if pk not in known]
    return WorkList(keys[:MOST], is_capped=len(keys) > MOST)


def _open_to(asked: filters.Filters, account: JetAccount, by: By) -> QuerySet[Order]:
    others = OrderDesk.objects.filter(opened_until__gt=timezone.now()).exclude(opened_by_id=by.pk or 0)
    rows = shippable(asked, account).filter(has_cancel_request=False).exclude(pk__in=others.values("order"))
    return rows


def listed(asked: filters.Filters, account: JetAccount, by: By) -> QuerySet[Order]:
    """Return the orders of the list behind an address, in no order; to count them."""
    return _open_to(asked, account, by).order_by()


def take(order: Order, by: Person) -> str:
    """Open an order for one person for a while; return the name of who has it open instead, if anybody."""
    now = timezone.now()
    OrderDesk.objects.get_or_create(order=order)
    free = Q(opened_until=None) | Q(opened_until__lte=now) | Q(opened_by=by)
    row = OrderDesk.objects.filter(order=order)
    if row.filter(free).update(opened_by=by, opened_until=now + OPEN):
        return ""
    other = row.select_related("opened_by").first()
    return other.opened_by.get_username() if other is not None and other.opened_by else ""


def opened_elsewhere(order: Order, by: By) -> str:
    """Return the name of another person who has an order open at this moment."""
    rows = OrderDesk.objects.filter(order=order, opened_until__gt=timezone.now(), opened_by__isnull=False)
    other = rows.exclude(opened_by_id=by.pk or 0).select_related("opened_by").first()
    return other.opened_by.get_username() if other is not None and other.opened_by else ""


def release(by: By) -> None:
    """Let others have what one person has open."""
    OrderDesk.objects.filter(opened_by_id=by.pk or 0).update(opened_by=None, opened_until=None)


def release_at_logout(sender: Any, user: Any = None, **_: Any) -> None:
    """Let others have what a person who leaves had open."""
    if user is not None:
        release(user)


def still_to_scan(order: Order, checked: Counter[int]) -> dict[int, int]:
    """Return how many units of each line are not scanned yet, by the line's key."""
    left = {item.pk: item.units_open - checked[item.pk] for item in order.items.all()}
    return {pk: units for pk, units in left.items() if units > 0}


def bin_of(item: OrderItem) -> str:
    """Return where a line's product lies, as its attributes say."""
    said = item.product.attributes if item.product is not None else {}
    return next((str(said[name]) for name in BINS if said.get(name)), "")


def pictures_of(items: Sequence[OrderItem], base_url: str) -> dict[int, str]:
    """Return the address of each line's main picture, by the key of its product."""
    products = [item.product_id for item in items if item.product_id]
    images: dict[int, list[ProductImage]] = {}
    for row in ProductImage.objects.filter(product__in=products):
        images.setdefault(row.product_id, []).append(row)
    found = {pk: image_urls(rows, base_url).main for pk, rows in images.items()}
    return {pk: url for pk, url in found.items() if url.lower().startswith(("http://", "https://"))}


def whole(order: Order, typed: dict[str, Any]) -> dict[int, Units]:
    """Return the units that go out: what was typed for a refused parcel, else everything that is open."""
    items = [item for item in order.items.all() if item.units_open]
    return {item.pk: Units(int(typed.get(f"ship_{item.pk}", item.units_open)), 0) for item in items}


def doubts(order: Order, draft: ShipmentDraft) -> list[str]:
    """Return what a person should look at twice before a parcel goes: another carrier, a number used before."""
    found = []
    for name, asked, given in (
        ("carrier", order.requested_carrier, draft.carrier),
        ("method", order.requested_method, draft.method),
    ):
        if asked and given.casefold() != asked.casefold():
            found.append(f"The order asks for the {name} {asked}, not {given or 'none'}.")
    usual = carriers_of(draft.tracking_number)
    if usual and draft.carrier and draft.carrier not in usual:
        found.append(f"{draft.tracking_number} looks like a number of {usual[0]}, not of {draft.carrier}.")
    if used := with_number(draft.tracking_number, order.account):
        found.append(f"{draft.tracking_number} was used for order {used.order} already.")
    return found


def with_number(tracking_number: str, account: JetAccount) -> Shipment | None:
    """Return the last parcel of this tracking number that Jet did not refuse."""
    rows = Shipment.objects.filter(tracking_number=tracking_number, order__account=account)
    return rows.exclude(answer=Answer.REJECTED).select_related("order").order_by("-pk").first()


def named(text: str, account: JetAccount) -> Order | None:
    """Return the order whose number, reference or ID was scanned where a tracking number belongs."""
    keys = Q(number=text) | Q(reference_number=text) | Q(jet_id=text.lower())
    return Order.objects.filter(keys, account=account).only("pk", "number", "status").first()


def scanned_line(text: str, order: Order) -> OrderItem | None:
    """Return the line of an order whose SKU or barcode was scanned; none for any other text."""
    items = list(order.items.all())
    own = next((item for item in items if item.sku.casefold() == text.casefold()), None)
    if own is not None:
        return own
    products = {item.product_id: item for item in items if item.product_id}
    coded = ProductCode.objects.filter(product__in=list(products), code=search_code(text)).first()
    return products[coded.product_id] if coded and search_code(text) else None


def repeats(text: str, by: By, now: datetime) -> bool:
    """Return whether this person's last parcel has the same number and was made a moment ago."""
    last = Shipment.objects.filter(user_id=by.pk or 0, queued_at__gte=now - TWICE).order_by("-pk").first()
    return last is not None and last.tracking_number == text


def can_be_undone(by: By) -> QuerySet[Shipment]:
    """Return what this person shipped a moment ago and no worker may send yet, the newest first."""
    rows = Shipment.objects.filter(user_id=by.pk or 0, next_try_at__gt=timezone.now(), claimed_by="")
    return rows.filter(attempts=0, answer=Answer.NONE, sent_at=None).select_related("order").order_by("-pk")


@dataclass(frozen=True)
class Today:
    """What became of one person's parcels of today."""

    sent: int
    accepted: int
    refused: int


def today(by: By) -> Today:
    """Count what this person has shipped since the store's day began."""
    start = store_days.start(store_days.day_of(timezone.now()))
    rows = Shipment.objects.filter(user_id=by.pk or 0, queued_at__gte=start).exclude(tracking_number="")
    accepted, refused = Q(answer=Answer.ACCEPTED, next_try_at=None), Q(answer=Answer.REJECTED)
    found = rows.aggregate(
        sent=Count("pk"), accepted=Count("pk", filter=accepted), refused=Count("pk", filter=refused)
    )
    return Today(**found)
