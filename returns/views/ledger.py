"""The money ledger of one order: per line what was bought, sent and given back, and each entry with its proof."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from jetbridge.core.job_titles import who_acted
from jetbridge.core.models import ApiCall
from jetbridge.panel.display import Tone
from jetbridge.panel.pages import panel_page, render_page
from orders.models import Order, OrderItem
from returns import selectors, texts
from returns.models import LedgerEntry
from returns.models.amounts import PARTS
from returns.services import ledger
from returns.services.ledger import ZERO

PART_TITLES = {"principal": "Goods", "tax": "Tax", "shipping": "Shipping", "shipping_tax": "Tax on shipping"}


@dataclass(frozen=True)
class EntryRow:
    """One entry: the document it stems from, who made it, and the call that Jet answered."""

    entry: LedgerEntry
    tone: Tone
    document: str
    url: str
    actor: str
    total: Decimal
    call: ApiCall | None


@dataclass(frozen=True)
class LineRow:
    """One order line with its units, its money by component, and its entries."""

    item: OrderItem
    units: tuple[tuple[str, int], ...]
    money: tuple[tuple[str, Decimal, Decimal, Decimal, Decimal], ...]
    beyond: Decimal
    entries: tuple[EntryRow, ...]


@panel_page("returns.view_ledgerentry")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(Order, pk=pk)
    items = list(selectors.ledger_lines(order))
    return_ids = {
        entry.return_item.return_request.jet_id
        for item in items
        for entry in item.ledger_entries.all()
        if entry.return_item
    }
    calls = selectors.sent_calls(order, return_ids)
    context: dict[str, Any] = {"order": order, "lines": [_line(item, calls) for item in items]}
    return render_page(request, "returns/ledger.html", title=f"Ledger of order {order}", context=context)


def _line(item: OrderItem, calls: list[ApiCall]) -> LineRow:
    entries = tuple(_entry(item, entry, calls) for entry in item.ledger_entries.all())
    live = [row.entry for row in entries if row.entry.state != LedgerEntry.State.RELEASED]
    left, balance = ledger.left_of(item), getattr(item, "ledger", None)
    beyond = {part: getattr(balance, f"beyond_{part}", ZERO) for part in PARTS}
    money = []
    for part, title in PART_TITLES.items():
        given = sum((getattr(entry, part) for entry in live), start=ZERO)
        rest = getattr(left.amounts, part)
        money.append((title, rest + given - beyond[part], given, rest, beyond[part]))
    units = (
        ("Ordered", item.units_ordered),
        ("Cancelled", item.units_cancelled),
        ("Shipped", item.units_shipped),
        ("Returned", sum(_returned(entry) for entry in live)),
        ("Refunded", sum(entry.units for entry in live)),
        ("Left to refund", left.units),
    )
    return LineRow(item, units, tuple(money), sum(beyond.values(), start=ZERO), entries)


def _returned(entry: LedgerEntry) -> int:
    source = entry.return_item or entry.refund_item
    return (source.units_returned or 0) if source else 0


def _entry(item: OrderItem, entry: LedgerEntry, calls: list[ApiCall]) -> EntryRow:
    if entry.return_item:
        row = entry.return_item.return_request
        name, url = f"Return {row}", reverse("admin:returns_returnrequest_change", args=[row.pk])
        tail = f"/returns/{row.jet_id}/complete"
    else:
        refund = entry.refund_item.refund  # type: ignore[union-attr]  # a constraint names one source
        name, url = f"Refund {refund}", reverse("admin:returns_refund_change", args=[refund.pk])
        tail = f"/{refund.alt_refund_id}"
    made = [call for call in calls if call.path.endswith(tail)]
    taken = [call for call in made if call.status is not None and call.status < 300]
    return EntryRow(
        entry=entry,
        tone=texts.ENTRY_TONES[entry.state],
        document=name,
        url=url,
        actor=who_acted(entry.name, entry.job),
        total=sum((getattr(entry, part) for part in PARTS), start=ZERO),
        call=next(iter((taken or made)[-1:]), None),
    )
