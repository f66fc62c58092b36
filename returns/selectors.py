"""Questions about returns and refunds for pages and the dashboard; no writes."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Prefetch, Q, QuerySet

from jetbridge.core.models import ApiCall, JetAccount
from jetbridge.outbox.models import Answer
from orders.models import Order, OrderItem
from returns.models import LedgerEntry, Refund, RefundItem, ReturnItem, ReturnRequest


def to_complete(account: JetAccount) -> QuerySet[ReturnRequest]:
    """Return the returns that wait for the merchant, nearest deadline first."""
    waiting = ReturnRequest.objects.filter(account=account, status=ReturnRequest.Status.CREATED)
    return waiting.filter(next_try_at=None).order_by("complete_by")


def return_page(pk: int) -> QuerySet[ReturnRequest]:
    """Return one return with all that its page shows."""
    lines = ReturnItem.objects.select_related("order_item__product", "order_item__ledger")
    return (
        ReturnRequest.objects.filter(pk=pk)
        .select_related("order", "account", "user", "credit_memo")
        .prefetch_related(Prefetch("items", queryset=lines))
    )


def refund_page(pk: int) -> QuerySet[Refund]:
    """Return one refund with all that its page shows."""
    lines = RefundItem.objects.select_related("order_item").order_by("order_item__position")
    return (
        Refund.objects.filter(pk=pk)
        .select_related("order", "account", "user", "credit_memo")
        .prefetch_related(Prefetch("items", queryset=lines))
    )


def find_order(account: JetAccount, name: str) -> Order | None:
    """Return the order of Jet's id, Jet's reference or the store's number."""
    named = Q(jet_id=name) | Q(reference_number=name) | Q(number=name)
    return Order.objects.filter(named, account=account).order_by("-pk").first() if name else None


def order_lines(order: Order) -> QuerySet[OrderItem]:
    """Return the lines of an order with what was given back for them."""
    return OrderItem.objects.filter(order=order).select_related("ledger").order_by("position")


def open_returns_of(order: Order) -> QuerySet[ReturnRequest]:
    """Return the returns of an order that still wait for an answer."""
    return ReturnRequest.objects.filter(order=order, status=ReturnRequest.Status.CREATED)


def entries_of(order_item_ids: list[int]) -> QuerySet[LedgerEntry]:
    """Return what was given back or promised for these order lines, with the documents it stems from."""
    live = LedgerEntry.objects.filter(order_item_id__in=order_item_ids).exclude(
        state=LedgerEntry.State.RELEASED
    )
    # An answer of 0 promised nothing.
    given = live.exclude(units=0, principal=0, tax=0, shipping=0, shipping_tax=0)
    return given.select_related("return_item__return_request", "refund_item__refund", "user")


def last_shipped_at(order: Order) -> datetime | None:
    """Return when the last parcel of an order left, as it was sent to Jet."""
    taken = order.shipments.filter(answer=Answer.ACCEPTED, items__units_shipped__gt=0)
    latest: datetime | None = taken.aggregate(latest=Max("ship_at"))["latest"]
    return latest


def ledger_lines(order: Order) -> QuerySet[OrderItem]:
    """Return the lines of an order with all that its ledger shows: balance, entries, their documents."""
    entries = LedgerEntry.objects.select_related(
        "return_item__return_request", "refund_item__refund", "user"
    ).order_by("pk")
    lines = OrderItem.objects.filter(order=order).select_related("ledger").order_by("position")
    return lines.prefetch_related(Prefetch("ledger_entries", queryset=entries))


def sent_calls(order: Order, return_ids: Iterable[str]) -> list[ApiCall]:
    """Return the calls that answered returns of an order or made refunds of it, newest last, without bodies."""
    rows = ApiCall.objects.filter(
        reference__in=[order.jet_id, *return_ids], method__in=("PUT", "POST"), store=None
    )
    return list(rows.defer("request_body", "response_body").order_by("pk"))
