"""Sends wanted refunds, each exactly once, and follows them at Jet until they are accepted or rejected."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Outcome, send_many
from jetapi.errors import JetAuthError, JetInvalidRequest, JetNotFound, JetRejected
from jetapi.types.refunds import Refund as JetRefund
from jetapi.types.refunds import RefundReceipt
from jetbridge.core import history
from jetbridge.core.jet.halts import Halt
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from returns import payloads
from returns.models import Refund
from returns.models.sending import SendState
from returns.services import claims, completing, crediting, ledger, refunding
from returns.services.fetching import plain
from returns.services.ledger import Amounts

Status = Refund.Status
OPEN = (Status.CREATED, Status.PROCESSING)
# Read one by one; the next run takes up the rest.
BATCH = 500


@dataclass(frozen=True)
class Reply:
    """Jet's reply to a new refund: its receipt, or why not."""

    receipt: RefundReceipt | None
    errors: tuple[str, ...] = ()


def send_refunds(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None
) -> Report:
    """
    Send everything that is wanted, oldest first.

    :raises JetAuthError: Jet does not accept the keys
    """
    report, halt, started = Report(), Halt(), timezone.now()
    wanted = Refund.objects.prefetch_related("items__order_item")
    while not halt and (claimed := claims.claim(wanted, account, started=started)):
        for outcome in halt.outcomes(lambda row: _tell(client, row), claimed, claims.give_back):
            settle(outcome, report)
            beat()
    halt.raise_refusal()
    return report


def _tell(client: JetClient, row: Refund) -> Reply:
    """Send one refund; a lost answer is settled by its id. Runs in a thread: no database here."""
    items = payloads.refund(row.items.all())
    try:
        return Reply(
            client.refunds.create_settled(
                row.order.jet_id, row.alt_refund_id, items=items, in_doubt=row.attempts > 1
            )
        )
    except (JetNotFound, JetRejected) as error:
        return Reply(None, tuple(error.messages) or (str(error),))


def settle(outcome: Outcome[Refund, Reply], report: Report) -> None:
    """Store one reply, at once."""
    row, error = outcome.item, outcome.error
    if outcome.value is not None:
        reply = outcome.value
    elif isinstance(error, JetInvalidRequest):
        reply = Reply(None, (str(error),))
    else:
        claims.keep(row, error)
        report.fail(str(row), f"Not settled yet: {error}")
        return
    if reply.receipt:
        _store_taken(row, reply.receipt)
        report.done += 1
    else:
        _store_refused(row, reply.errors)
        report.fail(str(row), f"Refused by Jet: {' '.join(reply.errors)}")


@transaction.atomic
def _store_taken(row: Refund, receipt: RefundReceipt) -> None:
    turned = claims.mine(row).update(
        send_state=SendState.ACCEPTED,
        answer_at=timezone.now(),
        claimed_until=None,
        errors=[],
        jet_id=receipt.refund_authorization_id[:64],
        status=Status.CREATED,
        jet_status="created",
        document=plain(receipt.raw),
    )
    if turned:
        row.refresh_from_db()
        history.record("refund sent", row, message=f"Jet took it as refund {row.jet_id}.")
        follow(refund=row, jet_status=receipt.refund_status)


@transaction.atomic
def _store_refused(row: Refund, errors: tuple[str, ...]) -> None:
    turned = claims.mine(row).update(
        send_state=SendState.REFUSED, answer_at=timezone.now(), claimed_until=None, errors=list(errors)
    )
    if turned:
        row.refresh_from_db()
        _free(row, " ".join(errors))


