"""What goes to the merchant's store, as the outbox knows it: documents of orders, each once, one worker an order."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import PENDING, Answer
from jetbridge.store.models import StoreDocument

JOB = "store.send_documents"


@boxes.register
class StoreDocuments(Outbox[StoreDocument]):
    """
    Documents of one account's orders, what is due longest first; of an order one at a time, in the order they came.

    A lost answer is looked for at once, and again after the pause, before anything is sent again: a store that was
    cut off goes on working. Whatever is made of an order waits until the store has the order.
    """

    name, model, title, other_side = "store.documents", StoreDocument, "It", "The store"
    things = ("document for the store", "documents for the store")
    job, permission = JOB, "orders.view_order"
    first_pause, longest_pause = timedelta(seconds=10), timedelta(minutes=5)
    # A careful send looks, makes up to two calls of two minutes and looks after each.
    longest_send, lease = timedelta(minutes=8), timedelta(minutes=10)
    batch = 10

    def __init__(self, account: JetAccount | None = None) -> None:
        self._account = account

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what may go now: the order itself, then the oldest of it that is pending, one at a time."""
        others = StoreDocument.objects.filter(
            account=OuterRef("account"), order_key=OuterRef("order_key")
        ).exclude(pk=OuterRef("pk"))
        # What waits for something of its order, such as a cancel for the last shipment, lets the others pass.
        is_next = Q(next_try_at__lte=timezone.now()) | Q(answer=Answer.UNKNOWN)
        earlier = others.filter(PENDING, is_next, pk__lt=OuterRef("pk"))
        order = others.filter(kind=StoreDocument.Kind.ORDER, answer=Answer.ACCEPTED, next_try_at=None)
        return self._ours(rows).filter(
            Q(kind=StoreDocument.Kind.ORDER) | Exists(order) & ~Exists(earlier), ~Exists(held(others))
        )

    def of_job(self, job: str) -> "QuerySet[Any] | None":
        """Return all documents of the account, also those that wait for another."""
        return self._ours(StoreDocument.objects.all()) if job == self.job else None

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep all: each waits until somebody tries it again or says which document of the store it is."""
        return self._ours(rows)

    def reference(self, row: StoreDocument) -> str:
        """Return the order's number and what it is."""
        return str(row)

    def _ours(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(account=self._account or configuration.active_account())


def held(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Narrow documents to those that somebody is sending now."""
    return rows.exclude(claimed_by="").exclude(claimed_until__lt=timezone.now())
