"""
Buyers' personal data leaves after the set time, or when one of them asks; amounts and dates stay for the books.

What has left is marked on the order (`anonymized_at`): nothing that is read of it again may bring it back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jetbridge.core import erasures, history, personal
from jetbridge.core.erasures import Receipt
from jetbridge.core.models import Erasure, Event, JetAccount
from jetbridge.store.models import StoreDocument
from orders import changes
from orders.jet.messages import ReadOrder
from orders.models import (
    Acknowledgement,
    Customer,
    FailedOrder,
    Order,
    OrderDesk,
    OrderFetch,
    OrderNote,
    OrderTag,
    Shipment,
)
from orders.models.words import keep_words

Heartbeat = Callable[[], None]

# Orders a transaction: short enough that nobody waits for it.
CHUNK = 200
GONE = "Anonymous"
PERSONAL = ("buyer", "shipping_to", "hash_email")
COLUMNS = ("recipient_phone", "address1", "address2", "city", "zip_code")
FINISHED = (Order.Status.COMPLETE, Order.Status.CANCELLED, Order.Status.REJECTED)
# Their messages are made here, of numbers and SKUs; what else is said of an order may quote Jet or a person.
OWN_WORDS = (
    "imported", "acknowledged", "acknowledgement queued", "held", "fixed", "synced", "cancel asked", "note",
    "product chosen", "SKU spelled otherwise", "shipment queued", "cancel queued", "return opened",
    "return completed", "refund queued", "refund accepted", "refund found", "buyer forgotten",
)  # fmt: skip
# What stands under these names in a document of the store was said of it.
QUOTING = frozenset({"left", "differs"})
WHY = "The buyer was made anonymous."


class StillNeeded(Exception):
    """A buyer cannot be forgotten yet; the text says which orders are in the way."""


def anonymize_buyers(before: datetime, heartbeat: Heartbeat) -> int:
    """Take buyers out of orders placed before a moment; of those that never ended, some months later."""
    done = 0
    while keys := list(_aged(Order.objects.filter(anonymized_at=None), before, FINISHED)[:CHUNK]):
        _clear(keys)
        done += len(keys)
        heartbeat()
    closed = [state for state in FailedOrder.State if state not in FailedOrder.UNRESOLVED]
    unread = FailedOrder.objects.filter(order=None).exclude(document=None, causes=[])
    _clear_unread(list(_aged(unread, before, closed, column="state")))
    if done:
        _forget_differences(heartbeat)
    return done


def _aged(
    rows: "QuerySet[Any]", before: datetime, ended: Iterable[str], *, column: str = "status"
) -> "QuerySet[Any, int]":
    """Return the keys of what was placed, or first seen, before a moment; of what is open, before an earlier one."""
    earlier = before - timedelta(days=personal.UNFINISHED_DAYS)
    old, very_old = (
        Q(placed_at__lt=moment) | Q(placed_at=None, created_at__lt=moment) for moment in (before, earlier)
    )
    chosen = rows.filter(very_old | old & Q(**{f"{column}__in": ended}))
    return chosen.order_by("pk").values_list("pk", flat=True)


def forget(*, orders: Sequence[Order], heartbeat: Heartbeat = lambda: None) -> Erasure:
    """
    Forget the buyers of these orders with all that they ever ordered; return the receipt.

    :raises StillNeeded: something of theirs is still to be shipped, answered or given back
    """
    found = orders_of(orders)
    if reasons := in_the_way(found):
        raise StillNeeded(" ".join(reasons))
    account = orders[0].account
    emails = set(Customer.objects.filter(orders__in=found).values_list("hash_email", flat=True))
    ids = [order.jet_id for order in found]
    receipt = erasures.forget(account=account, buyers=emails, orders=ids, heartbeat=heartbeat)
    for order in found:
        history.record("buyer forgotten", order, message=f"Receipt {receipt}.")
    return receipt


def orders_of(orders: Sequence[Order]) -> list[Order]:
    """Return all orders of the buyers of these, oldest first."""
    buyers = {order.customer_id for order in orders}
    return list(
        Order.objects.filter(customer__in=buyers).select_related("account", "customer").order_by("pk")
    )


def in_the_way(orders: Sequence[Order]) -> list[str]:
    """Return why buyers of these orders cannot be forgotten yet."""
    found = [
        f"Order {order} is {order.get_status_display().lower()}: ship, cancel or reject it first."
        for order in orders
        if order.status not in FINISHED
    ]
    if orders and all(order.anonymized_at for order in orders):
        found.append("The buyer was made anonymous already.")
    return found + [text for said in changes.STILL_NEEDED.ask(orders) for text in said]


def others_alike(orders: Sequence[Order]) -> list[Order]:
    """Return orders of other buyers with the same recipient at the same address: Jet may know them by two e-mails."""
    alike = Q()
    for order in orders:
        if order.recipient_name and order.address1 and not order.anonymized_at:
            alike |= Q(recipient_name__iexact=order.recipient_name, address1__iexact=order.address1)
    if not alike:
        return []
    mine = {order.customer_id for order in orders}
    return list(
        Order.objects.filter(alike, anonymized_at=None).exclude(customer__in=mine).order_by("pk")[:CHUNK]
    )


def erase(receipts: Sequence[Receipt], heartbeat: Heartbeat) -> dict[str, int]:
    """Forget whom receipts name and this database knows: first the words in free text, while they are known."""
    keys, unread, accounts = [], [], {row.pk: row for row in JetAccount.objects.all()}
    named = Order.objects.filter(anonymized_at=None).order_by("pk")
    for pk, jet_id, account in named.values_list("pk", "jet_id", "account_id").iterator(CHUNK):
        if any(receipt.names_order(accounts[account], jet_id) for receipt in receipts):
            keys.append(pk)
    failures = FailedOrder.objects.filter(order=None).values_list("pk", "jet_id", "account_id")
    for pk, jet_id, account in failures.iterator(CHUNK):
        if any(receipt.names_order(accounts[account], jet_id) for receipt in receipts):
            unread.append(pk)
    texts = personal.remove_words(_words(keys), heartbeat=heartbeat)
    for start in range(0, len(keys), CHUNK):
        _clear(keys[start : start + CHUNK])
        heartbeat()
    _clear_unread(unread)
    _forget_differences(heartbeat)
    return {"orders": len(keys) + len(unread), "texts": texts}


def _words(keys: Sequence[int]) -> set[str]:
    """Return what free text may call a buyer."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        orders = Order.objects.filter(pk__in=keys[start : start + CHUNK]).select_related("customer")
        for order in orders:
            buyer = order.customer
            columns = (order.recipient_name, order.recipient_phone, order.address1, buyer.name, buyer.phone)
            found.update((*columns, buyer.hash_email))
            found.update(_texts([(order.document or {}).get(name) for name in PERSONAL]))
    return found - {"", GONE}


