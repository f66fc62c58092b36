"""Why an order cannot be filled, what would fix it, what answer each item gets; and the failed orders' rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from catalog.products.models import Product
from catalog.products.skus import Spellings, differ_in_case, doubts
from jetbridge.core import history
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.inbox import notifications
from orders import selectors
from orders.jet.acknowledgements import ItemAnswer
from orders.models import FailedOrder, Order, OrderItem


class Code(StrEnum):
    UNREADABLE = "unreadable"
    UNKNOWN_SKU = "unknown_sku"
    SKU_IN_DOUBT = "sku_in_doubt"
    DISABLED = "disabled"
    OUT_OF_STOCK = selectors.OUT_OF_STOCK
    PAYMENT_METHOD = "payment_method"
    REFUSED = "refused"


class Fix(StrEnum):
    """What a person does about one line of a held order, in its place."""

    RESTOCK = "restock"
    ENABLE = "enable"
    MAP = "map"


# Only what makes an order impossible to fill lets us reject it; the rest is the panel's own trouble.
REJECTING = frozenset({Code.UNKNOWN_SKU, Code.DISABLED, Code.OUT_OF_STOCK})
ITEM_STATUSES = {
    Code.UNKNOWN_SKU: ItemAnswer.UNKNOWN_SKU,
    Code.DISABLED: ItemAnswer.NO_INVENTORY,
    Code.OUT_OF_STOCK: ItemAnswer.NO_INVENTORY,
}


@dataclass(frozen=True)
class Cause:
    """One thing that stands in the way, and what fixes it."""

    code: str
    sku: str
    message: str
    fix: str


def causes(*, items: Sequence[OrderItem], products: Spellings[Product], config: Configuration) -> list[Cause]:
    """Return everything that keeps these lines from being filled, all at once."""
    found = [cause for item in items if (cause := _line_cause(item, products))]
    named = {cause.sku for cause in found}
    found += _stock_causes([item for item in items if item.sku not in named], products, config)
    if config.payment_method in config.disabled_payment_methods:
        found.append(
            Cause(
                Code.PAYMENT_METHOD,
                "",
                f"The payment method “{config.get_payment_method_display()}” is not available.",
                "Enable it, or choose another payment method in Configuration.",
            )
        )
    return found


def unreadable(reason: str) -> Cause:
    """Return the cause for an order that Jet words in a way that cannot be imported."""
    return Cause(Code.UNREADABLE, "", reason, "Nothing to do here: the next fetch of orders reads it again.")


def short_of_stock(skus: Iterable[str]) -> list[Cause]:
    """Return the causes for SKUs of which another order took the last units at the same moment."""
    return [
        Cause(Code.OUT_OF_STOCK, sku, f"{sku} is out of stock.", "Restock it.") for sku in dict.fromkeys(skus)
    ]


def product_of(item: OrderItem, products: Spellings[Product]) -> Product | None:
    """Return the product that a person chose for the line, else the one that its SKU stands for."""
    return item.product if item.product_id else products.get(item.sku)


def as_json(found: Iterable[Cause]) -> list[dict[str, Any]]:
    """Word causes for their JSON column."""
    return [asdict(cause) for cause in found]


def is_rejecting(stored: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether stored causes allow a rejection."""
    return any(cause.get("code") in REJECTING for cause in stored)


def reject_at(
    *, ready_at: datetime | None, found: Iterable[Mapping[str, Any]], config: Configuration
) -> datetime | None:
    """Return when an order that stays as it is gets rejected; None: never by us."""
    if not config.auto_cancel or ready_at is None or not is_rejecting(found):
        return None
    return ready_at + timedelta(minutes=config.reject_after_minutes)


