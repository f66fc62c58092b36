"""Fetches returns from Jet, and follows those that are open to their end."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import history, store_days
from jetbridge.core.jet.calls import Outcome, send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetNotKnown
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Compared, Comparing, Report
from jetbridge.core.reports import Outcome as Result
from jetbridge.inbox import notifications
from orders.jet.orders import plain
from orders.models import Order, OrderItem
from orders.services import imports
from returns.holidays import add_business_days
from returns.jet import returns as at_jet
from returns.jet.returns import RequestedLine, ReturnDocument
from returns.models import ReturnItem, ReturnRequest
from returns.services import completions, privacy

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
Heartbeat = Callable[[], None]


class UnreadableReturn(Exception):
    """Jet's return lacks what the panel needs; the text says what."""


def fetch_returns(*, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None) -> Report:
    """
    Store the returns that are new at Jet.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    report = Report()
    opened: list[ReturnRequest] = []
    listed = at_jet.unfinished_ids(client)
    known = ReturnRequest.objects.filter(account=account, jet_id__in=listed).values_list("jet_id", flat=True)
    fresh = [jet_id for jet_id in dict.fromkeys(listed) if jet_id not in set(known)][:BATCH]
    for outcome in send_many(partial(at_jet.get, client), fresh):
        heartbeat()
        if outcome.value is None:
            _failed(report, outcome.item, outcome.error)
            continue
        with report.isolating(outcome.item):
            opened += _stored(report, account, outcome.item, outcome.value, client)
    _announce(opened)
    return report


def _stored(
    report: Report, account: JetAccount, jet_id: str, document: ReturnDocument, client: Client
) -> list[ReturnRequest]:
    """Store one new return; give it back when it waits for an answer."""
    try:
        row = store(account=account, document=document, client=client)
    except (UnreadableReturn, JetFailure) as error:
        report.fail(jet_id, str(error))
        return []
    report.done += 1
    return [row] if row and row.status == ReturnRequest.Status.CREATED else []


def sync_return_statuses(
    *, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None
) -> Report:
    """
    Read the returns that are not completed yet again, and book what Jet completed by itself.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    report = Report()
    rows = ReturnRequest.objects.filter(account=account)
    open_rows = rows.exclude(status=ReturnRequest.Status.COMPLETED).order_by("document_at")[:BATCH]
    by_id = {row.jet_id: row for row in open_rows}
    for outcome in send_many(partial(at_jet.get, client), list(by_id)):
        heartbeat()
        if outcome.value is None:
            _failed(report, outcome.item, outcome.error)
            continue
        with report.isolating(outcome.item):
            report.done += refresh(return_request=by_id[outcome.item], document=outcome.value)
    return report


def to_compare(*, client: Client, account: JetAccount) -> tuple[list[str], list[str]]:
    """Return the returns to compare, and which of Jet's lists were full, in words."""
    listed, full = at_jet.all_ids(client)
    rows = ReturnRequest.objects.filter(account=account).exclude(status=ReturnRequest.Status.COMPLETED)
    return list(dict.fromkeys([*listed, *rows.order_by("pk").values_list("jet_id", flat=True)])), full


