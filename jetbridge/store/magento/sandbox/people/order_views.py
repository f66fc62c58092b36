"""Pages about orders and the documents that were made of them."""

from collections.abc import Callable

from markupsafe import Markup

from jetapi.sandbox.kit import markup
from jetapi.sandbox.kit.markup import code, field, form, heading, hidden, join, link, table
from jetapi.sandbox.kit.pages import Look
from jetapi.sandbox.kit.wire import Document, Unknown

from ..sales import invoices, lines, order_parts, order_views, refunds, shipments
from ..stock import items, sources
from ..world import World
from .rows import amount, money, named, paged

KINDS = {invoices.KIND: "Invoices", shipments.KIND: "Shipments", refunds.KIND: "Credit memos"}
CARRIERS = ("ups", "usps", "fedex", "dhl", "custom")
DOCUMENT_HEADS = ("Number", "Order", "created_at", "updated_at", "Units", "Total", "Tracking")


def orders_page(world: World, look: Look) -> tuple[str, Markup]:
    """The storefront's order form and the orders, or one order."""
    if look.rest:
        return _order(world, look)
    condition, params = named(look)
    found, pager = paged(world.memory, look, order_parts.KIND, condition, *params)
    rows = [
        (
            link(look.url(f"orders/{each['entity_id']}"), each["increment_id"]), each.get("created_at"),
            _state(each), each.get("customer_email"), money(each.get("grand_total")),
            ", ".join(f"{amount(line.get('qty_ordered'))} x {lines.sku_of(line)}" for line in lines.own(each)),
        )
        for each in found
    ]  # fmt: skip
    place = form(
        look.url("do/place-order"), "Place a storefront order", field("SKU", "sku"),
        field("Units", "quantity", 1, kind="number"),
    )  # fmt: skip
    search = form(
        look.url("orders"), "Search", field("Number holds", "q", look.query.get("q", "")), method="get"
    )
    heads = ("Number", "created_at", "State, status", "Buyer", "Total", "Lines")
    return "Orders", join((place, search, table(heads, rows, empty="No orders here."), pager))


def _state(order: Document) -> str:
    return ", ".join(str(order[name]) for name in ("state", "status") if order.get(name))


def _order(world: World, look: Look) -> tuple[str, Markup]:
    number = int(look.rest[:15]) if look.rest.isascii() and look.rest.isdigit() else 0
    order = world.memory.get(order_parts.KIND, number)
    if order is None:
        raise Unknown(f"There is no order {look.rest!r}.")
    facts = [
        ("State, status", _state(order)), ("Buyer", order.get("customer_email")),
        ("Total", money(order.get("grand_total"))),
        ("Paid", money(order.get("total_paid"))), ("Refunded", money(order.get("total_refunded"))),
        ("created_at", order.get("created_at")), ("updated_at", order["updated_at"]),
    ]  # fmt: skip
    names = ("qty_ordered", "qty_invoiced", "qty_shipped", "qty_refunded", "qty_canceled")
    rows = [
        (code(lines.sku_of(each)), each.get("name"), *(amount(each.get(name) or 0) for name in names))
        for each in lines.own(order)
    ]
    heads = ("SKU", "Name", "Ordered", "Invoiced", "Shipped", "Refunded", "Cancelled")
    pieces = [
        table(("What", "Value"), facts, empty=""),
        heading("Lines"),
        table(heads, rows, empty="It has none."),
    ]
    pieces += [
        heading("Actions"),
        _buttons(look, order),
        _ship(world, look, order),
        _refund(look, order),
    ]
    for kind, title in KINDS.items():
        made = world.memory.children(kind, order["entity_id"])
        pieces += [heading(title), _documents(look, made, {order["entity_id"]: order["increment_id"]})]
    shown = markup.document(order_views.shown(order))
    pieces += [heading("As the store words it"), markup.folded("The order in a GET", shown)]
    return f"Order {order['increment_id']}", join(pieces)


def _buttons(look: Look, order: Document) -> Markup:
    """One button a call that needs nothing else; the store says itself what it refuses."""
    key = hidden("order", order["entity_id"])
    words = {"invoice": "Invoice all that is left", "cancel": "Cancel what is left"}
    words |= {"unhold": "Take off hold"} if order.get("state") == "holded" else {"hold": "Put on hold"}
    return join(form(look.url(f"do/{name}"), text, key, is_card=False) for name, text in words.items())


def _units(order: Document, left: Callable[[Document], float]) -> list[Markup]:
    """Ask for units of each line that has some left."""
    return [
        field(
            f"Units of {lines.sku_of(line)}",
            f"units of line {line['item_id']}",
            amount(left(line)),
            kind="number",
        )
        for line in lines.own(order)
        if left(line)
    ]


def _ship(world: World, look: Look, order: Document) -> Markup:
    units = _units(order, lines.to_ship)
    if not units:
        return Markup("")
    pieces = [hidden("order", order["entity_id"]), *units]
    if world.options.msi:
        codes = [each["source_code"] for each in world.memory.all(sources.SOURCE)]
        pieces.append(markup.choice("From source", "source", codes, items.DEFAULT))
    pieces += [markup.choice("Carrier", "carrier", CARRIERS), field("Tracking number", "tracking")]
    return form(look.url("do/ship"), "Ship", *pieces)


def _refund(look: Look, order: Document) -> Markup:
    units = _units(order, lines.to_refund)
    if not units:
        return markup.paragraph("Nothing that was invoiced is left to refund.")
    back = markup.choice("Back to stock", "returns", ("no", "yes"))
    return form(look.url("do/refund"), "Refund", hidden("order", order["entity_id"]), *units, back)


def documents_page(world: World, look: Look) -> tuple[str, Markup]:
    """Invoices, shipments or credit memos."""
    kind = look.query.get("kind", invoices.KIND)
    if kind not in KINDS:
        raise Unknown(f"There are no documents of the kind {kind!r}.")
    found, pager = paged(world.memory, look, kind)
    choose = form(look.url("documents"), "Show", markup.choice("Kind", "kind", KINDS, kind), method="get")
    orders = {each["order_id"]: world.memory.get(order_parts.KIND, each["order_id"]) or {} for each in found}
    names = {number: order.get("increment_id", number) for number, order in orders.items()}
    return "Documents", join((choose, heading(KINDS[kind]), _documents(look, found, names), pager))


def _documents(look: Look, found: list[Document], names: dict[int, str]) -> Markup:
    rows = [
        (
            each["increment_id"], link(look.url(f"orders/{each['order_id']}"), names[each["order_id"]]),
            each["created_at"], each["updated_at"], _total_units(each), money(each.get("grand_total")),
            ", ".join(str(track.get("track_number")) for track in each.get("tracks") or []),
        )
        for each in found
    ]  # fmt: skip
    return table(DOCUMENT_HEADS, rows, empty="There are none.")


def _total_units(made: Document) -> str:
    return amount(sum(float(each.get("qty") or 0) for each in made.get("items") or []))
