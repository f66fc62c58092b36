"""Fetches returns from Jet, and follows those that are open to their end."""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.errors import JetAuthError, JetError
from jetapi.types.returns import Return as JetReturn
from jetapi.types.returns import ReturnMerchantSku, ReturnStatus
from jetbridge.core import history
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from orders.models import Order, OrderItem
from orders.services import imports
from returns.holidays import add_business_days
from returns.models import ReturnItem, ReturnRequest
from returns.services import completing

BUSINESS_DAYS = 2
ZERO = Decimal(0)
STATUSES = {
    "created": ReturnRequest.Status.CREATED,
    "acknowledged": ReturnRequest.Status.CREATED,
    "inprogress": ReturnRequest.Status.IN_PROGRESS,
    "completed by merchant": ReturnRequest.Status.COMPLETED,
}
# Read one by one; the next run takes up the rest.
BATCH = 500
# More at once would bury whatever else the inbox says.
TOLD_ONE_BY_ONE = 20
Beat = Callable[[], None]


class UnreadableReturn(Exception):
    """Jet's return lacks what the panel needs; the text says what."""


def fetch_returns(*, client: JetClient, account: JetAccount, beat: Beat = lambda: None) -> Report:
    """
    Store the returns that are new at Jet.

    :raises JetAuthError: Jet does not accept the keys
    """
    report = Report()
    opened: list[ReturnRequest] = []
    listed = client.returns.list(ReturnStatus.CREATED) + client.returns.list(ReturnStatus.IN_PROGRESS)
    known = ReturnRequest.objects.filter(account=account, jet_id__in=listed).values_list("jet_id", flat=True)
    fresh = [jet_id for jet_id in dict.fromkeys(listed) if jet_id not in set(known)][:BATCH]
    for outcome in send_many(client.returns.get, fresh):
        beat()
        if outcome.value is None:
            _failed(report, outcome.item, outcome.error)
            continue
        with report.isolating(outcome.item):
            opened += _stored(report, account, outcome.item, outcome.value, client)
    _announce(opened)
    return report


def _stored(
    report: Report, account: JetAccount, jet_id: str, document: JetReturn, client: JetClient
) -> list[ReturnRequest]:
    """Store one new return; give it back when it waits for an answer."""
    try:
        row = store(account=account, document=document, client=client)
    except (UnreadableReturn, JetError) as error:
        report.fail(jet_id, str(error))
        return []
    report.done += 1
    return [row] if row and row.status == ReturnRequest.Status.CREATED else []


def sync_return_statuses(*, client: JetClient, account: JetAccount, beat: Beat = lambda: None) -> Report:
    """
    Read the returns that are not completed yet again, and book what Jet completed by itself.

    :raises JetAuthError: Jet does not accept the keys
    """
    report = Report()
    rows = ReturnRequest.objects.filter(account=account)
    open_rows = rows.exclude(status=ReturnRequest.Status.COMPLETED).order_by("document_at")[:BATCH]
    by_id = {row.jet_id: row for row in open_rows}
    for outcome in send_many(client.returns.get, list(by_id)):
        beat()
        if outcome.value is None:
            _failed(report, outcome.item, outcome.error)
            continue
        with report.isolating(outcome.item):
            report.done += refresh(return_request=by_id[outcome.item], document=outcome.value)
    return report


def refresh(*, return_request: ReturnRequest, document: JetReturn) -> bool:
    """
    Take over a return's status; tell whether it changed.

    One that left `created` without our answer was completed by Jet or elsewhere: that is booked too.
    """
    status = STATUSES.get(document.return_status.lower())
    if status is None:
        return False
    if completing.is_answered_elsewhere(return_request, status):
        completing.book_elsewhere(return_request=return_request, document=document)
    rows = ReturnRequest.objects.filter(pk=return_request.pk)
    changed = rows.exclude(jet_status=document.return_status).update(
        status=status, jet_status=document.return_status, completed_at=document.completed_date
    )
    rows.update(document=plain(document.raw), document_at=timezone.now())
    if changed:
        return_request.refresh_from_db()
        history.record("status", return_request, message=f"Jet says: {document.return_status}.")
    return bool(changed)


