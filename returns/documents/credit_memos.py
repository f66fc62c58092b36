"""Credit memos in the store, of completed returns and accepted refunds: Jet's figure to the cent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jetbridge.outbox.results import NotPayload, Settled, Unneeded
from jetbridge.store.documents import StoreCreditMemo
from jetbridge.store.kinds import Made
from jetbridge.store.makers import PartOfOrder, Seen, marked
from jetbridge.store.models import StoreDocument
from jetbridge.store.plans.credit_memos import GivenBack, next_memo
from jetbridge.store.plans.lines import ChannelUnits
from jetbridge.store.ports import SendingStore
from orders.documents import questions
from orders.documents.records import record_made
from orders.models import Order
from returns.handovers import mark_of
from returns.models import CreditMemo


@dataclass(frozen=True, slots=True)
class Given:
    """What was given back, and the mark that its memos have."""

    back: GivenBack
    mark: str


class CreditMemos(PartOfOrder[Given]):
    """Credit memos: two where only a part of a line goes into stock again; later, where other units did not leave."""

    name = StoreDocument.Kind.CREDIT_MEMO
    looks_ahead = True

    def facts(self, rows: Sequence[StoreDocument]) -> Mapping[Any, Given | NotPayload]:
        """Return what was given back by each."""
        found = CreditMemo.objects.filter(number__in={row.source_key for row in rows})
        found = found.select_related("return_request", "refund").prefetch_related("items__order_item")
        memos = {memo.number: memo for memo in found.prefetch_related("return_request__items")}
        return {
            row.pk: _given(memos[row.source_key])
            if row.source_key in memos and memos[row.source_key].total > 0
            else Unneeded("Nothing was given back.")
            for row in rows
        }

    def read(self, store: SendingStore, orders: Iterable[int]) -> Iterator[Any]:
        """Read the credit memos of some orders."""
        return store.credit_memos(orders)

    def plan(self, store: SendingStore, seen: Seen, facts: Given) -> StoreCreditMemo | None:
        """Return the memo that is missing next."""
        made = marked(seen.documents, facts.mark)
        return next_memo(seen.order, facts.back, made=made, comment=facts.mark)

    def make(self, store: SendingStore, document: StoreCreditMemo) -> None:
        """Give back in the store."""
        store.refund(document)

    def made(self, seen: Seen, facts: Given) -> Made:
        """Return the last of its memos; where it gave back another sum than was asked, that is said."""
        found: list[StoreCreditMemo] = marked(seen.documents, facts.mark)
        last, total = found[-1], sum((each.total or 0) for each in found)
        other = "" if total == facts.back.total else f"It gave back ${total}, and Jet ${facts.back.total}."
        return Made(seen.order.id, last.id or 0, last.number, progress={"differs": other} if other else {})

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Write it into the order's history; a sum that differs stays a difference until somebody leaves it."""
        super().apply(settled, now)
        record_made(settled)
        for each in settled.accepted:
            if text := each.row.progress.get("differs"):
                order = Order.objects.get(pk=each.row.order_key)
                questions.ask(each.row, order, questions.CHANGED, text)


def _given(memo: CreditMemo) -> Given:
    items = list(memo.items.all())
    request = memo.return_request
    restocked = {each.order_item_id: each.units_restocked for each in request.items.all()} if request else {}
    return Given(
        GivenBack(
            units=tuple(
                ChannelUnits(each.order_item.jet_id, each.order_item.sku, each.units) for each in items
            ),
            restocked=tuple(
                ChannelUnits(each.order_item.jet_id, each.order_item.sku, units)
                for each in items
                if (units := min(restocked.get(each.order_item_id) or 0, each.units))
            ),
            total=memo.total,
            shipping=memo.shipping,
        ),
        mark_of(memo),
    )