def item_statuses(items: Iterable[OrderItem], stored: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return Jet's word for each line of an order that is rejected for these causes."""
    by_sku = {str(cause["sku"]): ITEM_STATUSES.get(cause["code"]) for cause in stored if cause.get("sku")}
    return {item.pk: by_sku.get(item.sku) or ItemAnswer.FULFILLABLE for item in items}


def remark_spellings(order: Order, items: Iterable[OrderItem]) -> None:
    """Say on the order where Jet's SKU is spelled otherwise than its product's; Jet is answered in its own."""
    for item in items:
        if item.product is not None and differ_in_case(item.sku, item.product.sku):
            message = (
                f"Jet's {item.sku} was taken for {item.product.sku}, the only SKU in the store that differs "
                f"from it in case alone. Jet is answered with {item.sku}."
            )
            history.record("SKU spelled otherwise", order, message=message)


def _line_cause(item: OrderItem, products: Spellings[Product]) -> Cause | None:
    product = product_of(item, products)
    if product is None and (alike := products.in_doubt(item.sku)):
        fix = "Choose which product is meant, or give one of them another SKU."
        return Cause(Code.SKU_IN_DOUBT, item.sku, doubts(item.sku, alike), fix)
    if product is None:
        return Cause(
            Code.UNKNOWN_SKU,
            item.sku,
            f"{item.sku or 'An item without SKU'} does not exist in the store, or was deleted after upload.",
            "Create the product, or choose which product is meant.",
        )
    if not product.enabled:
        return Cause(Code.DISABLED, item.sku, f"{item.sku} is disabled in the store.", "Enable the product.")
    return None


def _stock_causes(
    items: Sequence[OrderItem], products: Spellings[Product], config: Configuration
) -> list[Cause]:
    needed: dict[str, int] = defaultdict(int)
    for item in items:
        needed[item.sku] += item.units_needed
    found = []
    for item in {item.sku: item for item in items}.values():
        product = product_of(item, products)
        if product is None:
            continue
        available = _available(product, config)
        if needed[item.sku] > available:
            message = f"{item.sku} is out of stock: {needed[item.sku]} ordered, {available} available."
            found.append(Cause(Code.OUT_OF_STOCK, item.sku, message, "Restock it."))
    return found


def _available(product: Product, config: Configuration) -> int:
    if not product.manage_stock:
        return config.unmanaged_quantity
    return product.available if product.is_in_stock else 0


def hold(*, order: Order, found: Sequence[Cause], config: Configuration, now: datetime) -> FailedOrder:
    """Write down why an order is held and until when it may be fixed. Runs in the caller's transaction."""
    stored = as_json(found)
    failure, is_new = FailedOrder.objects.update_or_create(
        account_id=order.account_id,
        jet_id=order.jet_id,
        defaults={
            "order": order,
            "reference_number": order.reference_number,
            "document": order.document,
            "state": FailedOrder.State.PENDING,
            "causes": stored,
            "placed_at": order.placed_at,
            "ready_at": order.ready_at,
            "reject_at": reject_at(ready_at=order.ready_at, found=stored, config=config),
            "last_tried_at": now,
            "may_be_rejected": False,
            "resolved_at": None,
        },
    )
    history.record("held", order, message=" ".join(cause.message for cause in found))
    if is_new:
        announce(failure, found)
    return failure


def fail_unreadable(*, account: JetAccount, jet_id: str, reason: str, now: datetime) -> FailedOrder:
    """Write down an order that could not even be read, so that it does not disappear."""
    cause = unreadable(reason)
    failure, is_new = FailedOrder.objects.get_or_create(account=account, jet_id=jet_id[:64])
    FailedOrder.objects.filter(pk=failure.pk).update(
        state=FailedOrder.State.FAILED,
        causes=as_json([cause]),
        last_tried_at=now,
        resolved_at=None,
        attempts=failure.attempts + 1,
    )
    if is_new:
        announce(failure, [cause])
    return failure


def resolve(*, order: Order, state: FailedOrder.State, now: datetime) -> None:
    """Close the failed row of an order, if it has an open one."""
    FailedOrder.objects.filter(
        account_id=order.account_id, jet_id=order.jet_id, state__in=FailedOrder.UNRESOLVED
    ).update(state=state, order=order, resolved_at=now, reject_at=None)


def announce(failure: FailedOrder, found: Sequence[Cause]) -> None:
    """Put the failed order into the inbox."""
    notifications.notify_of_many(
        "orders.failed",
        titles=(f"Order {failure} could not be imported", "{count} orders could not be imported"),
        text=f"{failure}: " + " ".join(cause.message for cause in found),
        severity="error",
    )
