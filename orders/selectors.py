"""Questions about orders for pages, the dashboard and the sweep; no writes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from catalog.listings.grid import filters
from catalog.products.identifiers import search_code
from catalog.products.models import Product
from jetbridge.core import configuration, store_days
from jetbridge.core.models import JetAccount
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import leftovers
from jetbridge.outbox.boxes import Outbox
from jetbridge.store.models import ASKING, StoreDocument
from jetbridge.store.outboxes import StoreDocuments
from orders.models import (
    FailedOrder,
    Order,
    OrderFetch,
    OrderItem,
    OrderNote,
    Shipment,
    ShipmentItem,
)
from orders.outboxes import Acknowledgements, Rejections, Shipments

IMPORT, RETRY = "orders.import_ready_orders", "orders.retry_failed_orders"
FETCH, RUNS = "orders.fetch_asked", "orders.advance_bulk_runs"
# A held order this near to its rejection is tried once more, then rejected on time.
NEAR = timedelta(seconds=90)
# Held orders are looked at again this often, so that a fixed one goes on within a minute or two.
AGAIN = timedelta(seconds=55)
# Longer held ones wait for the job's own schedule.
FRESH = timedelta(hours=1)
# An unanswered order with less time left than this is at risk.
RISKY = timedelta(minutes=7)
# Held orders that are looked through for what stands in their way; a store with more restocks by file.
MOST_HELD = 2000
# Products offered for an unknown SKU.
CANDIDATES = 6
# What speaks for a product so much that it stands chosen.
SURE = ("chosen for this SKU before", "has it as barcode")
# Earlier orders of a SKU, and products like it, that are looked through.
LOOKED_BACK = 50
SHORTEST_TERM = 3
# The cause that a restock takes away, as held orders store it.
OUT_OF_STOCK = "out_of_stock"


def unsent_jobs() -> list[str]:
    """Return the names of jobs that have something to do or a deadline now, besides what the outbox sends."""
    account, now = configuration.active_account(), timezone.now()
    questions = {
        RETRY: _to_retry(account, now).exists(),
        FETCH: OrderFetch.objects.filter(account=account, state__in=OrderFetch.UNFINISHED).exists(),
        RUNS: MassAction.objects.filter(
            scope=MassAction.Scope.ORDERS, state=MassAction.State.RUNNING
        ).exists(),
    }
    return [name for name, has_work in questions.items() if has_work]


def unresolved(account: JetAccount) -> QuerySet[FailedOrder]:
    """Return the failed and held orders that are neither fixed nor given up."""
    return FailedOrder.objects.filter(account=account, state__in=FailedOrder.UNRESOLVED)


def _to_retry(account: JetAccount, now: datetime) -> QuerySet[FailedOrder]:
    held = unresolved(account).filter(state=FailedOrder.State.PENDING)
    at_jet = now + account.clock_offset
    again = Q(last_tried_at__lte=now - AGAIN, ready_at__gte=at_jet - FRESH)
    return held.filter(Q(reject_at__lte=at_jet + NEAR) | again)


def at_risk(account: JetAccount, now: datetime | None = None) -> QuerySet[Order]:
    """Return unanswered orders near or beyond Jet's 15 minutes, nearest deadline first; `now` is our time."""
    at_jet = (now or timezone.now()) + account.clock_offset
    return Order.objects.filter(risky(at_jet), account=account).order_by("due_at")


def risky(at_jet: datetime) -> Q:
    """Return what makes an order one at risk: no answer yet, and little of Jet's 15 minutes left then."""
    return Q(status__in=Order.UNANSWERED, due_at__lte=at_jet + RISKY)


def left_to_a_person(account: JetAccount) -> QuerySet[Order]:
    """Return ready orders that can be filled and have had no answer from anybody."""
    return Order.objects.filter(
        account=account,
        status=Order.Status.READY,
        acknowledgement=None,
        has_cancel_request=False,
    )


def to_ship(account: JetAccount) -> QuerySet[Order]:
    """Return orders with units to ship, nearest deadline first."""
    return Order.objects.filter(account=account, status__in=Order.SHIPPABLE).order_by("due_at")


def refused(account: JetAccount) -> QuerySet[Order]:
    """Return open orders whose answer or last shipment Jet refused, until somebody sends another."""
    # The lists of refusals are short: they lead, and no order is looked at in vain.
    keys = [rows.values("order_id") for rows in _refusals(account)]
    return Order.objects.filter(account=account, pk__in=keys[0].union(*keys[1:], all=True))


