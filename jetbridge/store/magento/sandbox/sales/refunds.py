"""
Credit memos. Refunded units are taken from those not yet shipped first, whatever was meant, and what that does to the
two ledgers depends on whether they are said to return to stock.
"""

from typing import Any

from ..call import Call, Route
from ..contract import number as plain_number
from ..errors import refused
from ..memory import StoreMemory
from ..stock import items, salable, sources
from . import cart_totals, documents, invoices, lines, order_parts, states
from .amounts import cents, share, with_base

KIND = "creditmemo"
RESOURCE = "Magento_Sales::sales_creditmemo"
Chosen = list[tuple[dict[str, Any], float]]


def refund(call: Call) -> str:
    """
    Refund what is named, and without a list all that is left; the number comes as text.

    :raises Refusal: more units or money than are left, or a line to return to stock that is not refunded here
    """
    order = order_parts.find(call.memory, call.number("orderId"))
    return str(make(call, order, call.body)["entity_id"])


def refund_document(call: Call) -> dict[str, Any]:
    """
    Refund by a credit memo that is written out: its lines, shipping and adjustments count.

    :raises Refusal: as of any other refund
    """
    given = call.body["creditmemo"]
    order = order_parts.find(call.memory, given.get("order_id") or 0)
    names = ("shipping_amount", "adjustment_positive", "adjustment_negative")
    arguments = {name: given[name] for name in names if given.get(name) is not None}
    named = given.get("items") or []
    rows = [{"order_item_id": each.get("order_item_id"), "qty": each.get("qty") or 0} for each in named]
    return make(call, order, {"items": rows or None, "arguments": arguments})


def cancel(call: Call) -> Any:
    documents.find(call.memory, KIND, call.number("id"))
    raise refused("You can not cancel Credit Memo")


def refund_invoice(call: Call) -> str:
    """
    Refund an invoice; here a line's tax is rounded by itself.

    :raises Refusal: there is no such invoice, its payment does not do that, or too little of it is left
    """
    found = documents.find(call.memory, invoices.KIND, call.number("invoiceId"))
    order = order_parts.find(call.memory, found["order_id"])
    refunded = float(order.get("total_refunded") or 0)
    is_over = bool(refunded) and refunded >= float(found["grand_total"])
    takes_it = (order.get("payment") or {}).get("method") == cart_totals.COMPANIONS
    if is_over or not takes_it or not any(lines.to_refund(each) for each in lines.own(order)):
        lines.validate("Creditmemo", ["We can't create creditmemo for the invoice."])
    return str(make(call, order, call.body, is_rounded_alone=True)["entity_id"])


def make(
    call: Call, order: dict[str, Any], body: dict[str, Any], *, is_rounded_alone: bool = False
) -> dict[str, Any]:
    memory, stamp, arguments = call.memory, call.world.stamp(), body.get("arguments") or {}
    given = body.get("items")
    chosen, problems = _chosen(order, given)
    number = memory.number(KIND)
    rows = [_item(memory, number, line, quantity, is_rounded_alone) for line, quantity in chosen]
    money = _money(order, rows, arguments)
    left = cents(float(order.get("total_paid") or 0) - float(order.get("total_refunded") or 0))
    if money["grand_total"] > left + 0.0001 and (not problems or not left):
        problems.insert(0, f"The most money available to refund is {plain_number(left)}.")
    if order.get("state") in ("holded", "canceled", "closed"):
        problems.append(
            f"A creditmemo can not be created when an order has a status of {order.get('status')}"
        )
    lines.validate("Creditmemo", problems)
    back = set((arguments.get("extension_attributes") or {}).get("return_to_stock_items") or [])
    _check_returned(order, chosen, back)
    for line, quantity in chosen:
        _move_stock(memory, order, line, quantity, returns=line["item_id"] in back)
    return _booked(memory, order, body, chosen, rows, money, number, stamp)


