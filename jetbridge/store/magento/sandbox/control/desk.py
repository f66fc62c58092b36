"""The control calls as functions: a document in, a document out. HTTP and Python callers share them."""

from collections.abc import Callable, Mapping
from typing import Any

from jetapi.sandbox.kit import checks
from jetapi.sandbox.kit.faults import FIELDS as FAULT_FIELDS
from jetapi.sandbox.kit.faults import Faults
from jetapi.sandbox.kit.wire import Document, Rejected, Request, Unknown, reject_if

from .. import auth, seed_files, seeds
from ..call import Call
from ..catalogue import products
from ..sales import cancels, checkouts, invoices, order_parts, order_views, orders, refunds, shipments
from ..sales import lines as lines_of
from ..stock import items, salable, sources
from ..world import VERSION, World

PRODUCT_FIELDS: Mapping[str, checks.Check] = {
    "sku": checks.text(1, 64), "name": checks.text(1, 255), "price": checks.number(decimals=4),
    "quantity": checks.number(decimals=4), "source": checks.text(1, 255), "parent": checks.text(1, 64),
    "broken": checks.flag,
}  # fmt: skip
STOCK_FIELDS: Mapping[str, checks.Check] = {
    "sku": checks.text(1, 64), "source": checks.text(1, 255), "quantity": checks.number(above=-(10**9), decimals=4),
    "status": checks.whole(0, 1),
}  # fmt: skip
OPTIONS: dict[str, tuple[str, ...]] = {
    "info": (),
    "reset": (),
    "clock": ("now", "advance_seconds"),
    "faults": tuple(FAULT_FIELDS),
    "listed_faults": (),
    "clear_faults": (),
    "calls": ("after", "path", "entity", "entity_id"),
    "products": ("products",),
    "stock": tuple(STOCK_FIELDS),
    "acl": ("deny",),
    "orders": ("items",),
    "ship": ("order_id", "items", "tracks", "source"),
    "cancel": ("order_id", "items"),
    "refund": ("order_id", "items"),
    "edit": ("order_id", "items"),
    "hold": ("order_id", "items"),
    "cleanup": (),
    "consume": (),
    "state": ("kind", "id"),
}