def with_refusals(orders: QuerySet[Order], account: JetAccount) -> QuerySet[Order]:
    """Say of each order, as `is_refused`, whether it is one of `refused`; meant for a page of them."""
    found = [Exists(rows.filter(order_id=OuterRef("pk"))) for rows in _refusals(account)]
    return orders.annotate(
        is_refused=ExpressionWrapper(found[0] | found[1] | found[2], output_field=BooleanField())
    )


def _refusals(account: JetAccount) -> list[QuerySet[Any]]:
    boxes: tuple[Outbox[Any], ...] = (Acknowledgements(account), Rejections(account), Shipments(account))
    return [leftovers.refused(box).order_by() for box in boxes]


def is_refused() -> Q:
    """Return what makes an order of the active account one of `refused`."""
    return Q(pk__in=refused(configuration.active_account()).values("pk"))


def is_stopped_before_the_store() -> Q:
    """Return what makes an order of the active account one of which the linked store did not take a document."""
    return Q(pk__in=leftovers.refused(StoreDocuments()).order_by().values("order_key"))


def asking(account: JetAccount) -> QuerySet[StoreDocument]:
    """Return what was made in the store, or differs there, and needs a person to say what becomes of it."""
    return StoreDocument.objects.filter(ASKING, account=account)


def in_trouble(account: JetAccount, at_jet: datetime) -> QuerySet[Order]:
    """Return orders that are held, at risk, of which Jet or the store refused what was sent last, or that ask."""
    mine = Order.objects.filter(account=account).order_by()
    stopped = leftovers.refused(StoreDocuments(account)).order_by()
    keys = mine.filter(status=Order.Status.HELD).values("pk").union(
        mine.filter(risky(at_jet)).values("pk"), refused(account).order_by().values("pk"),
        stopped.values("order_key"), asking(account).order_by().values("order_key"), all=True,
    )  # fmt: skip
    return Order.objects.filter(account=account, pk__in=keys)


def due_today(account: JetAccount, at_jet: datetime) -> QuerySet[Order]:
    """Return orders with units to ship whose ship-by ends before the store's day does, nearest first."""
    return to_ship(account).filter(due_at__lt=_tomorrow(at_jet))


def due_later(at_jet: datetime) -> Q:
    """Return what makes an order one that is to be shipped, and not today."""
    return Q(status__in=Order.SHIPPABLE) & (Q(due_at__gte=_tomorrow(at_jet)) | Q(due_at=None))


def _tomorrow(at_jet: datetime) -> datetime:
    return store_days.start(store_days.day_of(at_jet) + store_days.DAY)


def cancels_asked(account: JetAccount) -> QuerySet[Order]:
    """Return open orders whose buyers ask for a cancel."""
    return Order.objects.filter(account=account, status__in=Order.OPEN, has_cancel_request=True)


def order_page(pk: int) -> QuerySet[Order]:
    """Return one order with all that its page shows, in a fixed number of queries."""
    lines = OrderItem.objects.select_related("product")
    parts = ShipmentItem.objects.select_related("order_item")
    shipments = Shipment.objects.select_related("user", "invoice").prefetch_related(
        Prefetch("items", queryset=parts)
    )
    return (
        Order.objects.filter(pk=pk)
        .select_related("customer", "account", "failure", "acknowledgement")
        .prefetch_related(
            Prefetch("items", queryset=lines),
            Prefetch("shipments", queryset=shipments),
            "invoices",
            Prefetch("notes", queryset=OrderNote.objects.select_related("user")),
        )
    )


