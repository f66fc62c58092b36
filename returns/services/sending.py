"""Sends the merchant's answers to returns: what Jet is told, what its state says in doubt, what an answer does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from jetapi import JetClient
from jetapi.errors import JetError, JetRejected
from jetapi.settling import Settled as JetSettled
from jetapi.types.returns import Return as JetReturn
from jetapi.types.returns import ReturnCompletion, ReturnStatus
from jetbridge.core import configuration, history
from jetbridge.core.jet.client import send_failures, tied_to
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.inbox import notifications
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settled, Settlement
from returns import outboxes, payloads
from returns.models import ReturnRequest
from returns.services import completing, fetching


def send_returns(
    *, client: JetClient, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every answer that is due, nearest deadline first.

    :raises JetAuthError: Jet does not accept the keys
    """
    box = CompletionSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


class CompletionSender(outboxes.Completions):
    """How answers to returns are sent and settled. A return that is no longer created was answered, by us or not."""

    def __init__(self, client: JetClient, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[ReturnRequest]) -> Mapping[Any, ReturnCompletion]:
        """Word each answer."""
        return {row.pk: payloads.completion(row, row.items.all()) for row in rows}

    def send(self, row: ReturnRequest, payload: ReturnCompletion) -> JetReturn | None:
        """Answer once; return the return as Jet holds it afterwards, where that can be read."""
        with send_failures(), tied_to(row.request_id):
            try:
                settled = self._client.returns.complete_settled(row.jet_id, payload)
            except JetRejected as error:
                raise Rejected(
                    *(error.messages or [str(error)]), value=self._client.returns.get(row.jet_id)
                ) from error
            if settled is JetSettled.NOW:
                return self._read(row.jet_id)
            return _ours(self._client.returns.get(row.jet_id), row)

    def look_up(self, row: ReturnRequest, payload: ReturnCompletion) -> JetReturn | None:
        """Find out whether an earlier try of ours, or somebody else, answered the return."""
        with send_failures(), tied_to(row.request_id):
            held = self._client.returns.get(row.jet_id)
            return None if held.return_status.lower() == ReturnStatus.CREATED else _ours(held, row)

    def _read(self, jet_id: str) -> JetReturn | None:
        try:
            return self._client.returns.get(jet_id)
        except JetError:
            return None

    def columns(self, settlements: Sequence[Settlement[ReturnRequest]]) -> Mapping[str, Sequence[Any]]:
        """Write down how the return stands at Jet along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        held: list[JetReturn | None] = [settlement.value for settlement in settlements]
        return {
            "status": [_status(document) for document in held],
            "jet_status": [document.return_status if document else "inprogress" for document in held],
            "completed_at": [document.completed_date if document else None for document in held],
        }

    def apply(self, settled: Settled[ReturnRequest], now: datetime) -> None:
        """Book what Jet took; free the promises of what it rejected."""
        for settlement in settled.accepted:
            completing.book(return_request=settlement.row)
        for settlement in settled.rejected:
            _free(settlement)


def _status(document: JetReturn | None) -> str:
    is_completed = document is not None and document.return_status.lower().startswith("completed")
    return ReturnRequest.Status.COMPLETED if is_completed else ReturnRequest.Status.IN_PROGRESS


def _ours(held: JetReturn, row: ReturnRequest) -> JetReturn:
    """
    Return what Jet holds where it is our answer, line by line.

    :raises Rejected: somebody else was first
    """
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
    if told != ours:
        raise Rejected("Jet or somebody else answered this return first.", value=held)
    return held


def _free(settlement: Settlement[ReturnRequest]) -> None:
    """Take the promises back that Jet rejected, and tell a person; what somebody else answered is booked."""
    row, reasons = settlement.row, " ".join(settlement.errors)
    completing.release(return_request=row)
    row.refresh_from_db()
    history.record("completion refused", row, message=reasons)
    if settlement.value is not None:  # answered elsewhere meanwhile: booked now, since nobody reads it again
        fetching.refresh(return_request=row, document=settlement.value)
    notifications.notify(
        "returns.refused",
        key=row.jet_id,
        title=f"Jet refused the answer to return {row}",
        text=reasons,
        url=reverse("admin:returns_returnrequest_change", args=[row.pk]),
        severity="error",
        mail=True,
    )
