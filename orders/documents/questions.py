"""Documents of the store that wait for a person, or for something in the store; and what was left as it is."""

from typing import Any

from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.models import JobRun
from jetbridge.inbox import notifications
from jetbridge.jobs import status
from jetbridge.outbox import leftovers
from jetbridge.outbox.models import LEFT, REFUSED, Answer
from jetbridge.store import deliveries
from jetbridge.store import services as store
from jetbridge.store.models import ASKING, TRACKING, WAITING, StoreDocument
from jetbridge.store.outboxes import JOB
from orders.models import Order

# What a document of the store asks, beside its tracking number: whose carrier it is, what becomes of it.
CARRIER, UNITS, REFUSAL, CANCEL, CREDIT_MEMO = "carrier", "units", "refusal", "cancel", "memo"
# It stands on both sides, and differently.
CHANGED = "changed"
# The job that reads the store's side.
READ = "orders.read_store_documents"
WAITING_FOR_TRACKING = "Waiting for tracking: the store's shipment has no tracking number yet."


def open_ones(account_id: int) -> Any:
    """Return the documents that stand on one side only, or differently: refused, asking, changed, long in doubt."""
    needed = ASKING | REFUSED & LEFT | deliveries.STUCK
    return StoreDocument.objects.filter(needed, account_id=account_id).order_by("pk")


def waiting_ones(account_id: int) -> Any:
    """Return the documents that go by themselves once what they wait for is so: a number, units that leave."""
    return StoreDocument.objects.filter(WAITING, account_id=account_id).order_by("pk")


def none_open() -> str:
    """Say what it means that none is open: it is not the same whether anybody looked."""
    if not store.is_linked(configuration.current()):
        return "No store is linked, so that there is nothing to compare."
    run = JobRun.objects.filter(job=READ, finished_at__isnull=False).first()
    if run is None:
        return "Nothing was compared yet."
    if old := status.silence(READ):
        return f"Nothing is known to differ, but {old}."
    if run.outcome not in JobRun.QUIET:
        return "Nothing is known to differ, but the last reading of the store had failures: Cron Status names them."
    if waiting_ones(configuration.active_account().pk).exists():
        return "What stands on one side alone waits for something."
    if unsettled := leftovers.words(JOB):
        return f"Nothing that was read differs. Of the panel's own: {unsettled}"
    return "Both sides have the same documents."


def ask(document: StoreDocument, order: Order, asks: str, text: str, **details: Any) -> bool:
    """
    Leave a document to a person, or to the store; return whether that is new.

    What a person left as it is is not asked again in the same words.
    """
    if document.details.get("left") == text:
        return False
    is_new = bool(document.errors != [text])
    document.details = {**document.details, **details, "asks": asks}
    document.errors, document.answer_at = [text], timezone.now()
    # What was made on both sides stays so; what differs is said beside it.
    document.answer = Answer.ACCEPTED if asks == CHANGED else Answer.HELD
    document.save(update_fields=["details", "errors", "answer", "answer_at"])
    if is_new:
        history.record("store document asks", order, message=text)
        if asks != TRACKING:
            notifications.notify(
                "orders.store_asks",
                key=f"{document.pk} {asks}",
                title=f"{document.get_kind_display()} of order {order} in the store needs you",
                text=text,
                about=order,
                severity="warning",
                mail=True,
            )
    return is_new


def settle(document: StoreDocument, **details: Any) -> None:
    """Nothing is asked of it any more."""
    kept = {name: value for name, value in document.details.items() if name != "asks"}
    document.details, document.errors = {**kept, **details}, []
    document.answer, document.answer_at = Answer.ACCEPTED, timezone.now()
    document.save(update_fields=["details", "errors", "answer", "answer_at"])


def leave(document: StoreDocument, order: Order) -> None:
    """Leave it as it is on both sides, as a person says."""
    text = " ".join(document.errors)
    settle(document, left=document.errors[0] if document.errors else "")
    history.record("store document left", order, message=f"Left as it is: {text}")


def row(document: StoreDocument, fix: str) -> dict[str, Any]:
    """Return a difference as commands and the page show it: `only_on` is the side on which it was made."""
    return {
        "number": document.pk,
        "order": document.reference,
        "kind": document.kind,
        "only_on": document.origin,
        "store_number": document.store_number,
        "text": " ".join(str(each) for each in document.errors),
        "fix": fix,
    }
