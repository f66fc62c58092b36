"""The world of the ledger's machine: one order, what shop and Jet do with it, what must hold after each step."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jetapi import JetClient
from jetapi.sandbox import Sandbox
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.outbox import claims, settlements
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settlement
from orders.allocations import Units
from orders.models import InvoiceItem, Order, OrderItem
from orders.services import imports, shipment_answers, shipments
from returns.models import CreditMemo, LedgerEntry, Refund, ReturnRequest
from returns.models.amounts import PARTS
from returns.services import completion_answers, refund_answers, returns
from tests.factories import ProductFactory
from tests.orders.drafts import draft
from tests.outbox.kit import let_time_pass

# Our part -> Jet's name of it.
JET_PARTS = {
    "principal": "principal",
    "tax": "tax",
    "shipping": "shipping_cost",
    "shipping_tax": "shipping_tax",
}


def called(box: Any, row: Any, payload: Any) -> Settlement[Any]:
    """Make the call of one claimed row as a worker's thread does, and return what the worker would store."""
    now = timezone.now()
    try:
        value = box.look_up(row, payload) if row.answer == Answer.UNKNOWN else None
        return Settlement(row, Answer.ACCEPTED, payload, value or box.send(row, payload), sent_at=now)
    except Rejected as error:
        return Settlement(row, Answer.REJECTED, payload, error.value, error.errors, now)


