"""What returns and refunds say of a buyer leaves with the order's; amounts and dates stay for the books."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from jetbridge.core import history
from jetbridge.core.models import Event
from orders.models import Order
from orders.services.privacy import WHY
from returns.models import Refund, RefundItem, ReturnItem, ReturnRequest
from returns.refund_reasons import REASONS

CHUNK = 200
# Their messages are made here, of numbers and amounts; what else is said may quote Jet or a person.
OWN_WORDS = (
    "return opened", "completion queued", "completed", "completed by Jet", "refund sent", "refund queued",
    "refund accepted", "refund found",
)  # fmt: skip


def follow(orders: list[int]) -> None:
    """Make what hangs on orders anonymous along with them."""
    _clear_returns(ReturnRequest.objects.filter(order__in=orders).values_list("pk", flat=True))
    refunds = list(Refund.objects.filter(order__in=orders).values_list("pk", flat=True))
    Refund.objects.filter(pk__in=refunds).update(document={}, errors=[])
    RefundItem.objects.filter(refund__in=refunds).exclude(notes="").update(notes="")
    _forget_texts(Refund, refunds)


def anonymize_orphans(before: datetime, heartbeat: Callable[[], None]) -> int:
    """Make returns anonymous that were opened before a moment, and whose order never came; return how many."""
    old = Q(opened_at__lt=before) | Q(opened_at=None, created_at__lt=before)
    orphans = ReturnRequest.objects.filter(old, order=None).exclude(document={}, errors=[])
    keys = list(orphans.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic():
            _clear_returns(keys[start : start + CHUNK])
        heartbeat()
    return len(keys)


def fit(order: Order | None, document: Any) -> Any:
    """Return what may be kept of a return or refund as Jet reported it: nothing once its buyer is gone."""
    return {} if order is not None and order.anonymized_at else document


def fit_text(order: Order | None, text: str) -> str:
    """Return what may be kept of a text: of a buyer who is gone only Jet's own words."""
    return "" if order is not None and order.anonymized_at and text not in REASONS else text


def still_needed(orders: Sequence[Order]) -> list[str]:
    """Return which returns and refunds are not over, in words."""
    keys = [order.pk for order in orders]
    is_open = ~Q(status=ReturnRequest.Status.COMPLETED) | Q(next_try_at__isnull=False, blocked_at=None)
    under_way = Q(status__in=(Refund.Status.CREATED, Refund.Status.PROCESSING))
    under_way |= Q(next_try_at__isnull=False, blocked_at=None)
    returns = ReturnRequest.objects.filter(is_open, order__in=keys).order_by("pk")
    refunds = Refund.objects.filter(under_way, order__in=keys).order_by("pk")
    return [
        *(f"Return {row} is not completed yet." for row in returns),
        *(f"Refund {row} is not decided yet." for row in refunds),
    ]


def _clear_returns(keys: Iterable[int]) -> None:
    found = list(keys)
    ReturnRequest.objects.filter(pk__in=found).update(document={}, errors=[])
    items = ReturnItem.objects.filter(return_request__in=found)
    items.exclude(notes="").update(notes="")
    # Jet's own words name nobody, and say why something comes back.
    items.exclude(reason__in=["", *REASONS]).update(reason="")
    _forget_texts(ReturnRequest, found)


def _forget_texts(model: type[Refund] | type[ReturnRequest], keys: Iterable[int]) -> None:
    """What was said of them may quote a name or an address; that it happened stays on record."""
    rows = Event.objects.filter(kind=model._meta.label_lower, object_id__in=[str(key) for key in keys])
    history.erase(rows.filter(action__in=OWN_WORDS), "before", "after", "note", reason=WHY)
    history.erase(rows.exclude(action__in=OWN_WORDS), "message", "before", "after", "note", reason=WHY)
