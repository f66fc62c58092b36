"""Sends wanted answers to returns, each exactly once, and settles those whose answer was lost."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Outcome
from jetapi.errors import JetError, JetInvalidRequest, JetNotFound, JetRejected
from jetapi.settling import Settled
from jetapi.types.returns import Return as JetReturn
from jetbridge.core import history
from jetbridge.core.jet.halts import Halt
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from returns import payloads
from returns.models import ReturnRequest
from returns.models.sending import SendState
from returns.services import claims, completing, fetching


@dataclass(frozen=True)
class Reply:
    """Jet's reply: whether our answer stands, and the return as Jet holds it where that could be read."""

    taken: bool
    document: JetReturn | None
    errors: tuple[str, ...] = ()


def send_returns(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None
) -> Report:
    """
    Send everything that is wanted, oldest first.

    :raises JetAuthError: Jet does not accept the keys
    """
    report, halt, started = Report(), Halt(), timezone.now()
    rows = ReturnRequest.objects.prefetch_related("items")
    while not halt and (claimed := claims.claim(rows, account, started=started)):
        for outcome in halt.outcomes(lambda row: _tell(client, row), claimed, claims.give_back):
            settle(outcome, report)
            beat()
    halt.raise_refusal()
    return report


def _tell(client: JetClient, row: ReturnRequest) -> Reply:
    """
    Send one answer. Runs in a thread: no database here.

    A return that is no longer created was answered: by this message when Jet holds the same, else by others.
    """
    body = payloads.completion(row, row.items.all())
    try:
        settled = client.returns.complete_settled(row.jet_id, body, in_doubt=row.attempts > 1)
    except JetNotFound as error:
        return Reply(False, None, tuple(error.messages) or (str(error),))
    except JetRejected as error:
        return Reply(False, client.returns.get(row.jet_id), tuple(error.messages) or (str(error),))
    if settled is Settled.NOW:
        return Reply(True, _read(client, row.jet_id))
    held = client.returns.get(row.jet_id)
    return Reply(_is_ours(held, row), held, ("Jet or somebody else answered this return first.",))


def _read(client: JetClient, jet_id: str) -> JetReturn | None:
    try:
        return client.returns.get(jet_id)
    except JetError:
        return None


def _is_ours(held: JetReturn, row: ReturnRequest) -> bool:
    """Compare what Jet holds with what we said, line by line."""
    told = {
        item.order_item_id: (item.order_return_refund_qty, completing.amounts_of(item.refund_amount).total)
        for item in held.items
    }
    ours = {
        item.jet_order_item_id: (
            item.units_refunded,
            item.principal + item.tax + item.shipping + item.shipping_tax,
        )
        for item in row.items.all()
        if item.units_returned is not None
    }
    return told == ours


def settle(outcome: Outcome[ReturnRequest, Reply], report: Report) -> None:
    """Store one reply, at once."""
    row, error = outcome.item, outcome.error
    if outcome.value is not None:
        reply = outcome.value
    elif isinstance(error, JetInvalidRequest):
        reply = Reply(False, None, (str(error),))
    else:
        claims.keep(row, error)
        report.fail(str(row), f"Not settled yet: {error}")
        return
    if reply.taken:
        _store_taken(row, reply)
        report.done += 1
    else:
        _store_refused(row, reply)
        report.fail(str(row), f"Refused by Jet: {' '.join(reply.errors)}")


@transaction.atomic
def _store_taken(row: ReturnRequest, reply: Reply) -> None:
    is_completed = reply.document is not None and reply.document.return_status.lower().startswith("completed")
    status = ReturnRequest.Status.COMPLETED if is_completed else ReturnRequest.Status.IN_PROGRESS
    turned = claims.mine(row).update(
        send_state=SendState.ACCEPTED,
        answer_at=timezone.now(),
        claimed_until=None,
        errors=[],
        status=status,
        jet_status=reply.document.return_status if reply.document else "inprogress",
        completed_at=reply.document.completed_date if reply.document else None,
    )
    if turned:
        completing.book(return_request=row)


@transaction.atomic
def _store_refused(row: ReturnRequest, reply: Reply) -> None:
    turned = claims.mine(row).update(
        send_state=SendState.REFUSED, answer_at=timezone.now(), claimed_until=None, errors=list(reply.errors)
    )
    if not turned:
        return
    completing.release(return_request=row)
    row.refresh_from_db()
    history.record("completion refused", row, message=" ".join(reply.errors))
    if reply.document is not None:  # answered elsewhere meanwhile: booked now, since nobody reads it again
        fetching.refresh(return_request=row, document=reply.document)
    notifications.notify(
        "returns.refused",
        key=row.jet_id,
        title=f"Jet refused the answer to return {row}",
        text=" ".join(reply.errors),
        url=reverse("admin:returns_returnrequest_change", args=[row.pk]),
        severity="error",
        mail=True,
    )