def _texts(value: Any, name: str = "") -> set[str]:
    """Return names, lines of addresses, numbers and e-mails within what Jet reported of a buyer."""
    if isinstance(value, dict):
        return {text for key, item in value.items() for text in _texts(item, str(key))}
    if isinstance(value, list):
        return {text for item in value for text in _texts(item, name)}
    # A city or "Apt 4" names nobody, and stands in other people's texts.
    is_common = name in {"address2", "city", "state", "zip_code"}
    return {value} if isinstance(value, str) and not is_common else set()


def fit(order: Order, document: Any) -> Any:
    """Return what may be kept of an order as Jet reported it: all, or what names no buyer once they are gone."""
    return _without_buyer(document) if order.anonymized_at else document


def fit_new(account: JetAccount, read: ReadOrder) -> ReadOrder:
    """Return what may be stored of an order that is new here: of one whose buyer was forgotten, nothing of them."""
    if not erasures.names_order(account, read.jet_id):
        return read
    gone = dict.fromkeys(COLUMNS, "") | {"recipient_name": GONE, "anonymized_at": timezone.now()}
    columns = {**read.columns, **gone, "document": _without_buyer(read.columns["document"])}
    return replace(
        read, columns=columns, hash_email=f"anonymous-{read.jet_id}", buyer_name=GONE, buyer_phone=""
    )


def _without_buyer(document: Any) -> Any:
    return {key: value for key, value in document.items() if key not in PERSONAL} if document else document


