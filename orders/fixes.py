"""What would fix a failed order, cause by cause: the sentence, and the one link where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from orders.models import FailedOrder, OrderItem
from orders.services.holds import Code


@dataclass(frozen=True)
class FixHint:
    message: str
    fix: str
    label: str = ""
    url: str = ""
    code: str = ""


def fix_hints(failure: FailedOrder) -> list[FixHint]:
    """Return the causes of a failed order, each with its fix; reads the order's lines, which may be prefetched."""
    items = {item.sku: item for item in failure.order.items.all()} if failure.order else {}
    return [_hint(cause, items) for cause in failure.causes]


def _hint(cause: dict[str, str], items: dict[str, OrderItem]) -> FixHint:
    label, url = next(_links(str(cause.get("code", "")), items.get(str(cause.get("sku", "")))), ("", ""))
    code = str(cause.get("code", ""))
    return FixHint(str(cause.get("message", "")), str(cause.get("fix", "")), label, url, code)


def _links(code: str, item: OrderItem | None) -> Iterator[tuple[str, str]]:
    if code == Code.PAYMENT_METHOD:
        yield "Payment methods", reverse("desk:configuration_tab", args=["orders"])
    if item is None:
        return
    if code in (Code.UNKNOWN_SKU, Code.SKU_IN_DOUBT):
        yield "Map SKU", reverse("orders:choose", args=[item.order_id, item.pk])
    if item.product_id and code in (Code.OUT_OF_STOCK, Code.DISABLED):
        word = "Restock" if code == Code.OUT_OF_STOCK else "Enable"
        yield word, reverse("admin:catalog_product_change", args=[item.product_id])
