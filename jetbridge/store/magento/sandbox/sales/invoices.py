"""Invoices: shipping goes with the first, and the last share of a line's tax takes the rest."""

from typing import Any

from ..call import Call, Route
from ..contract import number as plain_number
from ..memory import StoreMemory
from ..stock import items
from . import documents, lines, order_parts, shipments, states
from .amounts import cents, share, with_base

KIND = "invoice"
RESOURCE = "Magento_Sales::sales_invoice"
FIELDS = ("created_at", "state", "grand_total", "store_id")


def invoice(call: Call) -> str:
    """
    Invoice what is named, or all that is left; the number comes as text.

    :raises Refusal: nothing to invoice, or more than is left
    """
    return str(make(call, order_parts.find(call.memory, call.number("orderId")), call.body)["entity_id"])


def make(call: Call, order: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    memory, stamp = call.memory, call.world.stamp()
    chosen = _chosen(order, body.get("items"))
    number = memory.number(KIND)
    rows = [_item(memory, number, line, quantity) for line, quantity in chosen]
    left = order.get("shipping_amount") or 0
    is_first = not order.get("shipping_invoiced") and not order.get("total_invoiced")
    shipping = float(left) if is_first else 0.0
    shipping_tax = float(order.get("shipping_tax_amount") or 0) if is_first else 0.0
    tax = cents(sum(row["tax_amount"] for row in rows) + shipping_tax)
    discount = cents(sum(row.pop("discount") for row in rows))
    subtotal = cents(sum(row["row_total"] for row in rows))
    total = cents(subtotal + tax + shipping - discount)
    money = {
        "discount_amount": -discount or 0.0,
        "grand_total": total,
        "shipping_amount": shipping,
        "shipping_incl_tax": cents(shipping + shipping_tax),
        "shipping_tax_amount": shipping_tax,
        "subtotal": subtotal,
        "subtotal_incl_tax": cents(sum(row["row_total_incl_tax"] for row in rows)),
        "tax_amount": tax,
        "discount_tax_compensation_amount": 0.0,
    }
    made = (
        documents.begun(order, number, stamp)
        | with_base(money)
        | {
            "can_void_flag": 0,
            "state": 2,
            "total_qty": plain_number(sum(quantity for _, quantity in chosen)),
            "items": rows,
            "comments": lines.comment_of(body, memory.number("invoice_comment"), number, stamp),
        }
    )
    for (line, quantity), row in zip(chosen, rows, strict=True):
        lines.count(order, line, "qty_invoiced", quantity)
        _book(line, row, stamp)
    # What nobody ships leaves with its invoice.
    loaded = [(line, quantity) for line, quantity in chosen if line.get("is_virtual")]
    shipments.take(memory, order, loaded, items.DEFAULT)
    _book_order(order, money)
    states.settle(order)
    order_parts.save(memory, order, stamp)
    documents.save(memory, KIND, made)
    return made


def _chosen(order: dict[str, Any], given: list[dict[str, Any]] | None) -> list[tuple[dict[str, Any], float]]:
    asked = (
        lines.asked(order, given) if given else [(each, lines.to_invoice(each)) for each in lines.own(order)]
    )
    problems, found = [], []
    for line, quantity in asked:
        if line is None:
            problems.append("The invoice contains one or more items that are not part of the original order.")
        elif line.get("parent_item_id") or not lines.to_invoice(line):
            continue
        elif quantity > lines.to_invoice(line) + 0.0001:
            sku = lines.sku_of(line)
            problems.append(
                f'The quantity to invoice must not be greater than the uninvoiced quantity for product SKU "{sku}".'
            )
        elif quantity > 0:
            found.append((line, quantity))
    if not found:
        problems.append("The invoice can't be created without products. Add products and try again.")
    if order.get("state") in ("holded", "canceled", "closed", "payment_review"):
        problems.append(f"An invoice cannot be created when an order has a status of {order.get('status')}")
    elif not any(lines.to_invoice(each) for each in lines.own(order)):
        problems.append("The order does not allow an invoice to be created.")
    lines.validate("Invoice", problems)
    return found


def _item(memory: StoreMemory, number: int, line: dict[str, Any], quantity: float) -> dict[str, Any]:
    ordered, done = lines.number_of(line, "qty_ordered"), lines.number_of(line, "qty_invoiced")
    row = cents(lines.number_of(line, "price") * quantity)
    tax = share(line.get("tax_amount"), done + quantity, ordered, line.get("tax_invoiced"))
    money = {
        "price": lines.number_of(line, "price"),
        "price_incl_tax": lines.number_of(line, "price_incl_tax"),
        "row_total": row,
        "row_total_incl_tax": cents(lines.number_of(line, "price_incl_tax") * quantity) or row,
        "tax_amount": tax,
        "discount_tax_compensation_amount": 0.0,
    }
    found = {"base_cost": 0, "entity_id": memory.number("invoice_item"), "parent_id": number}
    found |= {name: line[name] for name in ("name", "product_id", "sku") if name in line}
    discount = share(line.get("discount_amount"), done + quantity, ordered, line.get("discount_invoiced"))
    return (
        found
        | with_base(money)
        | {
            "order_item_id": line["item_id"],
            "qty": plain_number(quantity),
            "discount": discount,
        }
    )


def _book(line: dict[str, Any], row: dict[str, Any], stamp: str) -> None:
    done, ordered = (lines.number_of(line, name) for name in ("qty_invoiced", "qty_ordered"))
    sums = {
        "row_invoiced": cents(lines.number_of(line, "row_invoiced") + row["row_total"]),
        "tax_invoiced": cents(lines.number_of(line, "tax_invoiced") + row["tax_amount"]),
        "discount_invoiced": share(line.get("discount_amount"), done, ordered),
        "discount_tax_compensation_invoiced": 0.0,
    }
    line |= with_base(sums) | {"updated_at": stamp, "weee_tax_applied": "[]"}


def _book_order(order: dict[str, Any], money: dict[str, float]) -> None:
    def added(name: str, amount: float) -> float:
        return cents(float(order.get(name) or 0) + amount)

    sums = {
        "total_invoiced": added("total_invoiced", money["grand_total"]),
        "total_paid": added("total_paid", money["grand_total"]),
        "subtotal_invoiced": added("subtotal_invoiced", money["subtotal"]),
        "tax_invoiced": added("tax_invoiced", money["tax_amount"]),
        "shipping_invoiced": added("shipping_invoiced", money["shipping_amount"]),
        "discount_invoiced": added("discount_invoiced", money["discount_amount"]),
        "discount_tax_compensation_invoiced": 0.0,
    }
    sums["total_due"] = max(cents(float(order.get("grand_total") or 0) - sums["total_paid"]), 0.0)
    order |= with_base(sums) | {"base_total_invoiced_cost": 0}
    paid = {"amount_paid": sums["total_paid"], "shipping_captured": sums["shipping_invoiced"]}
    order["payment"] |= with_base(paid)


def capture(call: Call) -> str:
    return str(documents.find(call.memory, KIND, call.number("id")) and 1)


ROUTES = (
    Route("POST", "order/{orderId}/invoice", "Magento_Sales::invoice", invoice),
    Route("GET", "invoices", RESOURCE, documents.lister(KIND, FIELDS)),
    Route("GET", "invoices/{id}", RESOURCE, documents.reader(KIND)),
    Route("GET", "invoices/{id}/comments", RESOURCE, documents.comments(KIND)),
    Route("POST", "invoices", RESOURCE, documents.keeper(KIND)),
    Route("POST", "invoices/comments", RESOURCE, documents.commenter(KIND)),
    Route("POST", "invoices/{id}/emails", RESOURCE, documents.there(KIND)),
    Route("POST", "invoices/{id}/capture", RESOURCE, capture),
    Route("POST", "invoices/{id}/void", RESOURCE, documents.there(KIND)),
)
