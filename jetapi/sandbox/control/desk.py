"""The control calls as functions: a document in, a document out. HTTP and Python callers share them."""

from collections.abc import Callable
from typing import Any

from .. import dates
from ..kit import checks
from ..kit.faults import Faults
from ..kit.wire import Document, Rejected, Unknown, quoted, reject_if
from ..rules import brought_orders, brought_returns, new_orders, nodes, orders, refunds, returns, review, skus
from ..schedule import MODES
from ..world import World
from . import holdings

MOST_ORDERS = 10_000
ACCOUNTS = ("test", "live")


class Desk:
    """Where the sandbox is run from."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def info(self, _order: Document) -> Document:
        """Return the profile, the time, and the keys."""
        world = self._world
        names = ("mode", "user", "secret", "merchant_id", "fulfillment_node_id")
        return {
            "profile": world.options.profile,
            "now": dates.order_date(world.now()),
            "accounts": [{name: getattr(each, name) for name in names} for each in world.accounts],
            "compat": world.options.compat,
            "strict": world.options.strict,
            "transitions": world.schedule.mode,
            "delays": world.schedule.delays,
            "files": world.policy,
        }

    def reset(self, order: Document) -> Document:
        """Begin again: no data, real time, no faults, an empty journal; `keep_accounts` keeps ids and tokens."""
        keep = order.get("keep_accounts", True)
        if complaint := checks.flag(keep):
            raise Rejected(f"keep_accounts {complaint}.")
        self._faults.clear()
        self._world.reset(keep_accounts=keep)
        return {}

    def clock(self, order: Document) -> Document:
        """Move the clock, or say how transitions come (`clock`, `read`, `at_once`) and how long they take."""
        self._check_clock(order)
        world = self._world
        try:
            if order.get("now") is not None:
                world.clock.set(dates.parse(order["now"], naive_is_utc=True))
            if order.get("advance_seconds") is not None:
                world.clock.advance(order["advance_seconds"])
        except ValueError as problem:
            raise Rejected(f"{problem}.") from None
        if order.get("delays"):
            world.schedule.set_delays(order["delays"])
        if order.get("transitions") is not None:
            world.schedule.set_mode(world, checks.squeezed(order["transitions"]))
        return {"now": dates.order_date(world.now())}

    def _check_clock(self, order: Document) -> None:
        found = checks.problems(order, {"now": dates.check_date, "transitions": checks.one_of(MODES)})
        seconds = order.get("advance_seconds")
        if seconds is not None and not checks.is_number(seconds):
            found.append("advance_seconds must be a number.")
        delays = order.get("delays")
        if delays is not None:
            known = self._world.schedule.delays
            if not isinstance(delays, dict) or not set(delays) <= set(known):
                found.append(f"delays must be an object with: {', '.join(known)}.")
            else:
                found += checks.problems(
                    delays, dict.fromkeys(delays, checks.number(decimals=None)), "delays."
                )
        reject_if(found)

    def orders(self, order: Document) -> Document:
        """Place orders for SKUs, or take in whole documents."""
        mode = self._mode(order)
        if "documents" in order:
            rebase = _rebase(order)
            return {"order_ids": brought_orders.bring(self._world, mode, order["documents"], rebase=rebase)}
        fields = {"count": checks.whole(1, MOST_ORDERS), "cancel_quantity": checks.whole(0, 10**6)}
        reject_if(checks.problems(order, fields))
        lines = _lines(order.get("items"), order.get("cancel_quantity") or 0)
        status = str(order.get("status") or "ready")
        node = str(order.get("fulfillment_node") or "")
        count = order.get("count") or 1
        placed = [new_orders.place(self._world, mode, lines, status=status, node=node) for _ in range(count)]
        return {"order_ids": placed}

    def returns(self, order: Document) -> Document:
        """Open a return of shipped units, or take in whole documents."""
        if "documents" in order:
            rebase = _rebase(order)
            mode = self._mode(order)
            return {"return_ids": brought_returns.bring(self._world, mode, order["documents"], rebase=rebase)}
        mode, order_id = self._order(order)
        return {"return_ids": [returns.open_return(self._world, mode, order_id, order.get("items"))]}

    def cancels(self, order: Document) -> Document:
        """Let the buyer or Jet ask for units of an order to be cancelled."""
        mode, order_id = self._order(order)
        orders.request_cancels(self._world, mode, order_id, order.get("items"))
        return {}

    def reviews(self, order: Document) -> Document:
        """Decide the review of a SKU, or finish all reviews that have begun."""
        reject_if(checks.problems(order, {"all": checks.flag}))
        if order.get("all"):
            if order.get("sku") is not None or order.get("status") is not None:
                raise Rejected("all finishes every review by its own rules; it goes without sku and status.")
            modes = [self._mode(order)] if order.get("mode") else ACCOUNTS
            return {"changed": sum(review.decide_all(self._world, mode) for mode in modes)}
        sub_status = order.get("sub_status") or []
        reject_if(checks.problems({"sub_status": sub_status}, {"sub_status": checks.texts(50, 200)}))
        if not isinstance(order.get("status"), str):
            raise Rejected("status is required.")
        mode = self._find(skus.KIND, order.get("sku"), order.get("mode"), "SKU")
        review.impose(self._world, mode, order["sku"], order["status"], sub_status)
        return {"changed": 1}

    def refunds(self, order: Document) -> Document:
        """Decide a refund by hand: accepted, or one of Jet's two rejections."""
        if order.get("status") not in refunds.STATUSES[2:]:
            raise Rejected(f"status must be one of: {', '.join(refunds.STATUSES[2:])}.")
        key = order.get("refund_authorization_id")
        mode = self._find(refunds.KIND, key, order.get("mode"), "refund")
        refund = refunds.load(self._world, mode, str(key))
        refunds.settle(self._world, mode, refund, order["status"], self._world.now())
        return {}

    def faults(self, order: Document) -> Document:
        return {"id": self._faults.add(order)}

    def listed_faults(self, _order: Document) -> Document:
        return {"faults": self._faults.listed()}

    def clear_faults(self, _order: Document) -> Document:
        self._faults.clear()
        return {}

    def files(self, order: Document) -> Document:
        """Say how files fail: vaguely, and which SKUs are refused whatever they hold."""
        fields = {"vague_errors": checks.flag, "refuse": checks.texts(100_000, 500)}
        reject_if(checks.problems(order, fields))
        changes = {name: order[name] for name in fields if order.get(name) is not None}
        self._world.set_policy(**changes)
        return {}

    def nodes(self, order: Document) -> Document:
        """Add a fulfillment node, as in the partner portal."""
        return {"fulfillment_node_id": nodes.create(self._world, self._mode(order), order)}

    def calls(self, order: Document) -> Document:
        """Give the journal after a number, of the paths that match."""
        return {"calls": self._world.journal.chosen(order)}

    def state(self, order: Document) -> Document:
        """Give what the sandbox holds, as Jet would word it."""
        world = self._world
        kind, key = order.get("kind"), order.get("id")
        mode = self._mode(order)
        if not kind:
            return holdings.counts(world, mode)
        if kind not in holdings.KINDS:
            raise Rejected(f"kind must be one of: {', '.join(holdings.KINDS)}.")
        if key:
            found_in = self._find(holdings.KINDS[kind], key, order.get("mode"), kind)
            return holdings.one(world, found_in, kind, str(key))
        return {kind: holdings.everything(world, mode, kind)}

    def _mode(self, order: Document) -> str:
        mode = order.get("mode") or "test"
        if mode not in ACCOUNTS:
            raise Rejected("mode must be test or live.")
        return str(mode)

    def _order(self, order: Document) -> tuple[str, str]:
        mode = self._find(orders.KIND, order.get("order_id"), order.get("mode"), "order")
        return mode, str(order["order_id"])

    def _find(self, kind: str, key: Any, mode: Any, word: str) -> str:
        """Return which account has something; both are looked through unless one was named."""
        for each in ACCOUNTS if mode is None else [self._mode({"mode": mode})]:
            if isinstance(key, str) and self._world.store.get(kind, each, key) is not None:
                return each
        raise Unknown(f"There is no {word} {quoted(key)}.")