class World:
    """One order at Jet and here; sums are kept per Jet item id."""

    def __init__(self, sandbox: Sandbox, account: JetAccount, lines: list[tuple[int, float]]) -> None:
        sandbox.reset()
        self.sandbox, self.account = sandbox, account
        # A client of its own: the token of the last walk was rolled back with everything else.
        self._opened = open_client(account)
        self.jet: JetClient = self._opened.__enter__()
        self.ghosts: list[tuple[Any, Settlement[Any]]] = []
        items = []
        for place, (quantity, price) in enumerate(lines):
            ProductFactory(sku=f"LINE-{place}", quantity=100)
            items.append({"sku": f"LINE-{place}", "quantity": quantity, "price": price})
        sandbox.place_orders(items=items)
        for _report in imports.import_orders(client=self.jet, account=account):
            pass
        self.order = Order.objects.get()

    def close(self) -> None:
        self._opened.__exit__(None, None, None)

    # What is there

    def lines(self) -> list[OrderItem]:
        return list(OrderItem.objects.filter(order=self.order).select_related("ledger").order_by("position"))

    def open_returns(self) -> list[ReturnRequest]:
        rows = ReturnRequest.objects.filter(status="created").filter(next_try_at=None)
        return list(rows.exclude(answer=Answer.ACCEPTED))

    def returnable(self, line: OrderItem) -> int:
        asked = sum(
            item["return_quantity"]
            for row in self.sandbox.held("returns")
            for item in row["return_merchant_SKUs"]
            if item["order_item_id"] == line.jet_id
        )
        return line.units_shipped - asked

    # What happens

    def ship(self, line: OrderItem, shipped: int, cancelled: int) -> None:
        units = {line.pk: Units(shipped, cancelled)}
        made = draft(self.order, ship=shipped, cancel=cancelled, units=units, above_limit=True)
        shipments.queue_shipment(order=self.order, draft=made)
        shipment_answers.send_shipments(client=self.jet, account=self.account)
        self.order.refresh_from_db()

    def open_return(self, line: OrderItem, quantity: int) -> None:
        item = {"order_item_id": line.jet_id, "quantity": quantity}
        self.sandbox.open_returns(order_id=self.order.jet_id, items=[item])
        returns.fetch_returns(client=self.jet, account=self.account)

    def send(self) -> None:
        completion_answers.send_returns(client=self.jet, account=self.account)
        refund_answers.send_refunds(client=self.jet, account=self.account)

    def sync(self) -> None:
        returns.sync_return_statuses(client=self.jet, account=self.account)
        refund_answers.sync_refund_statuses(client=self.jet, account=self.account)

    def die(self, *, after_the_call: bool) -> None:
        """Let a worker take up all that waits and die, before its calls or before it stored the answers."""
        for kind in (completion_answers.CompletionSender, refund_answers.RefundSender):
            box: Any = kind(self.jet, self.account)
            rows = claims.claim(box, started=timezone.now(), limit=box.chunk)
            payloads = box.build(rows)
            if after_the_call:
                self.ghosts += [(box, called(box, row, payloads[row.pk])) for row in rows]

    def ghosts_wake(self) -> None:
        """Let workers that were taken for dead store the answers that they had got."""
        while self.ghosts:
            box, settlement = self.ghosts.pop()
            settlements.settle(box, settlement, token=settlement.row.claimed_by)

    def time_for_another_try(self) -> None:
        let_time_pass()

    def pass_time(self, seconds: int) -> None:
        self.sandbox.advance(seconds)
        self.jet.authcheck()  # the token may have ended; threads leave the database alone

    def settle_all(self) -> None:
        """Let everything come to its end: faults are gone, time passes, every job runs."""
        self.sandbox.clear_faults()
        for _round in range(4):
            self.time_for_another_try()
            self.send()
            self.pass_time(3_600)
            self.sync()

    # What must hold

    def check(self) -> None:
        entries = list(
            LedgerEntry.objects.select_related(
                "order_item", "return_item__return_request", "refund_item__refund"
            )
        )
        self._ledger_is_the_sum_of_its_entries(entries)
        self._documents_are_what_was_booked(entries)
        self._jet_holds_what_we_booked(entries)
        self._nothing_is_paid_twice()
        self._invoices_are_the_lines()

    def _invoices_are_the_lines(self) -> None:
        for line in self.lines():
            rows = InvoiceItem.objects.filter(order_item=line)
            assert sum(row.units for row in rows) == line.units_shipped
            if line.units_shipped == line.units_ordered:
                for part in ("price", "tax", "shipping", "shipping_tax"):
                    assert sum(getattr(row, part) for row in rows) == getattr(line, f"line_{part}")

    def _ledger_is_the_sum_of_its_entries(self, entries: list[LedgerEntry]) -> None:
        for line in self.lines():
            live = [each for each in entries if each.order_item_id == line.pk and each.state != "released"]
            balance = getattr(line, "ledger", None)
            if balance is None:
                assert not live
                continue
            assert balance.units_refunded == sum(each.units for each in live)
            by_jet = [
                each for each in live if each.return_item and each.return_item.return_request.completed_by_jet
            ]
            for part in PARTS:
                assert getattr(balance, f"given_{part}") == total(live, part), part
                # Beyond what was paid goes only what Jet gave by itself.
                assert getattr(balance, f"beyond_{part}") <= total(by_jet, part), part
            assert balance.beyond_units <= sum(each.units for each in by_jet)

    def _documents_are_what_was_booked(self, entries: list[LedgerEntry]) -> None:
        booked: dict[Any, list[LedgerEntry]] = defaultdict(list)
        for each in entries:
            if each.state == "booked":
                source = each.return_item.return_request if each.return_item else each.refund_item.refund
                booked[source].append(each)
        memos = {memo.return_request or memo.refund: memo for memo in CreditMemo.objects.all()}
        given = {source: rows for source, rows in booked.items() if any(total(rows, part) for part in PARTS)}
        assert set(memos) == set(given)
        for source, rows in given.items():
            for part in PARTS:
                assert getattr(memos[source], part) == total(rows, part)
            assert memos[source].total == sum(total(rows, part) for part in PARTS)

    def _jet_holds_what_we_booked(self, entries: list[LedgerEntry]) -> None:
        at_jet = {row["merchant_return_authorization_id"]: row for row in self.sandbox.held("returns")}
        refunds = {row["refund_authorization_id"]: row for row in self.sandbox.held("refunds")}
        assert len({row["alt_refund_id"] for row in refunds.values()}) == len(refunds)
        for each in entries:
            if each.state != "booked":
                continue
            if each.return_item:
                document = at_jet[each.return_item.return_request.jet_id]
            else:
                document = refunds[each.refund_item.refund.jet_id]
                assert document["refund_status"] == "accepted"
            shown = next(
                item for item in document["items"] if item["order_item_id"] == each.order_item.jet_id
            )
            assert shown["order_return_refund_qty"] == each.units
            for part, name in JET_PARTS.items():
                assert Decimal(str(shown["refund_amount"][name])) == getattr(each, part)

    def _nothing_is_paid_twice(self) -> None:
        paid = self.paid_at_jet()
        for line in self.lines():
            units, sums = paid[line.jet_id]
            assert units <= line.units_shipped
            assert sums <= line.line_price + line.line_tax + line.line_shipping + line.line_shipping_tax

    def paid_at_jet(self, *, by_itself: bool = False) -> dict[str, tuple[int, Decimal]]:
        """Return units and money per line that Jet paid because of us; on request also what it paid by itself."""
        found: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
        for item in self._paid_items(by_itself=by_itself):
            units, sums = found[item["order_item_id"]]
            money = sum((Decimal(str(value)) for value in item["refund_amount"].values()), start=Decimal(0))
            found[item["order_item_id"]] = (units + item["order_return_refund_qty"], sums + money)
        return found

    def _paid_items(self, *, by_itself: bool) -> Iterator[dict[str, Any]]:
        # Whether Jet completed a return by itself is known to its own books alone.
        for row in self.sandbox.world.store.docs("return", "test"):
            if by_itself or not row.get("_by_jet"):
                yield from row.get("items", ())
        for row in self.sandbox.held("refunds"):
            if not row["refund_status"].startswith("rejected"):
                yield from row["items"]

    def check_the_end(self) -> None:
        """Nothing waits, nothing is promised, and the memos are all that Jet paid."""
        self.check()
        assert not ReturnRequest.objects.filter(next_try_at__isnull=False).exists()
        assert not Refund.objects.filter(next_try_at__isnull=False).exists()
        assert not LedgerEntry.objects.filter(state="reserved").exists()
        assert not Refund.objects.filter(status__in=["created", "processing"]).exists()
        paid = sum((money for _units, money in self.paid_at_jet(by_itself=True).values()), start=Decimal(0))
        assert sum((memo.total for memo in CreditMemo.objects.all()), start=Decimal(0)) == paid


def total(entries: list[LedgerEntry], part: str) -> Decimal:
    """Add up one part."""
    return sum((getattr(each, part) for each in entries), start=Decimal(0))