def _booked(  # noqa: PLR0913 - one document's parts
    memory: StoreMemory,
    order: dict[str, Any],
    body: dict[str, Any],
    chosen: Chosen,
    rows: list[dict[str, Any]],
    money: dict[str, float],
    number: int,
    stamp: str,
) -> dict[str, Any]:
    shown = {name: value for name, value in money.items() if not name.startswith("discount_of")}
    made = (
        documents.begun(order, number, stamp)
        | with_base(shown)
        | {
            "state": 2,
            "items": rows,
            "comments": lines.comment_of(body, memory.number("memo_comment"), number, stamp),
        }
    )
    for (line, quantity), row in zip(chosen, rows, strict=True):
        lines.count(order, line, "qty_refunded", quantity)
        sums = {
            "amount_refunded": cents(lines.number_of(line, "amount_refunded") + row["row_total"]),
            "tax_refunded": cents(lines.number_of(line, "tax_refunded") + row["tax_amount"]),
        }
        line |= with_base(sums) | {"updated_at": stamp}
    _book_order(order, money)
    states.settle(order)
    order_parts.save(memory, order, stamp)
    documents.save(memory, KIND, made)
    return made


def _chosen(order: dict[str, Any], given: list[dict[str, Any]] | None) -> tuple[Chosen, list[str]]:
    if given is None:
        return [(each, lines.to_refund(each)) for each in lines.own(order) if lines.to_refund(each)], []
    found, problems = [], []
    for line, quantity in lines.asked(order, given):
        if line is None:
            problems.append("The creditmemo contains product item that is not part of the original order.")
        elif line.get("parent_item_id"):
            continue
        else:
            found.append((line, quantity))
            if quantity > lines.to_refund(line) + 0.0001:
                problems.append("The quantity to refund must not be greater than the unrefunded quantity.")
    return found, problems


def _item(
    memory: StoreMemory, number: int, line: dict[str, Any], quantity: float, is_rounded_alone: bool
) -> dict[str, Any]:
    done = lines.number_of(line, "qty_refunded")
    of = lines.number_of(line, "qty_invoiced") or lines.number_of(line, "qty_ordered")
    whole = line.get("tax_invoiced") or line.get("tax_amount")
    # Of no units there is no tax: what was rounded up before is not taken back.
    given = 0 if is_rounded_alone else line.get("tax_refunded")
    tax = share(whole, quantity if is_rounded_alone else done + quantity, of, given) if quantity else 0.0
    row = cents(lines.number_of(line, "price") * quantity)
    money = {
        "price": lines.number_of(line, "price"),
        "price_incl_tax": lines.number_of(line, "price_incl_tax"),
        "row_total": row,
        "row_total_incl_tax": cents(lines.number_of(line, "price_incl_tax") * quantity) or row,
        "tax_amount": tax,
        "discount_tax_compensation_amount": 0.0,
    }
    found = {"base_cost": 0, "entity_id": memory.number("memo_item"), "order_item_id": line["item_id"]}
    found |= {"parent_id": number, "base_weee_tax_row_disposition": 0}
    found |= {name: line[name] for name in ("name", "product_id", "sku") if name in line}
    discount = share(
        line.get("discount_invoiced"), done + quantity, of, share(line.get("discount_invoiced"), done, of)
    )
    if discount:
        money["discount_amount"] = discount
    return (
        found
        | with_base(money)
        | {
            "qty": plain_number(quantity),
            "weee_tax_applied": "[]",
            "weee_tax_applied_row_amount": 0,
            "weee_tax_row_disposition": 0,
        }
    )


def _money(order: dict[str, Any], rows: list[dict[str, Any]], arguments: dict[str, Any]) -> dict[str, float]:
    left = cents(float(order.get("shipping_invoiced") or 0) - float(order.get("shipping_refunded") or 0))
    given = arguments.get("shipping_amount")
    shipping = float(given) if given is not None else left
    tax_left = float(order.get("shipping_tax_amount") or 0) - float(order.get("shipping_tax_refunded") or 0)
    shipping_tax = cents(tax_left) if shipping and shipping >= left else 0.0
    up = float(arguments.get("adjustment_positive") or 0)
    down = float(arguments.get("adjustment_negative") or 0)
    subtotal = cents(sum(row["row_total"] for row in rows))
    tax = cents(sum(row["tax_amount"] for row in rows) + shipping_tax)
    discount = cents(sum(row.get("discount_amount", 0) for row in rows))
    return {
        "adjustment": cents(up - down),
        "adjustment_negative": down,
        "adjustment_positive": up,
        "discount_amount": -discount or 0.0,
        "grand_total": cents(subtotal + tax + shipping - discount + up - down),
        "discount_tax_compensation_amount": 0.0,
        "shipping_amount": shipping,
        "shipping_incl_tax": cents(shipping + shipping_tax),
        "shipping_tax_amount": shipping_tax,
        "subtotal": subtotal,
        "subtotal_incl_tax": cents(sum(row["row_total_incl_tax"] for row in rows)),
        "tax_amount": tax,
    }