class Desk:
    """Where the emulator is run from."""

    def __init__(self, world: World, faults: Faults, consume: Callable[[], None]) -> None:
        self._world = world
        self._consume = consume
        self._faults = faults

    def info(self, _order: Document) -> Document:
        """Give the version, the time, the switches, and the keys."""
        options = self._world.options
        return {
            "now": f"{self._world.now():%Y-%m-%dT%H:%M:%SZ}", "version": VERSION, "msi": options.msi,
            "module": options.module, "bearer": options.bearer, "limits": options.limits,
            "credentials": {
                "consumer_key": auth.CONSUMER, "consumer_secret": auth.CONSUMER_SECRET, "token": auth.TOKEN,
                "token_secret": auth.TOKEN_SECRET, "admin_user": auth.ADMIN, "admin_password": auth.ADMIN_PASSWORD,
            },
        }  # fmt: skip

    def reset(self, _order: Document) -> Document:
        """Begin again: the seed alone, real time, no faults, an empty journal."""
        self._faults.clear()
        self._world.reset()
        seed_files.install(self._world)
        return {}

    def clock(self, order: Document) -> Document:
        """Move the store's clock."""
        seconds = order.get("advance_seconds")
        if seconds is not None and not checks.is_number(seconds):
            raise Rejected("advance_seconds must be a number.")
        try:
            if order.get("now") is not None:
                self._world.clock.set(checks.moment(order["now"]))
            if seconds is not None:
                self._world.clock.advance(seconds)
        except ValueError as problem:
            raise Rejected(f"{problem}.") from None
        return {"now": f"{self._world.now():%Y-%m-%dT%H:%M:%SZ}"}

    def faults(self, order: Document) -> Document:
        return {"id": self._faults.add(order)}

    def listed_faults(self, _order: Document) -> Document:
        return {"faults": self._faults.listed()}

    def clear_faults(self, _order: Document) -> Document:
        self._faults.clear()
        return {}

    def calls(self, order: Document) -> Document:
        """List the calls after a number, whose path matches, and that name an entity where one is asked for."""
        found = self._world.journal.chosen(order)
        entity, number = str(order.get("entity") or ""), str(order.get("entity_id") or "")
        return {"calls": [each for each in found if _concerns(each, entity, number)]}

    def products(self, order: Document) -> Document:
        """Make simple products, or change the ones of their SKUs."""
        given = order.get("products")
        if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
            raise Rejected("products is required and must be a list of objects with sku and quantity.")
        for place, each in enumerate(given):
            reject_if(_problems(each, PRODUCT_FIELDS, f"products[{place}].", needed=("sku",)))
            self._known_source(each.get("source"))
        return {"ids": [seeds.add_product(self._world, each) for each in given]}

    def stock(self, order: Document) -> Document:
        """Set what a source holds of a SKU."""
        reject_if(_problems(order, STOCK_FIELDS, "", needed=("sku", "quantity")))
        self._known_source(order.get("source"))
        source = order.get("source") or items.DEFAULT
        items.write(self._world.memory, order["sku"], source, order["quantity"], order.get("status", 1))
        return {}

    def _known_source(self, code: Any) -> None:
        if code and self._world.memory.named(sources.SOURCE, code) is None:
            raise Unknown(f"There is no source {code!r}.")

    def orders(self, order: Document) -> Document:
        """Place a storefront order as a buyer does; it reserves."""
        lines = _lines(order, "sku")
        return {"order_ids": [checkouts.sell(self._call(), lines)]}

    def ship(self, order: Document) -> Document:
        """Ship as a person in the store does, from a source; without items all that is left."""
        found = self._order(order)
        body = {"items": self._items(found, order), "tracks": order.get("tracks") or []}
        source = str(order.get("source") or items.DEFAULT)
        return {"shipment_id": shipments.make(self._call(), found, body, source)["entity_id"]}

    def cancel(self, order: Document) -> Document:
        made = cancels.make(self._world.memory, self._order(order), self._world.stamp())
        return {"canceled": made}

    def refund(self, order: Document) -> Document:
        """Refund as a person in the store does: what was not invoiced is invoiced before."""
        found = self._order(order)
        if any(lines_of.to_invoice(each) for each in lines_of.own(found)):
            invoices.make(self._call(), found, {})
        body = {"items": self._items(found, order)}
        return {"creditmemo_id": refunds.make(self._call(), found, body)["entity_id"]}

    def edit(self, order: Document) -> Document:
        """Edit as a person in the store does: the order is cancelled, and another names it."""
        return {"order_id": cancels.edit(self._call(), self._order(order))}

    def hold(self, order: Document) -> Document:
        call = self._call()
        call.params = {"id": str(self._order(order)["entity_id"])}
        return {"held": orders.hold(call)}

    def _call(self) -> Call:
        return Call(self._world, Request("POST", "/rest/V1/guest-carts/"))

    def _order(self, order: Document) -> Document:
        found = self._world.memory.get(order_parts.KIND, _whole(order.get("order_id")))
        if found is None:
            raise Unknown(f"There is no order {order.get('order_id')!r}.")
        return found

    def _items(self, found: Document, order: Document) -> list[Document] | None:
        """Return lines by number, which people know by their SKU."""
        if order.get("items") is None:
            return None
        numbers = {str(each.get("sku")).lower(): each["item_id"] for each in reversed(lines_of.own(found))}
        given = _lines(order, "sku")
        unknown = [each["sku"] for each in given if each["sku"].lower() not in numbers]
        if unknown:
            raise Unknown(f"The order has no line of {unknown[0]!r}.")
        return [{"order_item_id": numbers[each["sku"].lower()], "qty": each["quantity"]} for each in given]

    def acl(self, order: Document) -> Document:
        """Take permissions from the integration; an empty list gives all back."""
        deny = order.get("deny")
        reject_if(checks.problems({"deny": deny}, {"deny": checks.texts(200, 200)}))
        self._world.deny(deny or [])
        return {"deny": sorted(self._world.denied)}

    def cleanup(self, _order: Document) -> Document:
        """Do what the store does at night: forget reservations that come to zero."""
        salable.clean_up(self._world.memory)
        return {}

    def consume(self, _order: Document) -> Document:
        """Let the store's consumers run: its index of what is salable is up to date after."""
        salable.tick(self._world.memory)
        self._consume()
        return {}

    def state(self, order: Document) -> Document:
        """Give what the store holds."""
        kind, key = order.get("kind"), order.get("id")
        readers = self._readers()
        if kind not in readers:
            raise Rejected(f"kind must be one of: {', '.join(readers)}.")
        found = readers[kind]()
        if key is None:
            return {kind: found}
        name = {"products": "sku", "sources": "sku", "reservations": "sku"}.get(kind, "increment_id")
        chosen = [each for each in found if str(key) in _keys(each, name)]
        if not chosen:
            raise Unknown(f"There is no {key!r} among the {kind}.")
        return chosen[0] if kind in ("products", "orders") else {kind: chosen}

    def _readers(self) -> dict[str, Callable[[], list[Document]]]:
        memory = self._world.memory
        rows = memory.rows
        return {
            "products": lambda: [
                products.shown(memory, doc, "all") for doc in memory.all(products.KIND)
            ],
            "orders": lambda: [order_views.shown(each) for each in memory.all(order_parts.KIND)],
            "documents": lambda: [
                {"kind": kind, **doc} for kind in ("invoice", "shipment", "creditmemo") for doc in memory.all(kind)
            ],
            "sources": lambda: [
                dict(zip(("sku", "source", "quantity", "status"), row, strict=True))
                for row in rows("SELECT sku, source_code, quantity, status FROM source_items ORDER BY id")
            ],
            "reservations": lambda: [
                dict(zip(("stock_id", "sku", "quantity", "event", "increment_id"), row, strict=True))
                for row in rows(
                    "SELECT stock_id, sku, quantity, event, increment_id FROM reservations ORDER BY id"
                )
            ],
        }  # fmt: skip


