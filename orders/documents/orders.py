"""The order in the store, once: as it is and reserved by the module (D), placed and changed (C), or as it is (A)."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from catalog.products.services import holds
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.core.send_failures import AnswerLost, Halt, HaltLost, Rejected, SendFailure
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import NotPayload, Settled, Undecided, Unneeded
from jetbridge.store import deliveries, kinds
from jetbridge.store.documents import Sale, StoreOrder
from jetbridge.store.failures import store_failures
from jetbridge.store.kinds import Blocked, DocumentKind, Made, next_step
from jetbridge.store.models import StoreDocument, StoreLink
from jetbridge.store.ports import Lack, SendingStore, Till
from orders.documents import sales
from orders.documents.records import record_made
from orders.models import Order

MODULE, PLACED, PLAIN = (str(way) for way in ("D", "C", "A"))
LONGEST_NUMBER, LONGEST_REFERENCE = 50, 32
# After a lost placing, the store is asked so long for the order before the same cart is tried again.
PLACING_LASTS = timedelta(minutes=5)
CART, SINCE = "cart", "placing_since"
ENDED = (Order.Status.CANCELLED, Order.Status.REJECTED)
TAKEN = "Unique constraint violation"
NOT_ENOUGH = (
    "requested qty",
    "out of stock",
    "not available",
    "fewest",
    "maximum you may purchase",
    "increments",
)


@dataclass(frozen=True, slots=True)
class Payload:
    """
    A sale and its way; `is_asked`: the store was asked just now, has no such order and enough of everything.

    `lack` is why it cannot be made, where an earlier try may have made it: that is looked for all the same.
    """

    sale: Sale
    way: str
    mailbox: str = ""
    is_asked: bool = False
    lack: Blocked | None = None


class Orders(DocumentKind):
    """Orders, announced with Jet's acknowledgement."""

    name = StoreDocument.Kind.ORDER

    def build(
        self, rows: Sequence[StoreDocument], store: SendingStore
    ) -> Mapping[int, Payload | NotPayload | None]:
        """Word the sales, and ask the store about all of them at once: which it has, what it lacks."""
        config = configuration.current()
        found = Order.objects.filter(pk__in=[row.order_key for row in rows]).select_related("customer")
        orders = {order.pk: order for order in found.prefetch_related("items__product")}
        said = {row.pk: built(row, orders.get(row.order_key), config) for row in rows}
        payloads = {pk: each for pk, each in said.items() if isinstance(each, Payload)}
        return {**said, **_asked(store.till, rows, payloads)}

    def send(self, store: SendingStore, row: StoreDocument, payload: Payload) -> Made | Undecided:
        """Make the order, by whichever way; nothing is made of which the store was not asked before."""
        till = store.till
        if payload.lack is not None:
            raise payload.lack
        if not payload.is_asked:
            with store_failures():
                known = _of_cart(till, row) or _known(till, payload)
                if known is None:
                    _refuse_lacks(till.lacks(_needed(payload.sale)))
            if known is not None:
                return _complete(till, known, payload.sale)
        if payload.way == PLACED:
            return _placed(till, row, payload)
        return _made(till, payload)

    def look_up(self, store: SendingStore, row: StoreDocument, payload: Payload) -> Made | Undecided | None:
        """Look for the order by the cart it may have become, by its number and Jet's id; complete what is there."""
        till = store.till
        try:
            with store_failures():
                known = _of_cart(till, row) or _known(till, payload)
        except Rejected as refusal:
            if refusal.value == kinds.REMEDY:
                raise
            # A question that was refused leaves in doubt what it is about.
            raise AnswerLost(*refusal.errors) from None
        if known is not None:
            return _complete(till, known, payload.sale)
        since = parse_datetime(row.progress.get(SINCE) or "")
        if since is not None and timezone.now() - since < PLACING_LASTS:
            raise AnswerLost("The store may still be placing the order; it is asked again.")
        return None

    def lost(self, row: StoreDocument, payload: Payload) -> Mapping[str, Any]:
        """Keep since when a cart may have become an order."""
        if CART not in row.progress or SINCE in row.progress:
            return {}
        return {"progress": {**row.progress, SINCE: timezone.now().isoformat()}}

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Let the stock follow: what the store reserves is held no longer than until it is read again."""
        orders = Order.objects.in_bulk([each.row.order_key for each in settled.accepted])
        for each in settled.accepted:
            follow = holds.put_in_unreserved if each.row.way == PLAIN else holds.reserved_in_store
            order = orders[each.row.order_key]
            follow(order=order.stock_document, store_order=each.row.store_order or 0)
        record_made(settled)
        for each in settled.unneeded:
            deliveries.give_up(each.row)


def way_of(config: Configuration, *, has_module: bool) -> str:
    """Return by which way orders go: the chosen one, else D where the module is there, else C."""
    if config.store_way != Configuration.StoreWay.AUTO:
        return str(config.store_way)
    return MODULE if has_module else PLACED


# Before the calls


def built(row: StoreDocument, order: Order | None, config: Configuration) -> Payload | NotPayload:
    """Return what is sent of an order, or why nothing is."""
    if order is None:
        return Rejected("The order is not in the panel any more.")
    is_new = row.answer != Answer.UNKNOWN and not row.progress
    if is_new and order.status in ENDED:
        return Unneeded(f"Jet's order is {order.get_status_display().lower()}; the store never had it.")
    link = StoreLink.objects.filter(pk=1).first()
    way = way_of(config, has_module=bool(link and link.has_module))
    sale = sales.sale_of(order, list(order.items.all()), config)
    lack = _lack(order, sale, way, config)
    if lack is not None and not _is_doubtful(row):
        return lack
    return Payload(sale, way, config.store_mailbox, lack=lack)


def _lack(order: Order, sale: Sale, way: str, config: Configuration) -> Blocked | None:
    """Return why an order cannot be made whatever the store says."""
    if len(sale.number) > LONGEST_NUMBER:
        return Blocked(
            f"The store cuts numbers at {LONGEST_NUMBER} characters, and {sale.number} is longer.",
            "Shorten the prefix of order numbers in Configuration, Store.",
        )
    if order.anonymized_at is not None:
        return Blocked("Its buyer was made anonymous.", "Enter it in the store by hand and match it.")
    if way == PLACED and not config.store_mailbox:
        return Blocked(
            "Orders go by way C, which needs a mailbox: the store mails each order that is placed in it.",
            "Enter a mailbox in Configuration, Store, or install the companion module there.",
        )
    return None


def _asked(till: Till, rows: Sequence[StoreDocument], payloads: Mapping[int, Payload]) -> dict[int, Payload]:
    """
    Return payloads that the store was asked about: it has no such order, and enough for all of them together.

    The others, of which it has something to say, are asked about one by one when they are sent.
    """
    fresh = {row.pk: payloads[row.pk] for row in rows if row.pk in payloads and not _is_doubtful(row)}
    needed: dict[str, Decimal] = defaultdict(Decimal)
    for payload in fresh.values():
        for sku, quantity in _needed(payload.sale).items():
            needed[sku] += quantity
    if not fresh:
        return {}
    numbers = [payload.sale.number for payload in fresh.values() if payload.way != PLACED]
    placed = [payload.sale.reference for payload in fresh.values() if payload.way == PLACED]
    try:
        with store_failures():
            there, lacking = till.find(numbers=numbers, references=placed), till.lacks(needed)
    except SendFailure:  # whatever is wrong, each of them will meet it
        return {}
    known = {found.number for found in there} | {found.reference for found in there}
    return {
        pk: Payload(payload.sale, payload.way, payload.mailbox, is_asked=True)
        for pk, payload in fresh.items()
        if not {payload.sale.number, payload.sale.reference[:LONGEST_REFERENCE]} & known
        and not _needed(payload.sale).keys() & lacking.keys()
    }


def _is_doubtful(row: StoreDocument) -> bool:
    """Return whether an earlier try may have made it: by its answer, or by a cart that may have become an order."""
    return row.answer == Answer.UNKNOWN or SINCE in row.progress


def _needed(sale: Sale) -> dict[str, Decimal]:
    """Return how many units of each SKU; the store compares SKUs without case."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    spelled: dict[str, str] = {}
    for line in sale.lines:
        found[spelled.setdefault(line.sku.lower(), line.sku)] += line.quantity
    return dict(found)