def store(
    *, account: JetAccount, document: JetReturn, client: JetClient | None = None
) -> ReturnRequest | None:
    """
    Store one new return with its items; its order is fetched first where the panel lacks it.

    :raises UnreadableReturn: no items, or a status that is not Jet's
    """
    status = STATUSES.get(document.return_status.lower())
    if status is None:
        raise UnreadableReturn(f"Jet's status “{document.return_status}” is not known.")
    if not document.return_merchant_skus:
        raise UnreadableReturn("Jet's return has no items.")
    order = _order(account, document.merchant_order_id or "", client)
    try:
        with transaction.atomic():
            return _store(account, document, order, status)
    except IntegrityError:  # another worker stored it meanwhile
        return ReturnRequest.objects.filter(account=account, jet_id=_jet_id(document)).first()


def _store(
    account: JetAccount, document: JetReturn, order: Order | None, status: ReturnRequest.Status
) -> ReturnRequest:
    now = timezone.now()
    opened_at = document.return_date or now
    row = ReturnRequest.objects.create(
        account=account,
        jet_id=_jet_id(document),
        reference_number=(document.reference_return_authorization_id or "")[:64],
        order=order,
        jet_order_id=(document.merchant_order_id or "")[:64],
        reference_order_id=(document.reference_order_id or "")[:64],
        status=status,
        jet_status=document.return_status[:60],
        document=plain(document.raw),
        document_at=now,
        opened_at=opened_at,
        complete_by=add_business_days(opened_at, BUSINESS_DAYS),
        completed_at=document.completed_date,
        refund_without_return=document.refund_without_return,
        shipping_carrier=(document.shipping_carrier or "")[:60],
        tracking_number=(document.tracking_number or "")[:100],
        return_charge=document.merchant_return_charge or ZERO,
    )
    lines = {item.jet_id: item for item in order.items.all()} if order else {}
    ReturnItem.objects.bulk_create(
        _item(row, place, asked, lines.get(asked.order_item_id))
        for place, asked in enumerate(document.return_merchant_skus)
    )
    history.record("return opened", row, message=f"Jet opened a return of order {order or row.jet_order_id}.")
    if order:
        history.record("return opened", order, message=f"The buyer sends units back: return {row}.")
    return row


def _item(row: ReturnRequest, place: int, asked: ReturnMerchantSku, line: OrderItem | None) -> ReturnItem:
    amount = asked.requested_refund_amount
    return ReturnItem(
        return_request=row,
        position=place,
        order_item=line,
        jet_order_item_id=asked.order_item_id[:64],
        sku=asked.merchant_sku[:64],
        title=(asked.merchant_sku_title or "")[:500],
        reason=(asked.reason or "")[:200],
        units_requested=max(asked.return_quantity, 0),
        asked_principal=amount.principal or ZERO,
        asked_tax=amount.tax or ZERO,
        asked_shipping=amount.shipping_cost or ZERO,
        asked_shipping_tax=amount.shipping_tax or ZERO,
    )


def _order(account: JetAccount, jet_id: str, client: JetClient | None) -> Order | None:
    """Return the order of a return; one that the panel never saw is fetched from Jet."""
    found = Order.objects.filter(account=account, jet_id=jet_id).first()
    if found is None and jet_id and client is not None:
        imports.import_one(client=client, account=account, jet_id=jet_id)
        found = Order.objects.filter(account=account, jet_id=jet_id).first()
    return found


def _jet_id(document: JetReturn) -> str:
    return document.merchant_return_authorization_id[:64]


def plain(raw: dict[str, object]) -> dict[str, object]:
    """Return a document fit for a JSON column."""
    found: dict[str, object] = json.loads(json.dumps(raw, default=float).replace("\\u0000", ""))
    return found


def _failed(report: Report, jet_id: str, error: JetError | None) -> None:
    if isinstance(error, JetAuthError):
        raise error
    report.fail(jet_id, f"Not read; the next run tries again: {error}")


def _announce(opened: Sequence[ReturnRequest]) -> None:
    """Tell of each new return; of a flood in one line, which says how many."""
    if len(opened) > TOLD_ONE_BY_ONE:
        _tell(
            f"{len(opened)} new returns",
            "Jet completes each by itself after two business days.",
            opened[0].jet_id,
        )
        return
    for row in opened:
        _tell(
            f"New return {row} of order {row.order or row.jet_order_id}",
            f"Answer it by {row.complete_by:%A, %B %d, %H:%M} UTC; afterwards Jet completes it by itself and gives "
            "back all that the buyer asks.",
            row.jet_id,
            reverse("admin:returns_returnrequest_change", args=[row.pk]),
        )


def _tell(title: str, text: str, key: str, url: str = "") -> None:
    notifications.notify(
        "returns.new",
        key=key,
        title=title,
        text=text,
        url=url or reverse("admin:returns_returnrequest_changelist"),
        severity="warning",
        mail=True,
    )
