"""Questions about returns and refunds for pages, the dashboard and the sweep; no writes."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from returns.models import LedgerEntry, ReturnItem, ReturnRequest
from returns.models.sending import UNSETTLED

SEND = "returns.send_returns"
DUE_SOON = timedelta(hours=24)


def unsent_jobs() -> list[str]:
    """Return the names of jobs that have something wanted and unsent now."""
    account = configuration.active_account()
    return [SEND] if unsent_returns(account, timezone.now()).exists() else []


def unsent_returns(account: JetAccount, now: datetime) -> QuerySet[ReturnRequest]:
    """Return completions that are wanted or in doubt, due, and with no living worker."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    return ReturnRequest.objects.filter(free, due, account=account, send_state__in=UNSETTLED)


def to_complete(account: JetAccount) -> QuerySet[ReturnRequest]:
    """Return the returns that wait for the merchant, nearest deadline first."""
    waiting = ReturnRequest.objects.filter(account=account, status=ReturnRequest.Status.CREATED)
    return waiting.exclude(send_state__in=UNSETTLED).order_by("complete_by")


def due_soon(account: JetAccount, now: datetime | None = None) -> QuerySet[ReturnRequest]:
    """Return the returns that Jet completes by itself within a day, or has."""
    return to_complete(account).filter(complete_by__lte=(now or timezone.now()) + DUE_SOON)


def return_page(pk: int) -> QuerySet[ReturnRequest]:
    """Return one return with all that its page shows."""
    lines = ReturnItem.objects.select_related("order_item__product", "order_item__ledger")
    return (
        ReturnRequest.objects.filter(pk=pk)
        .select_related("order", "account", "user", "credit_memo")
        .prefetch_related(Prefetch("items", queryset=lines))
    )


def entries_of(order_item_ids: list[int]) -> QuerySet[LedgerEntry]:
    """Return what was given back or promised for these order lines, with the documents it stems from."""
    live = LedgerEntry.objects.exclude(state=LedgerEntry.State.RELEASED)
    return live.filter(order_item_id__in=order_item_ids).select_related(
        "return_item__return_request", "refund_item__refund", "user"
    )