def _whole(value: Any) -> int:
    return value if checks.is_whole(value) else int(value) if str(value or "").isdecimal() else 0


def _lines(order: Document, name: str) -> list[Document]:
    given = order.get("items")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise Rejected(f"items is required and must be a list of objects with {name} and quantity.")
    fields = {"sku": checks.text(1, 64), "quantity": checks.number(above=0, decimals=4)}
    for place, each in enumerate(given):
        reject_if(_problems(each, fields, f"items[{place}].", needed=("sku", "quantity")))
    return given


def _keys(held: Document, name: str) -> tuple[str, str]:
    return str(held.get(name)), str(held.get("entity_id", held.get("id")))


def _problems(
    order: Document, fields: Mapping[str, checks.Check], prefix: str, needed: tuple[str, ...]
) -> list[str]:
    found = [f"{prefix}{name} is required." for name in needed if order.get(name) is None]
    return found + checks.problems(order, dict(fields), prefix)


def _concerns(call: Document, entity: str, number: str) -> bool:
    """Say whether a call's path names an entity: `orders/5`, `order/5/ship`."""
    if not entity and not number:
        return True
    parts = [part for part in str(call["path"]).split("/") if part]
    singular = entity.rstrip("s")
    places = [n for n, part in enumerate(parts) if not entity or part.rstrip("s") == singular]
    return any(not number or number in parts[place + 1 : place + 2] for place in places)


Order = Callable[[Desk, Document], Document]
CALLS: dict[tuple[str, str], Order] = {
    ("GET", "info"): Desk.info,
    ("POST", "reset"): Desk.reset,
    ("POST", "clock"): Desk.clock,
    ("GET", "faults"): Desk.listed_faults,
    ("POST", "faults"): Desk.faults,
    ("DELETE", "faults"): Desk.clear_faults,
    ("GET", "calls"): Desk.calls,
    ("POST", "products"): Desk.products,
    ("POST", "stock"): Desk.stock,
    ("POST", "acl"): Desk.acl,
    ("POST", "orders"): Desk.orders,
    ("POST", "ship"): Desk.ship,
    ("POST", "cancel"): Desk.cancel,
    ("POST", "refund"): Desk.refund,
    ("POST", "edit"): Desk.edit,
    ("POST", "hold"): Desk.hold,
    ("POST", "cleanup"): Desk.cleanup,
    ("POST", "consume"): Desk.consume,
    ("GET", "state"): Desk.state,
}
