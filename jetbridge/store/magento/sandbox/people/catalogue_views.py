"""Pages about the store itself and its products."""

from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from jetapi.sandbox.kit import markup
from jetapi.sandbox.kit.markup import code, field, form, heading, hidden, join, link, table
from jetapi.sandbox.kit.pages import Look
from jetapi.sandbox.kit.wire import Document, Unknown

from .. import auth
from ..catalogue import media, products
from ..sales import invoices, order_parts, refunds, shipments
from ..stock import items, sources
from ..world import VERSION, World
from .actions import product_page
from .rows import amount, money, named, paged

MEDIA = "/media/catalog/product"


def overview(world: World, look: Look) -> tuple[str, Markup]:
    """The store's address, keys, switches, and how much is in it."""
    options, count = world.options, world.memory.count
    keys = [
        ("Store address", code(look.request.base_url)), ("Version", f"Magento Open Source {VERSION}"),
        ("Store's time (UTC)", world.stamp()), ("Consumer key", code(auth.CONSUMER)),
        ("Consumer secret", code(auth.CONSUMER_SECRET)), ("Access token", code(auth.TOKEN)),
        ("Access token secret", code(auth.TOKEN_SECRET)),
        ("Access token as Bearer", "taken" if options.bearer else "refused, as by default since 2.4.4"),
        ("Multi-source inventory", "on" if options.msi else "off"),
        ("Companion module", "installed" if options.module else "not installed"),
        ("Denied to the integration", ", ".join(sorted(world.denied)) or "nothing"),
    ]  # fmt: skip
    held = [
        (link(look.url("products"), "Products"), count(products.KIND)),
        (link(look.url("orders"), "Orders"), count(order_parts.KIND)),
        (link(look.url("documents", kind=invoices.KIND), "Invoices"), count(invoices.KIND)),
        (link(look.url("documents", kind=shipments.KIND), "Shipments"), count(shipments.KIND)),
        (link(look.url("documents", kind=refunds.KIND), "Credit memos"), count(refunds.KIND)),
    ]
    pieces = (
        heading("How it is reached"), table(("What", "Value"), keys, empty=""),
        heading("What is here"), table(("What", "How many"), held, empty=""),
    )  # fmt: skip
    return "Overview", join(pieces)


def products_page(world: World, look: Look) -> tuple[str, Markup]:
    """All products, or the one of a SKU."""
    if look.rest:
        return _product(world, look)
    condition, params = named(look)
    found, pager = paged(world.memory, look, products.KIND, condition, *params)
    rows = [
        (
            link(look.url(product_page(doc["sku"])), code(doc["sku"])), _value(doc, "name"), doc["type_id"],
            money(_value(doc, "price")), "yes" if _value(doc, "status") == 1 else "no", doc["updated_at"],
        )
        for doc in found
    ]  # fmt: skip
    search = form(
        look.url("products"), "Search", field("SKU holds", "q", look.query.get("q", "")), method="get"
    )
    heads = ("SKU", "Name", "Kind", "Price", "Enabled", "updated_at")
    return "Products", join((search, table(heads, rows, empty="No products here."), pager))


def _value(doc: Document, name: str) -> Any:
    return products.value_of(doc, name, "all")


def _product(world: World, look: Look) -> tuple[str, Markup]:
    doc = world.memory.named(products.KIND, look.rest)
    if doc is None:
        raise Unknown(f"There is no product {look.rest!r}.")
    key = hidden("sku", doc["sku"])
    facts = [
        ("SKU", code(doc["sku"])), ("Number", doc["id"]), ("Kind", doc["type_id"]),
        ("Enabled", "yes" if _value(doc, "status") == 1 else "no"), ("Price", money(_value(doc, "price"))),
        ("Special price", money(_value(doc, "special_price"))), ("created_at", doc["created_at"]),
        ("updated_at", doc["updated_at"]),
    ]  # fmt: skip
    pieces = [table(("What", "Value"), facts, empty="")]
    if doc["type_id"] == "configurable":
        children = [world.memory.get(products.KIND, each) for each in doc["children"]]
        rows = [
            (link(look.url(product_page(each["sku"])), code(each["sku"])), _value(each, "name"))
            for each in children
            if each
        ]
        pieces += [heading("Variations"), table(("SKU", "Name"), rows, empty="It has none.")]
    else:
        pieces += _trade(world, look, doc, key)
    pieces += [heading("Pictures"), _pictures(look, doc, key), heading("As the store words it")]
    shown = products.shown(world.memory, doc, "all")
    pieces += [markup.folded("The product in a GET", markup.document(shown))]
    return str(_value(doc, "name") or doc["sku"]), join(pieces)


def _trade(world: World, look: Look, doc: Document, key: Markup) -> list[Markup]:
    """What is sold has a price, stock, and a button that buys it."""
    cost = field("Price", "price", amount(_value(doc, "price")), kind="number")
    units = field("Units", "quantity", 1, kind="number")
    return [
        heading("Price"), form(look.url("do/price"), "Save price", key, cost),
        heading("Stock"), *_stock(world, look, doc, key),
        heading("Buy it"), form(look.url("do/place-order"), "Place a storefront order", key, units),
    ]  # fmt: skip


def _stock(world: World, look: Look, doc: Document, key: Markup) -> list[Markup]:
    """One form a source; without sources one for the stock item."""
    known = [each["source_code"] for each in world.memory.all(sources.SOURCE)] if world.options.msi else []
    held = dict(world.memory.rows("SELECT source_code, status FROM source_items WHERE sku=?", doc["sku"]))
    forms = []
    for source in known or [items.DEFAULT]:
        have = items.quantity(world.memory, doc["sku"], source)
        is_in = "yes" if held.get(source, 1) else "no"
        forms.append(form(
            look.url("do/stock"), f"Save stock of {source}", key, hidden("source", source),
            field("Quantity", "quantity", amount(have), kind="number", hint="holds no row"),
            markup.choice("In stock", "in_stock", ("yes", "no"), is_in),
        ))  # fmt: skip
    return forms


def _pictures(look: Look, doc: Document, key: Markup) -> Markup:
    rows = [
        (
            markup.picture(MEDIA + quote(each["file"]), each.get("label") or each["file"]), code(each["file"]),
            ", ".join(each["types"]),
            form(look.url("do/drop-picture"), f"Remove picture {each['id']}", key, hidden("entry", each["id"]),
                 is_card=False),
        )
        for each in doc["media"]
    ]  # fmt: skip
    add = form(
        look.url("do/add-picture"), "Add picture", key,
        markup.upload("PNG, JPEG or GIF", "picture", ",".join(media.KINDS)), field("Label", "label"), has_file=True,
    )  # fmt: skip
    return join((table(("Picture", "File", "Roles", "Change"), rows, empty="It has none."), add))
