"""Takes over refunds of which this database knows nothing: others' ones, or those since the copy it comes from."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.jet.calls import Outcome, send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetKeysRefused, JetNotKnown
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Compared, Comparing
from jetbridge.core.reports import Outcome as Result
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import drop
from orders.jet.orders import plain
from orders.models import Order, OrderItem
from orders.services import imports
from returns import outboxes
from returns.jet import refunds as at_jet
from returns.jet.refunds import RefundDocument, RefundLine
from returns.models import LedgerEntry, Refund, RefundItem
from returns.models.amounts import Amounts
from returns.services import credit_memos, ledger, privacy, refund_answers

Status = Refund.Status
ELSEWHERE = "Jet has it; this panel has no record of it."


def to_compare(*, client: Client, account: JetAccount) -> tuple[list[str], list[str]]:
    """Return the refunds to compare, and which of Jet's lists were full, in words."""
    listed, full = at_jet.all_ids(client)
    under_way = Refund.objects.filter(account=account, answer=Answer.ACCEPTED, status__in=refund_answers.OPEN)
    return list(dict.fromkeys([*listed, *under_way.order_by("pk").values_list("jet_id", flat=True)])), full


def compare(*, client: Client, account: JetAccount, ids: Sequence[str]) -> Comparing:
    """
    Read refunds again, for whoever compares all of them with Jet; orders that the panel lacks are fetched.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    for outcome in send_many(partial(at_jet.get, client), ids):
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        order_id = outcome.value.order_id if outcome.value else ""
        if order_id and not Order.objects.filter(account=account, jet_id=order_id).exists():
            imports.import_ready_orders(client=client, account=account, ids=[order_id])
        yield outcome.item, partial(_compared, account, outcome)


def _compared(account: JetAccount, outcome: Outcome[str, RefundDocument]) -> Compared:
    """Take over what Jet says of one refund, and word what was new."""
    document = outcome.value
    known = Q(jet_id=outcome.item) | (Q(alt_refund_id=document.own_id) if document else Q())
    row = Refund.objects.filter(known, account=account).first()
    if document is None:
        result = Result.GONE if isinstance(outcome.error, JetNotKnown) else Result.UNREAD
        return Compared(result, str(row or outcome.item), _url(row), str(outcome.error))
    if row is not None:
        # One that is on its way is settled by its sender, who looks for it by our own ID.
        changed = refund_answers.follow(refund=row, jet_status=document.status, document=document)
        text = f"Jet says: {document.status}." if changed else ""
        return Compared(Result.CHANGED if changed else Result.SAME, str(row), _url(row), text)
    order = Order.objects.filter(account=account, jet_id=document.order_id).first()
    status = refund_answers.status_of(document.status)
    if order is None or status is None:
        return Compared(
            Result.UNREAD, outcome.item, "", f"Order {document.order_id}, status {document.status}."
        )
    row, text = _adopt(order, document, status)
    return Compared(Result.NEW, str(row), _url(row), text)


def _adopt(order: Order, document: RefundDocument, status: Refund.Status) -> tuple[Refund, str]:
    """Put a refund into the books; one of ours that waits to be sent and would repeat it is this one."""
    items = {item.jet_id: item for item in order.items.all()}
    lines = [(items[line.order_item_id], line) for line in document.lines if line.order_item_id in items]
    total = sum((line.amounts.total for _, line in lines), start=ledger.ZERO)
    text = f"${total:,.2f} back to the buyer of order {order}, {document.status}."
    kept: dict[str, Any] = {
        "jet_id": document.jet_id[:64],
        "alt_refund_id": document.own_id[:64] or f"elsewhere-{document.jet_id}"[:64],
        "document": privacy.fit(order, plain(document.raw)),
    }
    if status != Status.REJECTED and (twin := _twin(order, lines, kept)):
        refund_answers.follow(refund=twin, jet_status=document.status, document=document)
        history.record("refund found", twin, message="Jet had it already; it was not sent again.")
        return twin, f"{text} It was asked for again here, and is not sent again."
    refund = Refund.objects.create(
        account_id=order.account_id,
        order=order,
        status=status,
        jet_status=document.status[:80],
        answer=Answer.ACCEPTED,
        queued_at=timezone.now(),
        answer_at=timezone.now(),
        is_demo=order.is_demo,
        **kept,
    )
    rows = [_line(refund, item, line) for item, line in lines]
    for each in (refund, order):
        history.record("refund found", each, message=f"Refund {refund}: {text} {ELSEWHERE}")
    if status != Status.REJECTED:
        text = " ".join([text, *_take_back(order, lines)])
        _book(refund, rows)
    return refund, text


def _line(refund: Refund, item: OrderItem, line: RefundLine) -> RefundItem:
    return RefundItem.objects.create(
        refund=refund,
        order_item=item,
        units_returned=max(line.units_returned, line.units_refunded),
        units_refunded=line.units_refunded,
        reason=line.reason[:100],
        feedback=line.feedback[:60],
        notes=privacy.fit_text(refund.order, line.notes[:500]),
        **vars(line.amounts),
    )


def _book(refund: Refund, rows: Sequence[RefundItem]) -> None:
    """It happened, so it is in the books in any case: promised until Jet decides, then paid."""
    entries: list[LedgerEntry] = []
    for row in rows:
        amounts = Amounts(row.principal, row.tax, row.shipping, row.shipping_tax)
        item, units = row.order_item, row.units_refunded
        try:
            entry = ledger.reserve(item=item, units=units, amounts=amounts, refund_item=row)
        except ledger.LedgerRefused:
            entry, _ = ledger.record_elsewhere(item=item, units=units, amounts=amounts, refund_item=row)
        entries.append(entry)
    if refund.status == Status.ACCEPTED:
        for entry in entries:
            ledger.book(entry)
        credit_memos.credit(document=refund, entries=entries, at=timezone.now())


def _waiting(order: Order) -> list[Refund]:
    """Return the refunds of an order that nobody sends at this moment."""
    rows = order.refunds.filter(next_try_at__isnull=False, claimed_by="")
    return list(rows.prefetch_related("items"))


def _twin(order: Order, lines: Sequence[tuple[OrderItem, RefundLine]], kept: dict[str, Any]) -> Refund | None:
    """Turn a waiting refund of the same units and amounts into this one, unless somebody took it meanwhile."""
    theirs = {item.pk: (line.units_refunded, line.amounts) for item, line in lines}
    for row in _waiting(order):
        ours = {
            each.order_item_id: (
                each.units_refunded,
                Amounts(each.principal, each.tax, each.shipping, each.shipping_tax),
            )
            for each in row.items.all()
        }
        free = Refund.objects.filter(pk=row.pk, claimed_by="", next_try_at__isnull=False)
        columns: dict[str, Any] = {
            **kept,
            "answer": Answer.ACCEPTED,
            "answer_at": timezone.now(),
            "status": Status.CREATED,
            "jet_status": "created",
        }
        if ours == theirs and drop(outboxes.Refunds(), free, **columns):
            row.refresh_from_db()
            return row
    return None


def _take_back(order: Order, lines: Sequence[tuple[OrderItem, RefundLine]]) -> list[str]:
    """Take back waiting refunds of goods of which too little is left to pay; say which."""
    said = []
    for item, line in lines:
        for row in _waiting(order):
            left = ledger.left_of(OrderItem.objects.select_related("ledger").get(pk=item.pk))
            is_enough = line.units_refunded <= left.units and line.amounts.total <= left.amounts.total
            if is_enough or all(each.order_item_id != item.pk for each in row.items.all()):
                continue
            free = Refund.objects.filter(pk=row.pk, claimed_by="", next_try_at__isnull=False)
            given = f"${line.amounts.total:,.2f} for {line.units_refunded} x {item.sku}"
            text = f"Jet paid back {given} already; enter what is left."
            if drop(
                outboxes.Refunds(), free, answer=Answer.REJECTED, answer_at=timezone.now(), errors=[text]
            ):
                row.refresh_from_db()
                refund_answers.free(row, text)
                said.append(f"Refund {row} was taken back.")
    return said


def _url(row: Refund | None) -> str:
    return row.get_absolute_url() if row else ""