def _refuse_lacks(lacks: Mapping[str, Lack]) -> None:
    """
    Stop an order of which the store lacks something.

    :raises Blocked: it does
    """
    gone = [sku for sku, lack in lacks.items() if lack == Lack.GONE]
    short = [sku for sku, lack in lacks.items() if lack == Lack.SHORT]
    if gone:
        raise Blocked(
            f"The store has no product {', '.join(gone)}.",
            "Make it there again, or enter the order by hand and match it. Then retry.",
        )
    if short:
        raise Blocked(
            f"The store sells too few of {', '.join(short)}.",
            "Raise its stock there, or cancel the units at Jet. Then retry.",
        )


# The calls


def _of_cart(till: Till, row: StoreDocument) -> StoreOrder | None:
    """Return the order that the cart of an earlier try became."""
    return till.by_cart(int(row.progress[CART])) if CART in row.progress else None


def _known(till: Till, payload: Payload) -> StoreOrder | None:
    """
    Return the store's order of a sale, by its number or Jet's id.

    :raises Blocked: the number is another order's
    """
    sale = payload.sale
    # Of a cart the store chooses the number.
    numbers = [] if payload.way == PLACED else [sale.number]
    found = till.find(numbers=numbers, references=[sale.reference])
    ours = next((each for each in found if _is_of(sale, each)), None)
    if ours is None and found:
        raise Blocked(
            f"The store has another order with the number {sale.number}.",
            "Enter a prefix for order numbers in Configuration, Store. Then retry.",
        )
    return ours


