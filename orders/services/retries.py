"""Tries held and failed orders again: fixed ones go on by themselves, hopeless ones are rejected in time."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from catalog.listings import selectors as catalog
from catalog.products.models import Product
from catalog.products.services import products, typed_quantities
from jetbridge.core import configuration, history
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure, JetNotKnown
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import notifications
from jetbridge.jobs import queue
from orders.jet import orders as at_jet
from orders.models import FailedOrder, Order, OrderItem
from orders.services import (
    acknowledgements,
    holds,
    new_orders,
    order_updates,
    rejection_stops,
    stock,
    unreadable_orders,
)
from orders.services.cancel_guard import NotPossible
from orders.services.holds import Cause
from orders.services.stock import OutOfStock

# Orders tried in one run; the next run takes up the rest.
BATCH = 500
# Held orders are looked at again within it, so that one alarm goes on as long as some of them wait.
EPISODE = timedelta(hours=1)
LATE = "orders.late"
ENABLED = frozenset({"enabled"})
# A rejection this near cannot wait for the next run.
SOON = timedelta(minutes=15)


def retry_failed_orders(
    *,
    client: Client,
    account: JetAccount,
    only: FailedOrder | None = None,
    heartbeat: Callable[[], None] = lambda: None,
) -> Report:
    """
    Try every unresolved order again, or one of them alone, and reject those whose time is over.

    :raises JetFailure: Jet does not answer at all
    """
    report = Report()
    unresolved = FailedOrder.objects.filter(account=account, state__in=FailedOrder.UNRESOLVED)
    if only is not None:
        unresolved = unresolved.filter(pk=only.pk)
    at_jet = timezone.now() + account.clock_offset
    failures = list(unresolved.select_related("order", "account").order_by(*_turns(at_jet))[:BATCH])
    _refresh_from_jet(client, [failure.order for failure in failures if failure.order], report)
    waiting: list[FailedOrder] = []
    for failure in failures:
        heartbeat()
        with report.isolating(str(failure), passing=(JetFailure,)):
            tried = _try_one(client, failure)
            if tried is None:
                waiting.append(failure)
            else:
                report.add(tried)
    _give_up(account, waiting, report)
    return report


def _give_up(account: JetAccount, waiting: Sequence[FailedOrder], report: Report) -> None:
    """Reject those whose time is over, unless they are so many that a person must decide."""
    rejection_stops.stop_where_due(account, timezone.now())
    given_up = 0
    for failure in waiting:
        with report.isolating(str(failure)):
            if _reject_when_due(failure, timezone.now() + account.clock_offset):
                given_up += 1
                report.reject(str(failure), "Rejected: " + _words(failure))
                continue
            failure.refresh_from_db()
            if failure.state in FailedOrder.UNRESOLVED:
                report.skip(str(failure), " ".join(cause["message"] for cause in failure.causes))
    _announce_late(account, timezone.now())
    if given_up:
        rejection_stops.announce_rejected(given_up)


def _try_one(client: Client, failure: FailedOrder) -> Report | None:
    """Try one again; None where it still cannot be filled."""
    # Written down before it is tried: one that cannot be tried must not keep the turn of the others.
    FailedOrder.objects.filter(pk=failure.pk).update(last_tried_at=timezone.now())
    if failure.order is None:
        return _fetch_again(client, failure)
    return Report(done=1) if retry(failure=failure) else None


def _turns(at_jet: datetime) -> tuple[Any, ...]:
    """Those to be rejected first, then whoever waits longest, so that many held orders keep none from its turn."""
    is_due = Case(When(reject_at__lte=at_jet + SOON, then=Value(0)), default=Value(1))
    return (is_due, F("last_tried_at").asc(nulls_first=True), "pk")


def _refresh_from_jet(client: Client, orders: Sequence[Order], report: Report) -> None:
    """An order that Jet took away or somebody answered elsewhere is not held any longer."""
    by_id = {order.jet_id: order for order in orders}
    for outcome in send_many(partial(at_jet.get, client), list(by_id)):
        if outcome.value is not None and outcome.value.status != "ready":
            with report.isolating(str(by_id[outcome.item])):
                order_updates.refresh(order=by_id[outcome.item], document=outcome.value)
        elif outcome.error is not None:
            report.fail(str(by_id[outcome.item]), f"Not read again: {outcome.error}")


def _fetch_again(client: Client, failure: FailedOrder) -> Report:
    """Fetch an order anew that could not be read; one that Jet does not give stays, and stops no other."""
    (outcome,) = send_many(partial(at_jet.get, client), [failure.jet_id])
    if isinstance(outcome.error, JetNotKnown):
        unreadable_orders.close(
            failure=failure, state=FailedOrder.State.CANCELLED, reason="Jet has no such order any more."
        )
        return Report(done=1)
    report = new_orders.store_orders(account=failure.account, outcomes=[outcome])
    stored = Order.objects.filter(account_id=failure.account_id, jet_id=failure.jet_id).first()
    if stored is not None:
        unread = FailedOrder.objects.filter(pk=failure.pk, order=None, state__in=FailedOrder.UNRESOLVED)
        unread.update(state=FailedOrder.State.FIXED, order=stored, resolved_at=timezone.now())
    elif outcome.value is not None:
        with suppress(NotPossible):  # it cannot be read, and is not failed any longer once Jet has closed it
            unreadable_orders.follow(failure=failure, held=outcome.value)
    return report


@transaction.atomic
def retry(*, failure: FailedOrder) -> bool:
    """Try one held order again; return whether it goes on now. What still stands in the way is written down anew."""
    now, config = timezone.now(), configuration.current()
    held = Order.objects.select_for_update().filter(failure=failure, status=Order.Status.HELD)
    order = held.first()
    if order is None or order.is_being_answered:
        return False
    items = list(order.items.select_related("product"))
    nameless = {item.pk for item in items if item.product is None}
    found = _try(order, items, config)
    if found:
        _write_down(failure, order, found, config, now)
        return False
    order.status = Order.Status.READY
    order.due_at = order.next_deadline
    if config.auto_acknowledge:
        acknowledgements.accept(order, items)
    order.save()
    OrderItem.objects.bulk_update(items, ["product", "units_reserved", "acknowledgement_status"])
    holds.remark_spellings(order, [item for item in items if item.pk in nameless])
    holds.resolve(order=order, state=FailedOrder.State.FIXED, now=now)
    history.record("fixed", order, message="Nothing stands in the way any more; the order goes on.")
    return True


def _try(order: Order, items: Sequence[OrderItem], config: Configuration) -> list[Cause]:
    skus = {item.sku for item in items}
    spelled = catalog.products_by_jet_sku(skus, order.account)
    found = holds.causes(items=items, products=spelled, config=config)
    if found:
        return found
    for item in items:
        item.product = holds.product_of(item, spelled)
    try:
        stock.reserve(order=order, items=items)
    except OutOfStock as error:
        return holds.short_of_stock(line.sku for line in error.lines)
    return []


def _write_down(
    failure: FailedOrder, order: Order, found: Sequence[Cause], config: Configuration, now: datetime
) -> None:
    stored = holds.as_json(found)
    reject_at = holds.reject_at(ready_at=order.ready_at, found=stored, config=config)
    FailedOrder.objects.filter(pk=failure.pk).update(
        causes=stored, reject_at=reject_at, last_tried_at=now, attempts=failure.attempts + 1
    )
    failure.causes, failure.reject_at = stored, reject_at


def _reject_when_due(failure: FailedOrder, at_jet: datetime) -> bool:
    """Ask for a rejection when the time to fix it is over."""
    order = failure.order
    if order is None:
        return False
    if failure.reject_at is None or failure.reject_at > at_jet:
        return False
    if not failure.may_be_rejected and rejection_stops.in_force(failure.account):
        return False
    try:
        acknowledgements.reject_by_rule(order=order, reason="Not fixed in time: " + _words(failure))
    except NotPossible:
        return False
    return True


def _announce_late(account: JetAccount, now: datetime) -> None:
    """Keep one line an episode on held orders that we never reject and that wait beyond Jet's 15 minutes."""
    held = FailedOrder.objects.filter(
        account=account, state=FailedOrder.State.PENDING, reject_at=None, order__status=Order.Status.HELD
    )
    late = (
        held.filter(order__acknowledge_by__lte=now + account.clock_offset)
        .select_related("order")
        .order_by("order__acknowledge_by")
    )
    count, first = late.count(), late.defer("document", "order__document").first()
    key = notifications.latest(LATE, begins="late", since=now - EPISODE) or f"late {now.isoformat()}"
    notifications.over(
        LATE, but=[key] if first else [], said=lambda _: "Held orders waited beyond Jet's 15 minutes"
    )
    if first is None:
        return
    title = f"{counted(count, 'order')} {'waits' if count == 1 else 'wait'} beyond Jet's 15 minutes"
    text = f"Longest waits {first.order}: {_words(first)}"
    if not notifications.renew(LATE, key, title=title, text=text):
        notifications.notify(LATE, key=key, title=title, text=text, severity="error", mail=True)


