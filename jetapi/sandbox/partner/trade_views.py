"""Pages about orders, returns and refunds, with their generators."""

from urllib.parse import quote

from markupsafe import Markup

from ..kit import markup
from ..kit.markup import code, field, form, heading, hidden, join, link, paragraph, table
from ..kit.wire import Document
from ..rules import orders, refunds, returns
from ..words import ORDER_STATUSES, RETURN_REASONS
from .visit import ROOT, ROWS, Visit, paged


def order_pages(visit: Visit) -> Markup:
    """The order generator and the orders; or one order."""
    return _order(visit) if visit.rest else _orders(visit)


def _orders(visit: Visit) -> Markup:
    status = visit.query.get("status", "")
    where, params = ("status=?", [status]) if status else ("", [])
    found, pager = paged(visit, "orders", orders.KIND, where, *params)
    rows = [
        (
            link(
                visit.url(f"orders/{quote(order['merchant_order_id'], safe='')}"),
                code(order["merchant_order_id"]),
            ),
            order["status"],
            order.get("exception_state"),
            order["order_placed_date"][:16],
            ", ".join(
                f"{item['request_order_quantity']} x {item['merchant_sku']}" for item in order["order_items"]
            ),
            order.get("_tag"),
        )
        for order in found
    ]
    generator = form(
        visit.url("do/generate-orders"),
        "Generate",
        field("SKU", "sku"),
        field("Quantity", "quantity", 1, kind="number", size=4),
        field("of which to cancel", "cancel_quantity", 0, kind="number", size=4),
        field("Price (blank: the SKU's)", "price", size=8),
        field("How many orders", "count", 1, kind="number", size=4),
        markup.choice("Status", "status", ORDER_STATUSES, "ready"),
    )
    choose = markup.choice("Status", "status", {"": "all", **{each: each for each in ORDER_STATUSES}}, status)
    heads = ("Order", "Status", "Exception", "Placed", "Items", "Tag")
    return join(
        (
            heading("Order generator"),
            generator,
            heading("Orders"),
            form(f"{ROOT}/orders", "Show", hidden("mode", visit.mode), choose, method="get"),
            table(heads, rows, empty="No orders here. Generate one above."),
            pager,
        )
    )


def _order(visit: Visit) -> Markup:
    order = orders.load(visit.world, visit.mode, visit.rest)
    key = hidden("order_id", order["merchant_order_id"])
    shipped = orders.shipped_by_item(order)
    rows = []
    for item in order["order_items"]:
        item_id = hidden("order_item_id", item["order_item_id"])
        quantity = field("Units", "quantity", 1, kind="number", size=4)
        reason = markup.choice("Reason", "reason", RETURN_REASONS)
        changes = [
            form(visit.url("do/request-cancel"), "Ask to cancel", key, item_id, quantity, is_card=False)
        ]
        if shipped[item["order_item_id"]]:
            changes.append(
                form(
                    visit.url("do/open-return"), "Open return", key, item_id, quantity, reason, is_card=False
                )
            )
        asked = item["request_order_cancel_qty"]
        rows.append(
            (
                code(item["merchant_sku"]),
                orders.units_of(item),
                asked,
                shipped[item["order_item_id"]],
                join(changes),
            )
        )
    heads = ("SKU", "Ordered", "To be cancelled", "Shipped", "What the buyer does")
    return join(
        (
            paragraph(
                join(
                    (code(order["merchant_order_id"]), order["status"], order.get("exception_state", "")), " "
                )
            ),
            table(heads, rows, empty=""),
            heading("As Jet words it"),
            markup.document(orders.as_shown(order, compat=visit.world.options.compat)),
        )
    )


def return_pages(visit: Visit) -> Markup:
    """The return generator, the returns, and the refunds."""
    found, pager = paged(visit, "returns", returns.KIND, "")
    rows = [
        (
            code(doc["merchant_return_authorization_id"]),
            doc["return_status"],
            doc["return_date"][:16],
            link(
                visit.url(f"orders/{quote(doc['merchant_order_id'], safe='')}"),
                code(doc["merchant_order_id"]),
            ),
            ", ".join(
                f"{item['return_quantity']} x {item.get('merchant_sku')}"
                for item in doc["return_merchant_SKUs"]
            ),
        )
        for doc in found
    ]
    generator = form(
        visit.url("do/open-return"),
        "Open return of all that was shipped",
        field("Order", "order_id", size=36),
    )
    given = visit.world.store.newest(refunds.KIND, visit.mode, "", skip=0, limit=ROWS)
    heads = ("Return", "Status", "Asked", "Order", "Items")
    return join(
        (
            heading("Return generator"),
            generator,
            heading("Returns"),
            table(heads, rows, empty="No returns here. Open one for a shipped order."),
            pager,
            heading("Refunds"),
            table(
                ("Refund", "Merchant's id", "Status", "Decision"),
                [_refund_row(visit, each) for each in given],
                empty="No refunds here.",
            ),
        )
    )


def _refund_row(visit: Visit, refund: Document) -> tuple[object, ...]:
    key = hidden("refund_authorization_id", refund["refund_authorization_id"])
    decisions = markup.choice("Decide", "status", refunds.STATUSES[2:])
    is_open = refund["refund_status"] in refunds.STATUSES[:2]
    decide = form(visit.url("do/decide-refund"), "Decide", key, decisions, is_card=False) if is_open else ""
    return code(refund["refund_authorization_id"]), refund["alt_refund_id"], refund["refund_status"], decide
