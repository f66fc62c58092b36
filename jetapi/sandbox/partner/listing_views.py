"""Pages about SKUs: all of them with what each lacks, and those under review."""

from markupsafe import Markup

from ..kit import markup
from ..kit.markup import code, form, hidden, join, table
from ..kit.wire import Document
from ..rules import review, skus
from ..words import PRODUCT_STATUSES
from .visit import ROOT, Visit, paged

SUB_STATUSES = (
    "Missing brand",
    "Missing image",
    "Missing price",
    "Missing category",
    "Missing attribute value",
    "Missing shipping weight",
    "Missing variation information",
    "Additional SKU ID needed",
    "Invalid SKU identifier",
    "Invalid category",
    "Incorrect multipack quantity",
)


def products(visit: Visit) -> Markup:
    """All SKUs with what each lacks."""
    status = visit.query.get("status", "")
    where, params = ("status=?", [status]) if status else ("", [])
    found, pager = paged(visit, "products", skus.KIND, where, *params)
    rows = [_product_row(visit, doc) for doc in found]
    choose = markup.choice(
        "Status", "status", {"": "all", **{each: each for each in PRODUCT_STATUSES}}, status
    )
    heads = ("SKU", "Title", "Status", "Price", "Stock", "Lacks")
    return join(
        (
            form(f"{ROOT}/products", "Show", hidden("mode", visit.mode), choose, method="get"),
            table(
                heads,
                rows,
                empty="No SKUs here. Send one with PUT /merchant-skus/{sku} or a MerchantSKUs file.",
            ),
            pager,
        )
    )


def _product_row(visit: Visit, doc: Document) -> tuple[object, ...]:
    stock = review.quantity(doc)
    lacks = review.lacks(visit.world, doc) + ([] if stock else ["No stock: the review does not begin"])
    status = join((doc["status"], *doc["sub_status"]), ", ")
    title = doc["content"].get("product_title", "")
    return (
        code(doc["merchant_sku"]),
        title,
        status,
        doc.get("price", {}).get("price"),
        stock,
        ", ".join(lacks),
    )


def reviews(visit: Visit) -> Markup:
    """Listings under review, with the decisions of Jet's people."""
    waiting = review.under_review(visit.world)
    found, pager = paged(visit, "reviews", skus.KIND, "status=?", waiting)
    rows = []
    for doc in found:
        lacks = review.lacks(visit.world, doc)
        begun = visit.world.schedule.is_pending(review.STEP, visit.mode, doc["merchant_sku"])
        state = "begun" if begun else "not begun: no stock"
        decisions = join((_approve(visit, doc), _refuse(visit, doc)))
        rows.append(
            (
                code(doc["merchant_sku"]),
                doc["content"].get("product_title", ""),
                state,
                ", ".join(lacks),
                decisions,
            )
        )
    heads = ("SKU", "Title", "Review", "Lacks", "Decision")
    everything = form(visit.url("do/finish-reviews"), "Finish all reviews that have begun")
    return join((everything, table(heads, rows, empty="No listing is under review."), pager))


def _approve(visit: Visit, doc: Document) -> Markup:
    pieces = hidden("sku", doc["merchant_sku"]), hidden("status", review.LIVE)
    return form(visit.url("do/review"), "Approve", *pieces, is_card=False)


def _refuse(visit: Visit, doc: Document) -> Markup:
    pieces = (
        hidden("sku", doc["merchant_sku"]),
        markup.choice("Refuse as", "status", (review.MISSING, "Excluded", "Unauthorized")),
        markup.choice("Reason", "sub_status", {"": "none", **{each: each for each in SUB_STATUSES}}),
    )
    return form(visit.url("do/review"), "Refuse", *pieces, is_card=False)