@transaction.atomic
def _clear(keys: Sequence[int]) -> None:
    """Make orders anonymous with all that hangs on them; whoever else changes one of them waits."""
    orders = list(Order.objects.select_for_update().filter(pk__in=keys, anonymized_at=None).order_by("pk"))
    for order in orders:
        order.recipient_name, order.anonymized_at = GONE, timezone.now()
        for column in COLUMNS:
            setattr(order, column, "")
        order.document = _without_buyer(order.document)
    Order.objects.bulk_update(orders, ["document", *COLUMNS, "recipient_name", "anonymized_at"])
    keep_words([order.pk for order in orders])
    failures = FailedOrder.objects.filter(order__in=orders)
    _forget_texts(FailedOrder, failures.values_list("pk", flat=True))
    failures.update(document=None, causes=[])
    Shipment.objects.filter(order__in=orders).exclude(reason="", errors=[]).update(reason="", errors=[])
    Acknowledgement.objects.filter(order__in=orders).exclude(errors=[]).update(errors=[])
    OrderNote.objects.filter(order__in=orders).delete()  # free text may name the buyer
    OrderTag.objects.filter(order__in=orders).delete()
    desks = OrderDesk.objects.filter(order__in=orders).exclude(hold_reason="", gift_note="")
    desks.update(hold_reason="", gift_note="")
    _clear_store_documents([order.pk for order in orders])
    _forget_texts(Order, [order.pk for order in orders])
    changes.ANONYMIZED.announce([order.pk for order in orders])
    _clear_customers({order.customer_id for order in orders})


def _clear_store_documents(orders: Sequence[int]) -> None:
    """What a store, or Jet, refused may quote an address: that something was asked stays, and how it stands."""
    for row in StoreDocument.objects.filter(order_key__in=orders):
        errors = [personal.REMOVED] if row.errors else []
        details, progress = (
            {name: personal.REMOVED if name in QUOTING else value for name, value in each.items()}
            for each in (row.details, row.progress)
        )
        if (errors, details, progress) != (row.errors, row.details, row.progress):
            StoreDocument.objects.filter(pk=row.pk).update(errors=errors, details=details, progress=progress)


def _clear_unread(keys: Sequence[int]) -> None:
    """Orders that were never imported have no row of their own: only why, and sometimes what Jet said."""
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        with transaction.atomic():
            FailedOrder.objects.filter(pk__in=some).update(document=None, causes=[])
            _forget_texts(FailedOrder, some)


def _forget_texts(model: type[Order] | type[FailedOrder], keys: Iterable[int]) -> None:
    """What was said of them may quote a name or an address; that it happened stays on record."""
    rows = Event.objects.filter(kind=model._meta.label_lower, object_id__in=[str(key) for key in keys])
    history.erase(rows.filter(action__in=OWN_WORDS), "before", "after", "note", reason=WHY)
    history.erase(rows.exclude(action__in=OWN_WORDS), "message", "before", "after", "note", reason=WHY)


def _forget_differences(heartbeat: Heartbeat) -> None:
    """Reports of orders that were read again say what differed, addresses too; that something did stays on record."""
    for fetch in (
        OrderFetch.objects.exclude(rows=[]).only("account_id", "rows").order_by("pk").iterator(CHUNK)
    ):
        differing = [row["jet_id"] for row in fetch.rows if row.get("differences") or row.get("reason")]
        gone = Order.objects.filter(account_id=fetch.account_id, jet_id__in=differing)
        names = set(gone.exclude(anonymized_at=None).values_list("jet_id", flat=True))
        if names:
            rows = [
                {**row, "differences": [], "reason": ""} if row["jet_id"] in names else row
                for row in fetch.rows
            ]
            OrderFetch.objects.filter(pk=fetch.pk).update(rows=rows)
        heartbeat()


def _clear_customers(keys: set[int]) -> None:
    """A buyer is forgotten once none of their orders names a recipient any more."""
    named = Order.objects.filter(customer=OuterRef("pk"), anonymized_at=None)
    for customer in Customer.objects.filter(~Exists(named), pk__in=keys):
        Customer.objects.filter(pk=customer.pk).update(
            name=GONE, phone="", hash_email=f"anonymous-{customer.pk}"
        )
