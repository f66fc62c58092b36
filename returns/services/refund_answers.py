"""Sends refunds, each once, and follows them at Jet until they are accepted or rejected."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.send_failures import Rejected
from jetbridge.inbox import notifications
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settled, Settlement
from orders.jet import orders as orders_at_jet
from orders.jet.orders import OrderDocument, plain
from returns import outboxes
from returns.jet import messages
from returns.jet import refunds as at_jet
from returns.jet.refunds import RefundDocument, RefundLine, RefundReceipt
from returns.models import Refund
from returns.models.amounts import Amounts
from returns.services import credit_memos, ledger, privacy, refunds

Status = Refund.Status
OPEN = (Status.CREATED, Status.PROCESSING)
# Read one by one; the next run takes up the rest.
BATCH = 500


def send_refunds(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every refund that is due, oldest first.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    box = RefundSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


class RefundSender(outboxes.Refunds):
    """How refunds are sent and settled; by our own ID Jet reports whether it has one already."""

    def __init__(self, client: Client, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[Refund]) -> Mapping[Any, list[RefundLine]]:
        """Word the lines of each refund."""
        return {row.pk: messages.refund(row.items.all()) for row in rows}

    def send(self, row: Refund, payload: list[RefundLine]) -> RefundReceipt:
        """Have Jet pay back, once."""
        with send_failures(), tied_to(row.request_id):
            return at_jet.create(self._client, row.order.jet_id, row.alt_refund_id, payload)

    def look_up(self, row: Refund, payload: list[RefundLine]) -> RefundReceipt | None:
        """Find the refund where Jet has it; else see that Jet holds the units as shipped that are paid back."""
        jet_id = row.order.jet_id
        with send_failures(), tied_to(row.request_id):
            found = at_jet.find(self._client, jet_id, row.alt_refund_id)
            if found is None:
                _check(row, orders_at_jet.get(self._client, jet_id))
        return found

    def columns(self, settlements: Sequence[Settlement[Refund]]) -> Mapping[str, Sequence[Any]]:
        """Write down Jet's receipt along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        receipts: list[RefundReceipt] = [settlement.value for settlement in settlements]
        return {
            "jet_id": [receipt.jet_id[:64] for receipt in receipts],
            "status": [Status.CREATED] * len(receipts),
            "jet_status": ["created"] * len(receipts),
            "document": [plain(receipt.raw) for receipt in receipts],
        }

    def apply(self, settled: Settled[Refund], now: datetime) -> None:
        """Follow what Jet took, which it decides later; free the promises of what it rejected."""
        for settlement in settled.accepted:
            row = settlement.row
            row.refresh_from_db()
            history.record("refund sent", row, message=f"Jet took it as refund {row.jet_id}.")
            follow(refund=row, jet_status=settlement.value.status)
        for settlement in settled.rejected:
            settlement.row.refresh_from_db()
            free(settlement.row, " ".join(settlement.errors))


def _check(row: Refund, held: OrderDocument) -> None:
    """
    See that an order still has the units that are paid back.

    :raises Rejected: Jet holds fewer of them as shipped
    """
    shipped, needed = Counter[str](), Counter[str]()
    for given in held.shipments:
        for sku, units in given.units.items():
            shipped[sku.casefold()] += units.shipped
    for item in row.items.all():
        needed[item.order_item.sku.casefold()] += item.units_refunded
    for sku, count in needed.items():
        if count > shipped[sku]:
            raise Rejected(
                f"Jet holds {shipped[sku]} units of {sku} as shipped; {count} are to be paid back."
            )


def sync_refund_statuses(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """
    Read the refunds that are under way at Jet again, and book or free those that are decided.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    report = Report()
    rows = Refund.objects.filter(account=account, answer=Answer.ACCEPTED, status__in=OPEN)
    by_id = {row.jet_id: row for row in rows.select_related("order").order_by("updated_at")[:BATCH]}
    for outcome in send_many(partial(at_jet.get, client), list(by_id)):
        heartbeat()
        if outcome.value is None:
            if isinstance(outcome.error, JetKeysRefused):
                raise outcome.error
            report.fail(outcome.item, f"Not read; the next run tries again: {outcome.error}")
            continue
        row, document = by_id[outcome.item], outcome.value
        if status_of(document.status) is None:
            report.fail(outcome.item, f"Jet's status “{document.status}” is not known.")
        elif follow(refund=row, jet_status=document.status, document=document):
            report.done += 1
        # Read, so the next run begins with others.
        kept = privacy.fit(row.order, plain(document.raw))
        Refund.objects.filter(pk=row.pk).update(document=kept, updated_at=timezone.now())
    return report


def status_of(jet_status: str) -> Refund.Status | None:
    """Return our status for Jet's words; a rejection also says why."""
    word = " ".join(jet_status.lower().split())
    if word.startswith("rejected"):
        return Status.REJECTED
    known = {str(status): status for status in (*OPEN, Status.ACCEPTED)}
    return known.get(word)


@transaction.atomic
def follow(*, refund: Refund, jet_status: str, document: RefundDocument | None = None) -> bool:
    """
    Take over a refund's status; return whether it changed.

    Only the one update that ends a refund books it or frees it, so that it is one credit memo.
    """
    status = status_of(jet_status)
    if status is None:
        return False
    rows = Refund.objects.filter(pk=refund.pk, answer=Answer.ACCEPTED, status__in=OPEN)
    if not rows.exclude(jet_status=jet_status[:80]).update(status=status, jet_status=jet_status[:80]):
        return False
    refund.refresh_from_db()
    if status == Status.ACCEPTED:
        _book(refund, document)
    elif status == Status.REJECTED:
        free(refund, jet_status)
    else:
        history.record("status", refund, message=f"Jet says: {jet_status}.")
    return True


def _book(refund: Refund, document: RefundDocument | None) -> None:
    entries = refunds.reserved(refund)
    for entry in entries:
        ledger.book(entry)
    memo = credit_memos.credit(document=refund, entries=entries, at=timezone.now())
    text = f"Jet accepted it; credit memo {memo}." if memo else "Jet accepted it."
    history.record("refund accepted", refund, message=text)
    history.record("refund accepted", refund.order, message=f"Refund {refund}: {text}")
    other = _other_amounts(refund, document) if document else []
    if other:
        _notify_person(refund, "differs from what Jet accepted", " ".join(other))


def _other_amounts(refund: Refund, document: RefundDocument) -> list[str]:
    """Name the lines for which Jet reports other amounts than were sent."""
    accepted = {line.order_item_id: line.amounts for line in document.lines}
    found = []
    for item in refund.items.select_related("order_item"):
        ours = Amounts(item.principal, item.tax, item.shipping, item.shipping_tax)
        theirs = accepted.get(item.order_item.jet_id, Amounts())
        if ours != theirs:
            sku = item.order_item.sku
            found.append(f"{sku}: we sent ${ours.total:,.2f}, Jet reports ${theirs.total:,.2f}.")
    return found


def free(refund: Refund, reason: str) -> None:
    """Take the promises back, so that the money may be given back another way."""
    for entry in refunds.reserved(refund):
        ledger.release(entry)
    history.record("refund refused", refund, message=f"Not paid: {reason}")
    history.record("refund refused", refund.order, message=f"Refund {refund} was not paid: {reason}")
    _notify_person(refund, "was not paid by Jet", reason)


def _notify_person(refund: Refund, what: str, text: str) -> None:
    notifications.notify(
        "returns.refund",
        key=refund.alt_refund_id,
        title=f"Refund {refund} {what}",
        text=text,
        about=refund,
        severity="error",
        mail=True,
    )
