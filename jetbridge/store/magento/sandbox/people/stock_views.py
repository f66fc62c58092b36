"""The page of the two ledgers: what sources hold, what is reserved, and what may be sold of it."""

from markupsafe import Markup

from jetapi.sandbox.kit.markup import code, field, form, heading, join, link, paragraph, table
from jetapi.sandbox.kit.pages import Look
from jetapi.sandbox.kit.wire import Document

from ..catalogue import products
from ..memory import StoreMemory
from ..stock import items, salable, sources
from ..world import World
from .actions import product_page
from .rows import ROWS, amount, named, paged

SALABLE = (
    "Salable is what switched-on sources hold that is in stock, plus the reservations (below zero while orders are"
    " open), less the quantity at which a product counts as sold out. On a stock other than the default it can read 0"
    " until the consumers ran."
)
NOT_OF_PARENTS = "json_extract(doc, '$.type_id') <> 'configurable'"


def stock_page(world: World, look: Look) -> tuple[str, Markup]:
    """Both ledgers by product, the last reservations, and rows that no product has."""
    memory = world.memory
    condition, params = named(look)
    found, pager = paged(memory, look, products.KIND, f"{NOT_OF_PARENTS} AND {condition}", *params)
    search = form(look.url("stock"), "Search", field("SKU holds", "q", look.query.get("q", "")), method="get")
    if not world.options.msi:
        rows = [(_name(look, doc), *_legacy(memory, doc)) for doc in found]
        return "Stock", join(
            (search, table(("SKU", "Quantity", "In stock"), rows, empty="No products."), pager)
        )
    stocks = [each["stock_id"] for each in memory.all(sources.STOCK)]
    rows = [row for doc in found for stock in stocks for row in _ledgers(memory, look, doc, stock)]
    heads = ("SKU", "Stock", "Sources hold", "Reserved", "Salable", "Sells")
    pieces = (
        search, table(heads, rows, empty="No product has stock here."), pager,
        paragraph(SALABLE),
        form(look.url("do/consume"), "Run the store's consumers", is_card=False),
        form(look.url("do/clean-up"), "Forget reservations that come to zero", is_card=False),
        heading(f"Reservations, the last {ROWS}"), _reservations(memory, look),
        heading("Source rows of no product"), _ghosts(memory),
    )  # fmt: skip
    return "Stock", join(pieces)


def _name(look: Look, doc: Document) -> Markup:
    return link(look.url(product_page(doc["sku"])), code(doc["sku"]))


def _legacy(memory: StoreMemory, doc: Document) -> tuple[object, ...]:
    item = items.legacy(memory, doc)
    return amount(item["qty"]), "yes" if item["is_in_stock"] else "no"


def _ledgers(memory: StoreMemory, look: Look, doc: Document, stock: int) -> list[tuple[object, ...]]:
    """Return a product's row of a stock, or none where the stock has nothing of it."""
    if not salable.has_rows(memory, doc["sku"], stock):
        return []
    codes = sources.codes_of(memory, stock)
    sql = "SELECT source_code, quantity, status FROM source_items WHERE sku=? ORDER BY id"
    held = [
        f"{source}: {amount(quantity)}{'' if status else ' (out of stock)'}"
        for source, quantity, status in memory.rows(sql, doc["sku"])
        if source in codes
    ]
    quantity, sells = salable.exported(memory, doc, stock)
    reserved = amount(salable.reserved(memory, doc["sku"], stock))
    return [(_name(look, doc), stock, ", ".join(held), reserved, amount(quantity), "yes" if sells else "no")]


def _reservations(memory: StoreMemory, look: Look) -> Markup:
    sql = (
        "SELECT r.id, r.stock_id, r.sku, r.quantity, r.event, r.increment_id, o.id FROM reservations r"
        " LEFT JOIN entities o ON o.kind='order' AND o.name=r.increment_id ORDER BY r.id DESC LIMIT ?"
    )
    rows = [
        (
            number,
            stock,
            code(sku),
            amount(quantity),
            event,
            link(look.url(f"orders/{order}"), name) if order else name,
        )
        for number, stock, sku, quantity, event, name, order in memory.rows(sql, ROWS)
    ]
    return table(("Number", "Stock", "SKU", "Quantity", "Event", "Order"), rows, empty="Nothing is reserved.")


def _ghosts(memory: StoreMemory) -> Markup:
    sql = (
        "SELECT sku, source_code, quantity FROM source_items WHERE NOT EXISTS"
        " (SELECT 1 FROM entities WHERE kind='product' AND name=sku) ORDER BY id DESC LIMIT ?"
    )
    rows = [(code(sku), source, amount(quantity)) for sku, source, quantity in memory.rows(sql, ROWS)]
    return table(("SKU", "Source", "Quantity"), rows, empty="There are none.")
