"""What would fix a failed order, cause by cause: the sentence, and where it is done, mostly on the order's page."""

from dataclasses import dataclass, replace

from django.urls import reverse

from orders.models import FailedOrder, OrderItem
from orders.selectors import Candidate, candidates
from orders.services.holds import Code, Fix

WORDS = {Fix.RESTOCK: "Restock", Fix.ENABLE: "Enable", Fix.MAP: "Map SKU"}


@dataclass(frozen=True)
class FixHint:
    message: str
    fix: str
    label: str = ""
    url: str = ""
    code: str = ""
    # The line that is fixed on the order's page, and how.
    item: OrderItem | None = None
    what: Fix | None = None
    # Units on hand with which this order can be filled; products that may be meant by an unknown SKU.
    enough: int = 0
    candidates: tuple[Candidate, ...] = ()


def in_place(failure: FailedOrder) -> list[FixHint]:
    """Return the same with what their forms on the order's page start from; reads products that may be meant."""
    return [_filled(hint, failure) for hint in fix_hints(failure)]


def _filled(hint: FixHint, failure: FailedOrder) -> FixHint:
    item = hint.item
    if item is None or failure.order is None:
        return hint
    if hint.what == Fix.MAP:
        return replace(hint, candidates=tuple(candidates(item)))
    if hint.what == Fix.RESTOCK and item.product is not None:
        lines = [each for each in failure.order.items.all() if each.product_id == item.product_id]
        return replace(hint, enough=item.product.reserved + sum(each.units_needed for each in lines))
    return hint


def fix_hints(failure: FailedOrder) -> list[FixHint]:
    """Return the causes of a failed order, each with its fix; reads the order's lines, which may be prefetched."""
    items = {item.sku: item for item in failure.order.items.all()} if failure.order else {}
    return [_hint(cause, items) for cause in failure.causes]


def _hint(cause: dict[str, str], items: dict[str, OrderItem]) -> FixHint:
    code, item = str(cause.get("code", "")), items.get(str(cause.get("sku", "")))
    hint = FixHint(str(cause.get("message", "")), str(cause.get("fix", "")), code=code)
    if code == Code.PAYMENT_METHOD:
        url = reverse("desk:configuration_tab", args=["orders"])
        return replace(hint, label="Payment methods", url=url)
    if item is None or not (what := _what(code, item)):
        return hint
    url = f"{reverse('admin:orders_order_change', args=[item.order_id])}#fix-{item.pk}"
    return replace(hint, label=WORDS[what], url=url, item=item, what=what)


def _what(code: str, item: OrderItem) -> Fix | None:
    """Return how a line is fixed, or None where its cause is not the line's own."""
    if code in (Code.UNKNOWN_SKU, Code.SKU_IN_DOUBT):
        return Fix.MAP
    if item.product_id and code in (Code.OUT_OF_STOCK, Code.DISABLED):
        return Fix.RESTOCK if code == Code.OUT_OF_STOCK else Fix.ENABLE
    return None
