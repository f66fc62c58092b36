"""Sends the merchant's answers to returns: what is sent to Jet, what its state says in doubt, what an answer does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jetbridge.core import configuration, history
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.jet.errors import JetFailure, JetRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.inbox import notifications
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settled, Settlement
from returns import outboxes
from returns.jet import messages
from returns.jet import returns as at_jet
from returns.jet.returns import Completion, ReturnDocument
from returns.models import ReturnRequest
from returns.services import completions, returns


def send_returns(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every answer that is due, nearest deadline first.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    box = CompletionSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


class CompletionSender(outboxes.Completions):
    """How answers to returns are sent and settled. A return that is no longer created was answered, by us or not."""

    def __init__(self, client: Client, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[ReturnRequest]) -> Mapping[Any, Completion]:
        """Word each answer."""
        return {row.pk: messages.completion(row, row.items.all()) for row in rows}

    def send(self, row: ReturnRequest, payload: Completion) -> ReturnDocument | None:
        """Answer once; return the return as Jet holds it afterwards, where that can be read."""
        with send_failures(), tied_to(row.request_id):
            try:
                is_ours = at_jet.complete(self._client, row.jet_id, payload)
            except JetRefused as error:
                raise Rejected(
                    *(error.messages or [str(error)]), value=at_jet.get(self._client, row.jet_id)
                ) from error
            if is_ours:
                return self._read(row.jet_id)
            return _ours(at_jet.get(self._client, row.jet_id), row)

    def look_up(self, row: ReturnRequest, payload: Completion) -> ReturnDocument | None:
        """Find out whether an earlier try of ours, or somebody else, answered the return."""
        with send_failures(), tied_to(row.request_id):
            held = at_jet.get(self._client, row.jet_id)
            return None if held.is_created else _ours(held, row)

    def _read(self, jet_id: str) -> ReturnDocument | None:
        try:
            return at_jet.get(self._client, jet_id)
        except JetFailure:
            return None

    def columns(self, settlements: Sequence[Settlement[ReturnRequest]]) -> Mapping[str, Sequence[Any]]:
        """Write down how the return stands at Jet along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        held: list[ReturnDocument | None] = [settlement.value for settlement in settlements]
        return {
            "status": [_status(document) for document in held],
            "jet_status": [document.status if document else "inprogress" for document in held],
            "completed_at": [document.completed_at if document else None for document in held],
        }

    def apply(self, settled: Settled[ReturnRequest], now: datetime) -> None:
        """Book what Jet took; free the promises of what it rejected."""
        for settlement in settled.accepted:
            completions.book(return_request=settlement.row)
        for settlement in settled.rejected:
            _free(settlement)


def _status(document: ReturnDocument | None) -> str:
    is_completed = document is not None and document.is_completed
    return ReturnRequest.Status.COMPLETED if is_completed else ReturnRequest.Status.IN_PROGRESS


def _ours(held: ReturnDocument, row: ReturnRequest) -> ReturnDocument:
    """
    Return what Jet holds where it is our answer, line by line.

    :raises Rejected: somebody else was first
    """
    theirs = {line.order_item_id: (line.units_refunded, line.amounts.total) for line in held.given}
    ours = {
        item.jet_order_item_id: (
            item.units_refunded,
            item.principal + item.tax + item.shipping + item.shipping_tax,
        )
        for item in row.items.all()
        if item.units_returned is not None
    }
    if theirs != ours:
        raise Rejected(
            "Jet has another answer to this return, which this panel has no record of.", value=held
        )
    return held


def _free(settlement: Settlement[ReturnRequest]) -> None:
    """Take the promises back that Jet rejected, and notify a person; what somebody else answered is booked."""
    row, reasons = settlement.row, " ".join(settlement.errors)
    completions.release(return_request=row)
    row.refresh_from_db()
    history.record("completion refused", row, message=reasons)
    if settlement.value is not None:  # answered elsewhere meanwhile: booked now, since nobody reads it again
        returns.refresh(return_request=row, document=settlement.value)
    notifications.notify(
        "returns.refused",
        key=row.jet_id,
        title=f"Jet refused the answer to return {row}",
        text=reasons,
        about=row,
        severity="error",
        mail=True,
    )
