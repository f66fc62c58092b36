"""Buyers' personal data leaves after the set time; notes go with it; amounts, units and dates stay for the books."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from jetbridge.core import history
from jetbridge.core.models import Event
from orders.models import Customer, FailedOrder, Order, OrderFetch, OrderNote

# Orders a transaction: short enough that nobody waits for it.
CHUNK = 200
GONE = "Anonymous"
PERSONAL = ("buyer", "shipping_to", "hash_email")
COLUMNS = ("recipient_phone", "address1", "address2", "city", "zip_code")
FINISHED = (Order.Status.COMPLETE, Order.Status.CANCELLED, Order.Status.REJECTED)


def anonymize_buyers(*, before: datetime, heartbeat: Callable[[], None]) -> int:
    """Take names, phones, addresses and hashed e-mails out of finished orders placed before a moment."""
    done = 0
    while orders := list(_orders(before)[:CHUNK]):
        with transaction.atomic():
            for order in orders:
                _clear(order)
            Order.objects.bulk_update(orders, ["document", *COLUMNS, "recipient_name"])
            FailedOrder.objects.filter(order__in=orders).update(document=None)
            _forget_changes(orders)
            OrderNote.objects.filter(order__in=orders).delete()  # free text may name the buyer
            _clear_customers({order.customer_id for order in orders})
        done += len(orders)
        heartbeat()
    if done:
        _forget_differences(heartbeat)
    return done


def _orders(before: datetime) -> QuerySet[Order]:
    return (
        Order.objects.filter(placed_at__lt=before, status__in=FINISHED)
        .exclude(recipient_name=GONE)
        .order_by("pk")
    )


def fit(order: Order, document: Any) -> Any:
    """Return what may be kept of an order as Jet reported it: all, or what names no buyer once they are gone."""
    return _without_buyer(document) if order.recipient_name == GONE else document


def _clear(order: Order) -> None:
    order.recipient_name = GONE
    for column in COLUMNS:
        setattr(order, column, "")
    order.document = _without_buyer(order.document)


def _without_buyer(document: Any) -> Any:
    return {key: value for key, value in document.items() if key not in PERSONAL} if document else document


def _forget_changes(orders: Sequence[Order]) -> None:
    """What was taken over from Jet later may have been a name or an address; that it happened stays on record."""
    keys = [str(order.pk) for order in orders]
    synced = Event.objects.filter(kind=Order._meta.label_lower, object_id__in=keys, action="synced")
    history.erase(synced, "before", "after", reason="The buyer was made anonymous.")


def _forget_differences(heartbeat: Callable[[], None]) -> None:
    """Reports of orders that were read again say what differed, addresses too; that something did stays on record."""
    for fetch in (
        OrderFetch.objects.exclude(rows=[]).only("account_id", "rows").order_by("pk").iterator(CHUNK)
    ):
        differing = [row["jet_id"] for row in fetch.rows if row.get("differences")]
        gone = Order.objects.filter(account_id=fetch.account_id, jet_id__in=differing, recipient_name=GONE)
        names = set(gone.values_list("jet_id", flat=True))
        if names:
            rows = [{**row, "differences": []} if row["jet_id"] in names else row for row in fetch.rows]
            OrderFetch.objects.filter(pk=fetch.pk).update(rows=rows)
        heartbeat()


def _clear_customers(keys: set[int]) -> None:
    """A buyer is forgotten once none of their orders names a recipient any more."""
    named = Order.objects.filter(customer=OuterRef("pk")).exclude(recipient_name=GONE)
    for customer in Customer.objects.filter(~Exists(named), pk__in=keys):
        Customer.objects.filter(pk=customer.pk).update(
            name=GONE, phone="", hash_email=f"anonymous-{customer.pk}"
        )
