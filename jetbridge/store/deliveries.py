"""
Writes down documents for the store, and what came of them there.

How a kind of document is added: a class on `kinds.DocumentKind` under `@kinds.register`, in a file of its own in the
room that has what it speaks of (`orders/documents/`, `returns/documents/`), which its `wiring` imports. It says how
it is built, sent and looked for, and what follows, the order's history included. Whoever has something to send calls
`announce` in the transaction that records it; the job `store.send_documents` does the rest. What was made in the
store is written down by `note`.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.jobs.queue import nudge
from jetbridge.outbox.models import PENDING, Answer, in_doubt, is_held
from jetbridge.outbox.queue import drop, queue, queued, unblock
from jetbridge.store import services
from jetbridge.store.models import StoreDocument, StoreLink
from jetbridge.store.outboxes import JOB, StoreDocuments

Kind, Origin = StoreDocument.Kind, StoreDocument.Origin
# Tries of which none found out what became of a document: more than five minutes of them.
STUCK_AFTER = 6
STUCK = PENDING & Q(answer=Answer.UNKNOWN, attempts__gte=STUCK_AFTER)


class NotPossible(Exception):
    """What was asked of a document cannot be done; the text says why."""


def announce(document: StoreDocument) -> StoreDocument:
    """
    Have a document made in the store, once: in the caller's transaction, with a nudge.

    The caller says kind, source key, account, order's key and reference. Said again of the same source, nothing
    changes; the stored document is returned.
    """
    _prepare(document)
    for name, value in queued().items():
        setattr(document, name, value)
    stored, is_new = _stored(document)
    if is_new:
        nudge(JOB)
    return stored


def note(document: StoreDocument) -> StoreDocument:
    """
    Write down a document that the store has, such as one that was made there; it is never made there again.

    Of a source that is known already, the stored document is returned as it is.
    """
    _prepare(document)
    document.answer, document.answer_at = Answer.ACCEPTED, timezone.now()
    document.store = document.store or services.address_of(configuration.current())
    return _stored(document)[0]


def order_document(account_id: int, order_key: int) -> StoreDocument | None:
    """Return the document by which the store has, or shall have, an order of the panel."""
    return _of(account_id, order_key).filter(kind=Kind.ORDER).first()


@transaction.atomic
def retry(document: StoreDocument) -> None:
    """
    Try a refused or blocked document again, or now one that stayed in doubt.

    :raises NotPossible: the store has it, or it is on its way
    """
    row = _locked(document)
    if row.origin == Origin.STORE:
        raise NotPossible(f"{row} was made in the store: Store Differences says what it needs.")
    if row.is_made and row.blocked_at is None:
        raise NotPossible(f"{row} is in the store already, as {row.store_number or row.store_id}.")
    if is_stuck(row):
        StoreDocument.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
        nudge(JOB)
        return
    if row.is_pending:
        raise NotPossible(f"{row} is on its way already.")
    queue(StoreDocuments(), [row.pk])
    unblock(StoreDocuments(), [row.pk])


def is_stuck(document: StoreDocument) -> bool:
    """Return whether it stayed in doubt for so many tries that somebody should look at it; it is tried on."""
    is_doubted = document.is_pending and document.answer == Answer.UNKNOWN
    return is_doubted and document.attempts >= STUCK_AFTER and not is_held(document, timezone.now())


def can_retry(document: StoreDocument) -> bool:
    """Return whether the store did not take it and nothing of it is on its way, or it stayed in doubt."""
    return (
        is_stuck(document)
        or document.blocked_at is not None
        or (document.answer == Answer.REJECTED and not document.is_pending)
    )


@transaction.atomic
def match(
    document: StoreDocument, *, store_id: int, store_number: str = "", store_order: int | None = None
) -> None:
    """
    Note which document of the store it is, as a person says; nothing is sent of it any more.

    :raises NotPossible: it is being sent now, or the store's document belongs to another one
    """
    row = _locked(document)
    now = timezone.now()
    if is_held(row, now):
        raise NotPossible(f"{row} is being sent right now. Wait a minute.")
    taken = (
        StoreDocument.objects.filter(link=row.link, kind=row.kind, store_id=store_id)
        .exclude(pk=row.pk)
        .first()
    )
    if taken is not None:
        raise NotPossible(f"{store_id} is already {taken}.")
    drop(
        StoreDocuments(), [row.pk], freed=True, answer=Answer.ACCEPTED, answer_at=now, blocked_at=None, errors=[],
        store_id=store_id, store_number=store_number[:50], progress={},
        store_order=store_order if store_order is not None else row.store_order,
        store=services.address_of(configuration.current()),
    )  # fmt: skip
    nudge(JOB)


@transaction.atomic
def give_up(document: StoreDocument) -> bool:
    """
    Let nothing be sent of an order that the store surely does not have, nor of what waits for it; False: it may.

    Called in the transaction that closes the order.
    """
    row = _locked(document)
    if row.is_made or in_doubt(row) or is_held(row, timezone.now()) or row.progress:
        return False
    rest = _of(row.account_id, row.order_key).filter(Q(pk=row.pk) | PENDING)
    drop(StoreDocuments(), rest, blocked_at=None, errors=[], answer=Answer.NONE)
    return True


def _stored(document: StoreDocument) -> tuple[StoreDocument, bool]:
    known = {"link_id": document.link_id, "kind": document.kind, "source_key": document.source_key}
    found = StoreDocument.objects.filter(**known).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:  # another transaction wrote it between our look and our write
        return StoreDocument.objects.get(**known), False
    return document, True


def _locked(document: StoreDocument) -> StoreDocument:
    """Lock all of an order's documents, so that nobody begins to send one of them meanwhile."""
    rows = _of(document.account_id, document.order_key).select_for_update().order_by("pk")
    return next(row for row in rows if row.pk == document.pk)


def _of(account_id: int, order_key: int) -> "QuerySet[StoreDocument]":
    return StoreDocument.objects.filter(account_id=account_id, order_key=order_key)


def _prepare(document: StoreDocument) -> None:
    """Take over what is known of the order that the document belongs to."""
    document.link = StoreLink.objects.get_or_create(pk=1)[0]
    order = order_document(document.account_id, document.order_key)
    if order is not None:
        document.reference, document.is_demo = order.reference, order.is_demo
        document.store_order = order.store_order