def _rebase(order: Document) -> bool:
    """Read `rebase`, which goes with documents only."""
    if order.get("items") is not None:
        raise Rejected("documents are whole already; they go without items.")
    reject_if(checks.problems(order, {"rebase": checks.flag}))
    return bool(order.get("rebase"))


def _lines(items: Any, cancel_quantity: int) -> list[new_orders.Line]:
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        raise Rejected("items is required and must be a list of objects with sku and quantity.")
    return [
        new_orders.Line(
            sku=each.get("sku", ""),
            quantity=each.get("quantity", 1),
            cancel_quantity=each.get("cancel_quantity", cancel_quantity),
            price=each.get("price"),
        )
        for each in items
    ]


Order = Callable[[Desk, Document], Document]
CALLS: dict[tuple[str, str], Order] = {
    ("GET", "info"): Desk.info,
    ("POST", "reset"): Desk.reset,
    ("POST", "clock"): Desk.clock,
    ("POST", "orders"): Desk.orders,
    ("POST", "returns"): Desk.returns,
    ("POST", "cancels"): Desk.cancels,
    ("POST", "refunds"): Desk.refunds,
    ("POST", "reviews"): Desk.reviews,
    ("GET", "faults"): Desk.listed_faults,
    ("POST", "faults"): Desk.faults,
    ("DELETE", "faults"): Desk.clear_faults,
    ("POST", "files"): Desk.files,
    ("POST", "nodes"): Desk.nodes,
    ("GET", "calls"): Desk.calls,
    ("GET", "state"): Desk.state,
}