def _is_of(sale: Sale, order: StoreOrder) -> bool:
    return order.reference == sale.reference[:LONGEST_REFERENCE]


def _made(till: Till, payload: Payload) -> Made:
    """Make an order in one call; where the answer is lost, it is looked for at once."""
    sale = payload.sale
    try:
        with store_failures():
            made = till.make(sale, with_module=payload.way == MODULE)
    except (AnswerLost, HaltLost) as lost:
        known = _looked_for(lambda: _known(till, payload))
        if known is None:
            raise lost from None
        return _complete(till, known, sale)
    except Rejected as refusal:
        # Somebody was quicker: ourselves, in a try of which nobody knew.
        if not any(TAKEN in error for error in refusal.errors):
            raise
        with store_failures():
            known = _known(till, payload)
        if known is None:
            raise
        return _complete(till, known, sale)
    return _complete(till, made, sale, way=payload.way)


def _looked_for(look: Callable[[], StoreOrder | None]) -> StoreOrder | None:
    """Look at once after a lost answer; what cannot be found out now, the next try finds out."""
    try:
        with store_failures():
            return look()
    except SendFailure:
        return None


def _complete(till: Till, found: StoreOrder, sale: Sale, *, way: str = "") -> Made:
    """
    Do what is left of an order that the store has: reserve it, or set it to Jet's prices.

    :param way: by which it was made just now; else the order says it, whatever the settings say by now
    :raises SendFailure: that could not be done; the order is there, so that it is in doubt whatever went wrong
    """
    way = way or (PLACED if found.is_placed else MODULE if found.is_modules else PLAIN)
    try:
        with store_failures():
            if way == PLACED:
                till.set_to(found.id, sale)
            elif way == MODULE:
                till.reserve(found.id)
            return Made(found.id, found.id, found.number, way)
    except (AnswerLost, HaltLost):
        raise
    except Halt as halt:
        raise HaltLost(*halt.errors, error=halt.error) from None
    except SendFailure as failure:
        text = "; ".join(failure.errors)
        raise AnswerLost(f"Order {found.number} is in the store, but not finished: {text}") from None


def _placed(till: Till, row: StoreDocument, payload: Payload) -> Made | Undecided:
    """
    Fill a cart, and once its number is kept, make an order of it.

    A cart that may have become an order is never filled again, nor another one in its place.
    """
    try:
        with store_failures():
            if CART not in row.progress:
                cart = till.fill_cart(payload.sale, mailbox=payload.mailbox)
                return next_step({CART: cart}, at=timezone.now())
            cart = int(row.progress[CART])
            found = _of_cart(till, row) or _from_cart(till, cart)
    except (AnswerLost, HaltLost) as lost:
        known = _looked_for(lambda: _of_cart(till, row))
        if known is None:
            raise lost from None
        found = known
    except Rejected as refusal:
        if refusal.value == kinds.REMEDY:
            raise
        return _refused_cart(till, row, refusal)
    return _complete(till, found, payload.sale, way=PLACED)


def _from_cart(till: Till, cart: int) -> StoreOrder:
    number = till.place_cart(cart)
    found = _looked_for(lambda: till.by_cart(cart))
    if found is None:
        raise AnswerLost(f"The store made order {number} of the cart and does not show it yet.")
    return found


def _refused_cart(till: Till, row: StoreDocument, refusal: Rejected) -> Undecided:
    """
    Say what a refusal of a cart means; who retries after it may have become an order has looked for that.

    :raises Blocked: something lacks, or the cart is gone after it may have become an order
    """
    text = " ".join(refusal.errors)
    if any(word in text.lower() for word in NOT_ENOUGH):
        raise Blocked(f"The store does not sell it: {text}", "Make it sellable there. Then retry.") from None
    if CART in row.progress and "No such entity" in text:
        if SINCE in row.progress and row.answer == Answer.UNKNOWN:
            raise Blocked(
                "The store has neither the cart nor an order of it.",
                "Look for the order there: match it, or retry with a new cart.",
            ) from None
        return next_step({}, at=timezone.now())
    raise refusal