def compare(*, client: Client, account: JetAccount, ids: Sequence[str]) -> Comparing:
    """
    Read returns again, for whoever compares all of them with Jet; orders that the panel lacks are fetched.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    for outcome in send_many(partial(at_jet.get, client), ids):
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        if outcome.value is not None:
            _order(account, outcome.value.order_id, client)
        yield outcome.item, partial(_compared, account, outcome)


def _compared(account: JetAccount, outcome: Outcome[str, ReturnDocument]) -> Compared:
    """Take over what Jet says of one return, and word what was new."""
    kept = ReturnRequest.objects.filter(account=account, jet_id=outcome.item)
    row, document = kept.first(), outcome.value
    before = (row.status, row.completed_by_jet) if row else None
    if document is None:
        result = Result.GONE if isinstance(outcome.error, JetNotKnown) else Result.UNREAD
        return Compared(result, str(row or outcome.item), _url(row), str(outcome.error))
    try:
        row = row or store(account=account, document=document)
    except UnreadableReturn as error:
        return Compared(Result.UNREAD, outcome.item, "", str(error))
    if row is None:
        return Compared(Result.SAME, outcome.item)
    refresh(return_request=row, document=document)
    row = kept.get()
    if before == (row.status, row.completed_by_jet):
        return Compared(Result.SAME, str(row), _url(row))
    text = f"{row.get_status_display()} at Jet."
    if row.completed_by_jet:
        text += " This panel has no record of an answer; count what went back into stock by hand."
    return Compared(Result.NEW if before is None else Result.CHANGED, str(row), _url(row), text)


def _url(row: ReturnRequest | None) -> str:
    return row.get_absolute_url() if row else ""


def refresh(*, return_request: ReturnRequest, document: ReturnDocument) -> bool:
    """
    Take over a return's status; return whether it changed.

    One that left `created` without our answer was completed by Jet or elsewhere: that is booked too.
    """
    status = STATUSES.get(document.status.lower())
    if status is None:
        return False
    if completions.is_answered_elsewhere(return_request, status):
        completions.book_elsewhere(return_request=return_request, document=document)
    rows = ReturnRequest.objects.filter(pk=return_request.pk)
    changed = rows.exclude(jet_status=document.status).update(
        status=status, jet_status=document.status, completed_at=document.completed_at
    )
    kept = privacy.fit(return_request.order, plain(document.raw))
    rows.update(document=kept, document_at=timezone.now())
    if changed:
        return_request.refresh_from_db()
        history.record("status", return_request, message=f"Jet says: {document.status}.")
    return bool(changed)


def store(
    *, account: JetAccount, document: ReturnDocument, client: Client | None = None
) -> ReturnRequest | None:
    """
    Store one new return with its items; its order is fetched first where the panel lacks it.

    :raises UnreadableReturn: no items, or a status that is not Jet's
    """
    status = STATUSES.get(document.status.lower())
    if status is None:
        raise UnreadableReturn(f"Jet's status “{document.status}” is not known.")
    if not document.asked:
        raise UnreadableReturn("Jet's return has no items.")
    order = _order(account, document.order_id, client)
    try:
        with transaction.atomic():
            return _store(account, document, order, status)
    except IntegrityError:  # another worker stored it meanwhile
        return ReturnRequest.objects.filter(account=account, jet_id=_jet_id(document)).first()


def _store(
    account: JetAccount, document: ReturnDocument, order: Order | None, status: ReturnRequest.Status
) -> ReturnRequest:
    now = timezone.now()
    opened_at = document.opened_at or now
    row = ReturnRequest.objects.create(
        account=account,
        jet_id=_jet_id(document),
        reference_number=document.reference_number[:64],
        order=order,
        jet_order_id=document.order_id[:64],
        reference_order_id=document.reference_order_id[:64],
        status=status,
        jet_status=document.status[:60],
        document=privacy.fit(order, plain(document.raw)),
        document_at=now,
        opened_at=opened_at,
        complete_by=add_business_days(store_days.local(opened_at), BUSINESS_DAYS),
        completed_at=document.completed_at,
        refund_without_return=document.refund_without_return,
        shipping_carrier=document.shipping_carrier[:60],
        tracking_number=document.tracking_number[:100],
        return_charge=document.return_charge,
    )
    lines = {item.jet_id: item for item in order.items.all()} if order else {}
    ReturnItem.objects.bulk_create(
        _item(row, place, asked, lines.get(asked.order_item_id)) for place, asked in enumerate(document.asked)
    )
    history.record("return opened", row, message=f"Jet opened a return of order {order or row.jet_order_id}.")
    if order:
        history.record("return opened", order, message=f"The buyer sends units back: return {row}.")
    return row


def _item(row: ReturnRequest, place: int, asked: RequestedLine, line: OrderItem | None) -> ReturnItem:
    return ReturnItem(
        return_request=row,
        position=place,
        order_item=line,
        jet_order_item_id=asked.order_item_id[:64],
        sku=asked.sku[:64],
        title=asked.title[:500],
        reason=privacy.fit_text(row.order, asked.reason[:200]),
        units_requested=max(asked.units, 0),
        asked_principal=asked.amounts.principal,
        asked_tax=asked.amounts.tax,
        asked_shipping=asked.amounts.shipping,
        asked_shipping_tax=asked.amounts.shipping_tax,
    )


def _order(account: JetAccount, jet_id: str, client: Client | None) -> Order | None:
    """Return the order of a return; one that the panel never saw is fetched from Jet."""
    found = Order.objects.filter(account=account, jet_id=jet_id).first()
    if found is None and jet_id and client is not None:
        imports.import_ready_orders(client=client, account=account, ids=[jet_id])
        found = Order.objects.filter(account=account, jet_id=jet_id).first()
    return found


def _jet_id(document: ReturnDocument) -> str:
    return document.jet_id[:64]


def _failed(report: Report, jet_id: str, error: JetFailure | None) -> None:
    if isinstance(error, JetKeysRefused):
        raise error
    report.fail(jet_id, f"Not read; the next run tries again: {error}")


def _announce(opened: Sequence[ReturnRequest]) -> None:
    """Notify of new returns, of an hour's in one line: how many, and by when the first of these is to be answered."""
    if not opened:
        return
    first = min(opened, key=lambda row: row.complete_by or timezone.now())
    notifications.notify_of_many(
        "returns.new",
        titles=(f"New return {first} of order {first.order or first.jet_order_id}", "{count} new returns"),
        amount=len(opened),
        text=f"Answer {first} by {store_days.text(first.complete_by, '%A, %B %d, %H:%M')}; afterwards Jet completes "
        "it by itself and gives back all that the buyer asks.",
        about=first,
        severity="warning",
    )
