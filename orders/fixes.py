"""What would fix failed orders: cause by cause on an order's page, and all of one cause at once above their list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.urls import reverse

from orders.models import FailedOrder, OrderItem
from orders.selectors import Candidate, candidates
from orders.services.holds import Code, Fix

TITLES = {
    Code.OUT_OF_STOCK: "Out of stock",
    Code.DISABLED: "Disabled",
    Code.UNKNOWN_SKU: "Unknown SKU",
    Code.SKU_IN_DOUBT: "SKU in doubt",
    Code.PAYMENT_METHOD: "Payment method not accepted",
    Code.REFUSED: "Refused by Jet",
    Code.UNREADABLE: "Unreadable",
}
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


@dataclass
class Line:
    """What one SKU holds up, and a line of it where it is fixed."""

    sku: str
    item: OrderItem | None
    message: str
    orders: int = 0


@dataclass
class Group:
    """Held orders of one cause: how many, their value in US$, and the SKUs behind it."""

    code: str
    orders: int = 0
    amount: Decimal = Decimal(0)
    by_sku: dict[str, Line] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The cause as an adjective."""
        return TITLES.get(Code(self.code), self.code) if self.code in set(Code) else "Other"

    @property
    def lines(self) -> list[Line]:
        """The SKUs, what holds up most first."""
        return sorted(self.by_sku.values(), key=lambda line: (-line.orders, line.sku))


def groups(failures: Sequence[FailedOrder]) -> list[Group]:
    """Return these orders by cause, the dearest first: each once, by the first thing that stands in its way."""
    found: dict[str, Group] = {}
    for failure in failures:
        first: dict[str, str] = next(iter(failure.causes), {})
        code = str(first.get("code", ""))
        group = found.setdefault(code, Group(code))
        group.orders += 1
        group.amount += failure.order.base_total if failure.order else Decimal(0)
        items = {item.sku: item for item in failure.order.items.all()} if failure.order else {}
        alike = {str(each.get("sku", "")): each for each in failure.causes if each.get("code") == code}
        for sku, cause in alike.items():
            message = str(cause.get("message", ""))
            group.by_sku.setdefault(sku, Line(sku, items.get(sku), message)).orders += 1
    return sorted(found.values(), key=lambda group: (-group.amount, group.code))