def _words(failure: FailedOrder) -> str:
    return " ".join(str(cause["message"]) for cause in failure.causes)


@transaction.atomic
def choose_product(*, item: OrderItem, product: Product) -> None:
    """
    Take this product for the line and try the order again.

    :raises NotPossible: the order is not held
    """
    order = Order.objects.select_for_update().get(pk=item.order_id)
    if order.status != Order.Status.HELD:
        raise NotPossible(
            f"Order {order} is {order.get_status_display().lower()}; only a held one can be fixed."
        )
    OrderItem.objects.filter(pk=item.pk).update(product=product)
    history.record("product chosen", order, message=f"{item.sku} stands for the product {product.sku}.")
    queue.nudge("orders.retry_failed_orders")


@transaction.atomic
def enable(product: Product) -> None:
    """
    Enable a product of a held order in the store.

    :raises KeptByStore: a linked store says whether it is enabled
    """
    product.enabled = True
    products.store(product=product, changed=ENABLED)
    products.finish(product=product, changed=ENABLED)
    queue.nudge("orders.retry_failed_orders")


def restock(quantities: Mapping[Product, int]) -> list[str]:
    """Set the units on hand of what held orders lack, and try the orders again; return the SKUs that changed."""
    changed = [
        product.sku
        for product, quantity in quantities.items()
        if typed_quantities.set_quantity(product=product, quantity=quantity)
    ]
    queue.nudge("orders.retry_failed_orders")
    return changed