def with_parcels(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return orders with what a packing slip shows, in a fixed number of queries."""
    parts = ShipmentItem.objects.select_related("order_item")
    shipments = Shipment.objects.prefetch_related(Prefetch("items", queryset=parts))
    return orders.select_related("customer", "desk").prefetch_related(
        "items", Prefetch("shipments", queryset=shipments)
    )


@dataclass(frozen=True)
class Candidate:
    """A product that may be meant by an unknown SKU, and what speaks for it."""

    product: Product
    why: str

    @property
    def is_sure(self) -> bool:
        """Return whether it may stand chosen before anybody looked."""
        return self.why in SURE


def candidates(item: OrderItem) -> list[Candidate]:
    """Return products that may be meant by a line: as chosen before, by barcode, by SKU, then by its title."""
    found: dict[int, Candidate] = {}
    for why, products in _proposals(item):
        for product in products[:CANDIDATES]:
            found.setdefault(product.pk, Candidate(product, why))
        if len(found) >= CANDIDATES:
            break
    return list(found.values())[:CANDIDATES]


def _proposals(item: OrderItem) -> Iterator[tuple[str, Sequence[Product]]]:
    products = Product.objects.defer("description", "attributes", "jet_fields").order_by("-enabled", "pk")
    yield SURE[0], _chosen_before(item)
    if code := search_code(item.sku):
        yield SURE[1], list(products.filter(codes__code=code)[:CANDIDATES])
    for why, term in _search_terms(item):
        yield why, _likest(item.sku, filters.search(products, term)[:LOOKED_BACK])


def _likest(sku: str, products: QuerySet[Product]) -> list[Product]:
    """Return products with those in front whose SKU is spelled most like this one."""
    likeness = SequenceMatcher(b=sku.casefold())

    def ratio(product: Product) -> float:
        likeness.set_seq1(product.sku.casefold())
        return likeness.ratio()

    return sorted(products, key=ratio, reverse=True)


def _chosen_before(item: OrderItem) -> list[Product]:
    """Return what this SKU stood for in earlier orders of the account, the last choice first."""
    rows = OrderItem.objects.filter(sku=item.sku, product__isnull=False, order__account=item.order.account_id)
    earlier = rows.exclude(order=item.order_id).order_by("-order").select_related("product")[:LOOKED_BACK]
    return list(dict.fromkeys(row.product for row in earlier if row.product is not None))


@dataclass
class Shortage:
    """A product of which held orders need more units than there are: how many in all, and what hangs on it in US$."""

    product: Product
    needed: int = 0
    orders: int = 0
    amount: Decimal = Decimal(0)

    @property
    def enough(self) -> int:
        """Units on hand with which all of these orders can be filled."""
        return self.product.reserved + self.needed


def held(account: JetAccount) -> list[FailedOrder]:
    """Return unresolved orders with their lines and products, those to be rejected first."""
    lines = OrderItem.objects.select_related("product").order_by("pk")
    rows = unresolved(account).defer("document", "order__document").select_related("order")
    rows = rows.prefetch_related(Prefetch("order__items", queryset=lines))
    return list(rows.order_by("reject_at", "pk")[:MOST_HELD])


def shortages(failures: Sequence[FailedOrder]) -> list[Shortage]:
    """Return what these orders lack, the dearest first."""
    found: dict[int, Shortage] = {}
    for failure in failures:
        order = failure.order
        if order is None or order.status != Order.Status.HELD:
            continue
        short = {str(each.get("sku")) for each in failure.causes if each.get("code") == OUT_OF_STOCK}
        lacking: set[int] = set()
        for item in order.items.all():
            if item.product is not None and item.sku in short:
                row = found.setdefault(item.product.pk, Shortage(item.product))
                row.needed += item.units_needed
                lacking.add(item.product.pk)
        for pk in lacking:
            found[pk].orders += 1
            found[pk].amount += order.base_total
    return sorted(found.values(), key=lambda row: (-row.amount, row.product.sku))


def _search_terms(item: OrderItem) -> list[tuple[str, str]]:
    """The whole SKU, the SKU ever shorter, the title's words ever fewer, each with what speaks for what it finds."""
    parts = re.split(r"[-_ ./]", item.sku)
    words = item.title.split()
    skus = [item.sku, *("-".join(parts[:size]) for size in range(len(parts) - 1, 0, -1))]
    titles = [" ".join(words[:size]) for size in range(min(len(words), 6), 1, -1)]
    terms = [
        *(("its SKU is alike", term) for term in skus[:4]),
        *(("its name is alike", term) for term in titles),
    ]
    return [(why, term) for why, term in terms if len(term) >= SHORTEST_TERM]


def last_carrier(account: JetAccount) -> tuple[str, str]:
    """Return carrier and method of the last parcel, as the form's first guess."""
    last = (
        Shipment.objects.filter(order__account=account)
        .exclude(carrier="")
        .order_by("-pk")
        .values_list("carrier", "method")
        .first()
    )
    return last or ("", "")