def sync_refund_statuses(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None
) -> Report:
    """
    Read the refunds that are under way at Jet again, and book or free those that are decided.

    :raises JetAuthError: Jet does not accept the keys
    """
    report = Report()
    rows = Refund.objects.filter(account=account, send_state=SendState.ACCEPTED, status__in=OPEN)
    by_id = {row.jet_id: row for row in rows.select_related("order").order_by("updated_at")[:BATCH]}
    for outcome in send_many(client.refunds.get, list(by_id)):
        beat()
        if outcome.value is None:
            if isinstance(outcome.error, JetAuthError):
                raise outcome.error
            report.fail(outcome.item, f"Not read; the next run tries again: {outcome.error}")
            continue
        row, document = by_id[outcome.item], outcome.value
        if status_of(document.refund_status) is None:
            report.fail(outcome.item, f"Jet's status “{document.refund_status}” is not known.")
        elif follow(refund=row, jet_status=document.refund_status, document=document):
            report.done += 1
        # Read, so the next run begins with others.
        Refund.objects.filter(pk=row.pk).update(document=plain(document.raw), updated_at=timezone.now())
    return report


def status_of(jet_status: str) -> Refund.Status | None:
    """Return our status for Jet's words; a rejection also says why."""
    word = " ".join(jet_status.lower().split())
    if word.startswith("rejected"):
        return Status.REJECTED
    known = {str(status): status for status in (*OPEN, Status.ACCEPTED)}
    return known.get(word)


@transaction.atomic
def follow(*, refund: Refund, jet_status: str, document: JetRefund | None = None) -> bool:
    """
    Take over a refund's status; tell whether it changed.

    Only the one update that ends a refund books it or frees it, so that it is one credit memo.
    """
    status = status_of(jet_status)
    if status is None:
        return False
    rows = Refund.objects.filter(pk=refund.pk, send_state=SendState.ACCEPTED, status__in=OPEN)
    if not rows.exclude(jet_status=jet_status[:80]).update(status=status, jet_status=jet_status[:80]):
        return False
    refund.refresh_from_db()
    if status == Status.ACCEPTED:
        _book(refund, document)
    elif status == Status.REJECTED:
        _free(refund, jet_status)
    else:
        history.record("status", refund, message=f"Jet says: {jet_status}.")
    return True


def _book(refund: Refund, document: JetRefund | None) -> None:
    entries = refunding.reserved(refund)
    for entry in entries:
        ledger.book(entry)
    memo = crediting.credit(document=refund, entries=entries, at=timezone.now())
    text = f"Jet accepted it; credit memo {memo}." if memo else "Jet accepted it."
    history.record("refund accepted", refund, message=text)
    history.record("refund accepted", refund.order, message=f"Refund {refund}: {text}")
    other = _other_amounts(refund, document) if document else []
    if other:
        _tell_person(refund, "differs from what Jet accepted", " ".join(other))


def _other_amounts(refund: Refund, document: JetRefund) -> list[str]:
    """Name the lines for which Jet tells other amounts than were sent."""
    told = {item.order_item_id: completing.amounts_of(item.refund_amount) for item in document.items}
    found = []
    for item in refund.items.select_related("order_item"):
        ours = Amounts(item.principal, item.tax, item.shipping, item.shipping_tax)
        theirs = told.get(item.order_item.jet_id, Amounts())
        if ours != theirs:
            sku = item.order_item.sku
            found.append(f"{sku}: we sent ${ours.total:,.2f}, Jet tells ${theirs.total:,.2f}.")
    return found


def _free(refund: Refund, reason: str) -> None:
    """Take the promises back, so that the money may be given back another way."""
    for entry in refunding.reserved(refund):
        ledger.release(entry)
    history.record("refund refused", refund, message=f"Not paid: {reason}")
    history.record("refund refused", refund.order, message=f"Refund {refund} was not paid: {reason}")
    _tell_person(refund, "was not paid by Jet", reason)


def _tell_person(refund: Refund, what: str, text: str) -> None:
    notifications.notify(
        "returns.refund",
        key=refund.alt_refund_id,
        title=f"Refund {refund} {what}",
        text=text,
        url=reverse("admin:returns_refund_change", args=[refund.pk]),
        severity="error",
        mail=True,
    )
