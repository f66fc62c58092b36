"""Fetches Jet's weekly settlement reports, and says where our own books differ from them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetKeysRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from orders.jet.orders import plain
from returns import settlement_comparisons
from returns.jet import settlements as at_jet
from returns.jet.settlements import SettlementDocument
from returns.models import Settlement

# The first look goes back a quarter; later ones far enough for a week to be paid.
FIRST_DAYS = 92
DAYS = 35
STATES = {
    "submitted": Settlement.State.SUBMITTED,
    "paid": Settlement.State.PAID,
    "deposited": Settlement.State.PAID,
    "rejected": Settlement.State.REJECTED,
}
# Our own books of a week may still move after it: a completion that was noticed late.
COMPARED_FOR = timedelta(days=DAYS)


def fetch_settlements(
    *, client: Client, account: JetAccount, days: int = 0, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """
    Store the reports that are new, and follow those that are not paid yet.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    report = Report()
    known = Settlement.objects.filter(account=account)
    listed = dict.fromkeys(at_jet.ids(client, days or (DAYS if known.exists() else FIRST_DAYS)))
    final = set(known.filter(state__in=Settlement.FINAL).values_list("jet_id", flat=True))
    for outcome in send_many(
        partial(at_jet.get, client), [jet_id for jet_id in listed if jet_id not in final]
    ):
        heartbeat()
        if outcome.value is None:
            if isinstance(outcome.error, JetKeysRefused):
                raise outcome.error
            report.fail(outcome.item, f"Not read; the next run tries again: {outcome.error}")
        elif store(account=account, document=outcome.value):
            report.done += 1
    compare_again(account=account)
    return report


def store(*, account: JetAccount, document: SettlementDocument) -> bool:
    """Keep one report as Jet reports it now; return whether it is new or its state changed."""
    jet_id, state = document.jet_id[:64], _state(document)
    values = _values(document, state)
    rows = Settlement.objects.filter(account=account, jet_id=jet_id)
    changed = rows.exclude(jet_state=values["jet_state"]).update(**values)
    if not changed and rows.update(**values):
        return False
    if not changed:
        try:
            with transaction.atomic():
                Settlement.objects.create(account=account, jet_id=jet_id, **values)
        except IntegrityError:  # another worker stored it meanwhile
            return False
    row = rows.get()
    differing = settlement_comparisons.compare(row).differing
    rows.update(differing=differing)
    history.record("settlement", row, message=f"Jet says: {document.state}, ${row.settlement_value:,.2f}.")
    _notify(row, differing)
    return True


def compare_again(*, account: JetAccount) -> None:
    """Compare the reports of the last weeks with our books as they stand now."""
    since = timezone.now() - COMPARED_FOR
    for row in Settlement.objects.filter(account=account, period_end__gte=since).select_related("account"):
        differing = settlement_comparisons.compare(row).differing
        Settlement.objects.filter(pk=row.pk).exclude(differing=differing).update(differing=differing)


def _state(document: SettlementDocument) -> Settlement.State:
    return STATES.get(document.state.lower(), Settlement.State.OTHER)


def _values(document: SettlementDocument, state: Settlement.State) -> dict[str, object]:
    return {
        "state": state,
        "jet_state": document.state[:40],
        "period_start": document.period_start,
        "period_end": document.period_end,
        "currency": document.currency[:20],
        "order_balance": document.order_balance,
        "return_balance": document.return_balance,
        "jet_adjustment": document.jet_adjustment,
        "unavailable_balance": document.unavailable_balance,
        "settlement_value": document.settlement_value,
        "document": plain(document.raw),
        "read_at": timezone.now(),
    }


def _notify(row: Settlement, differing: int) -> None:
    text = f"Jet settles ${row.settlement_value:,.2f}: {row.get_state_display().lower()}."
    if differing:
        text += f" {differing} figure{'s' if differing != 1 else ''} differ from our own books."
    rejected = row.state == Settlement.State.REJECTED
    notifications.notify(
        "returns.settlement",
        key=row.jet_id,
        title=f"Settlement of {row}",
        text=text,
        about=row,
        severity="error" if rejected else "warning" if differing else "info",
        mail=True,
    )
