"""What returns send, as the outbox knows it: answers to returns and refunds, each of them once."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from orders import outboxes as orders
from returns.models import Refund, ReturnRequest

D = TypeVar("D", ReturnRequest, Refund)


class Documents(Outbox[D]):
    """
    What both have in common: documents of one account, about money, so that each answer is stored by itself.

    A careful send looks first, makes up to three calls and looks after each; every one takes a minute at most.
    """

    longest_send, lease = timedelta(minutes=9), timedelta(minutes=10)

    def __init__(self, account: JetAccount | None = None) -> None:
        self._account = account

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of the account, the active one unless another was named."""
        return rows.filter(account=self._account or configuration.active_account())


@boxes.register
class Completions(Documents[ReturnRequest]):
    """The merchant's answers to returns; after two business days Jet answers by itself, so the nearest go first."""

    name, model, title = "returns.completions", ReturnRequest, "The answer"
    things = ("answer to a return", "answers to returns")
    job, permission = "returns.send_returns", "returns.view_returnrequest"
    order_by = (F("complete_by").asc(nulls_last=True), "pk")

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of returns that are still open."""
        return self.select(rows).filter(status=ReturnRequest.Status.CREATED)

    def load(self, rows: "QuerySet[Any]") -> list[ReturnRequest]:
        """Read returns with their orders and lines."""
        return list(rows.select_related("order").prefetch_related("items"))


@boxes.register
class Refunds(Documents[Refund]):
    """Refunds that the merchant starts, oldest first."""

    name, model, title = "returns.refunds", Refund, "The refund"
    things = ("refund", "refunds")
    job, permission = "returns.send_refunds", "returns.view_refund"
    order_by = ("queued_at", "pk")

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of orders without a newer refund, until somebody closes them."""
        newer = Refund.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
        return self.select(rows).filter(~Exists(newer), closed_at=None)

    def load(self, rows: "QuerySet[Any]") -> list[Refund]:
        """Read refunds with their orders and lines."""
        return list(rows.select_related("order").prefetch_related("items__order_item"))

    def is_outdated(self, row: Refund) -> bool:
        """Return whether the order may stand otherwise at Jet by now."""
        return orders.is_outdated(row.order)