def _check_returned(order: dict[str, Any], chosen: Chosen, back: set[int]) -> None:
    here = {line["item_id"] for line, _ in chosen}
    for number in sorted(back - here):
        line = next((each for each in order["lines"] if each["item_id"] == number), None)
        sku = lines.sku_of(line) if line is not None else str(number)
        raise refused(f'The "{sku}" product is not part of the current creditmemo.')


def _move_stock(
    memory: StoreMemory, order: dict[str, Any], line: dict[str, Any], quantity: float, *, returns: bool
) -> None:
    gone = lines.number_of(line, "qty_shipped") + lines.number_of(line, "qty_canceled")
    unshipped_before = lines.number_of(line, "refunded_unshipped")
    unshipped = min(quantity, max(lines.number_of(line, "qty_ordered") - gone - unshipped_before, 0))
    line["refunded_unshipped"] = unshipped_before + unshipped
    stock, number = order.get("stock_id", 1), order["increment_id"]
    for sku, units in lines.taken(order, line, 1):
        doc = memory.named("product", sku)
        if doc is None or not items.is_managed(doc):
            continue
        if unshipped and returns:
            salable.reserve(memory, stock, sku, unshipped * units, "creditmemo_created", number)
        elif unshipped:
            _write_off(memory, order, sku, stock, unshipped * units)
        if quantity > unshipped and returns:
            source = line["shipped_from"][-1][0] if line.get("shipped_from") else items.DEFAULT
            items.move(memory, sku, source, (quantity - unshipped) * units)


def _write_off(memory: StoreMemory, order: dict[str, Any], sku: str, stock: int, quantity: float) -> None:
    """Take units from the first source that has them; where none has, they stay reserved for good."""
    for code in sources.by_priority(memory, stock):
        held = items.quantity(memory, sku, code)
        if held is not None and held >= quantity:
            items.move(memory, sku, code, -quantity)
            salable.reserve(memory, stock, sku, quantity, "creditmemo_created", order["increment_id"])
            return


def _book_order(order: dict[str, Any], money: dict[str, float]) -> None:
    names = {
        "total_refunded": "grand_total",
        "subtotal_refunded": "subtotal",
        "tax_refunded": "tax_amount",
        "shipping_refunded": "shipping_amount",
        "shipping_tax_refunded": "shipping_tax_amount",
        "total_offline_refunded": "grand_total",
    }
    sums = {name: cents(float(order.get(name) or 0) + money[part]) for name, part in names.items()}
    order |= with_base(sums)


ROUTES = (
    Route("POST", "order/{orderId}/refund", "Magento_Sales::creditmemo", refund),
    Route("POST", "invoice/{invoiceId}/refund", "Magento_Sales::sales_invoice", refund_invoice),
    Route("GET", "creditmemos", RESOURCE, documents.lister(KIND, invoices.FIELDS)),
    Route("GET", "creditmemo/{id}", RESOURCE, documents.reader(KIND)),
    Route("GET", "creditmemo/{id}/comments", RESOURCE, documents.comments(KIND)),
    Route("POST", "creditmemo/{id}/comments", RESOURCE, documents.commenter(KIND)),
    Route("POST", "creditmemo/{id}/emails", RESOURCE, documents.there(KIND)),
    Route("PUT", "creditmemo/{id}", RESOURCE, cancel),
    Route("POST", "creditmemo/refund", RESOURCE, refund_document),
    Route("POST", "creditmemo", RESOURCE, documents.keeper(KIND)),
)
