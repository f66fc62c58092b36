"""The demo's trade: uploads, reviews, orders, shipments and returns, through the real services and the sandbox."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from catalog.listings.models import Listing
from catalog.listings.services import upload_requests
from catalog.listings.services.file_uploads import open_files
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount, Mode
from jetbridge.core.texts import counted
from jetbridge.desk.demo import last_week
from jetbridge.desk.demo.job_runs import run_job
from jetbridge.desk.demo.sandbox import SandboxControl
from orders.allocations import Units
from orders.models import Order
from orders.services import shipments
from returns.forms import first_answer
from returns.models import ReturnRequest
from returns.services import completions, refunds

# Families that are sent by direct calls, those that go in files, and a lot with faults in it.
DIRECT = ("MUG", "BOWL", "TEE", "KNIF", "TEAS", "BOTL", "NOTE", "DOGT")
BY_FILE = ("SOCK", "PILW", "PANS", "SOAP", "PLNT", "CAMP")
FAULTY = ("LAMP-PROTO", "GAME-FREE", "PEN")
# Left at home, so that the grid has products that were never sent.
KEPT_BACK = ("MUG-GIFT", "SOAP-ODD", "TEAS-SOLDOUT")
FILES_PATIENCE = 90

# SKU and quantity of each order; what is to become of it.
ORDERS: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("ship", (("MUG-OAT", 2),)),
    ("ship", (("BOWL-SLATE", 1), ("MUG-INK", 1))),
    ("ship", (("TEE-NAVY-M", 1), ("TEE-BLACK-L", 2))),
    ("return", (("KNIF-CHEF8IN", 1),)),
    ("return", (("BOTL-SKY-32OZ", 2),)),
    ("part", (("TEAS-SENCHA", 3), ("TEAS-ROOIBOS", 1))),
    ("open", (("NOTE-INK", 4),)),
    ("open", (("DOGT-OTTER", 1), ("DOGT-TUGRING", 1))),
    ("cancel", (("MUG-CLAY", 2),)),
    ("held", (("MUG-MOSS", 500),)),
)


def connect(*, control: SandboxControl) -> str:
    """Give the test account the sandbox's keys, unless it has keys already."""
    account = configuration.account(Mode.TEST)
    if account.is_complete:
        return "The test account has keys already and keeps them."
    keys = control.account("test")
    account.api_user = keys["user"]
    account.keep_secret(keys["secret"], address=configuration.current().api_url)
    account.fulfillment_node_id, account.merchant_id = keys["fulfillment_node_id"], keys["merchant_id"]
    account.save()
    return "The test account has the sandbox's keys."


def list_products(*, control: SandboxControl) -> str:
    """Upload a part of the store, let the sandbox review it, and read the statuses."""
    account = configuration.account(Mode.TEST)
    upload_requests.queue_upload(products=_unsent(account, *DIRECT), account=account, by="demo")
    upload_requests.queue_upload(
        products=_unsent(account, *BY_FILE), account=account, via_file=True, by="demo"
    )
    faulty = _unsent(account, *FAULTY)
    upload_requests.queue_upload(products=faulty, account=account, via_file=True, send_anyway=True, by="demo")
    for job in (
        "catalog.refresh_validation",
        "catalog.sync_products",
        "catalog.sync_prices",
        "catalog.sync_inventory",
    ):
        run_job(job)
    with control.at_once():
        _finish_files(account)
    control.ask("reviews", all=True)
    run_job("catalog.sync_statuses")
    return _statuses(account)


def _unsent(account: JetAccount, *codes: str) -> list[Product]:
    """Return a family's products that were never sent, the parents after their children."""
    chosen = Q()
    for code in codes:
        chosen |= Q(sku=code) | Q(sku__startswith=f"{code}-")
    sent = Listing.objects.filter(account=account, first_sent_at__isnull=False).values("product_id")
    kinds = (Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE)
    found = Product.objects.filter(chosen, is_demo=True, enabled=True, kind__in=kinds).exclude(pk__in=sent)
    return list(found.exclude(sku__in=KEPT_BACK).order_by("pk"))


def _finish_files(account: JetAccount) -> None:
    """Follow the files to their end without the pauses that spare Jet: the sandbox needs no sparing."""
    deadline = time.monotonic() + FILES_PATIENCE
    while time.monotonic() < deadline:
        run_job("catalog.poll_files")
        if not open_files(account).update(next_try_at=timezone.now()):
            return
        time.sleep(0.2)


def _statuses(account: JetAccount) -> str:
    listings = Listing.objects.filter(account=account, product__is_demo=True)
    counts = {word: listings.filter(status=word).count() for word in Listing.Status.values}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) + "."


def trade(*, control: SandboxControl) -> str:
    """Place orders at the sandbox and carry each to its state; done once."""
    account = configuration.account(Mode.TEST)
    if Order.objects.filter(account=account).exists():
        return "There are orders already; no more are placed."
    placed = {_place(control, lines): fate for fate, lines in ORDERS if _is_listed(account, lines)}
    run_job("orders.import_ready_orders")
    for order in Order.objects.filter(jet_id__in=placed, status=Order.Status.ACKNOWLEDGED):
        _carry_on(order, placed[order.jet_id], control)
    run_job("orders.send_shipments")
    opened = _open_returns([jet_id for jet_id, fate in placed.items() if fate == "return"], control)
    run_job("orders.import_ready_orders")
    run_job("returns.fetch_returns")
    _give_back([jet_id for jet_id, fate in placed.items() if fate == "ship"])
    settled = last_week.settle(account=account, control=control, now=datetime.now(UTC))
    orders, returns = counted(len(placed), "order"), counted(opened, "return")
    return f"{orders} placed, {returns} opened, {counted(settled, 'order')} of last week settled."


def _give_back(shipped: Sequence[str]) -> None:
    """Answer the first return as its form offers, and refund one unit of the first shipped order."""
    asked = ReturnRequest.objects.filter(status=ReturnRequest.Status.CREATED).order_by("pk").first()
    if asked is not None:
        lines = {item.pk: first_answer(item) for item in asked.items.all()}
        completions.queue_completion(return_request=asked, answer=completions.Answer(lines))
        run_job("returns.send_returns")
    order = Order.objects.filter(jet_id__in=shipped, status=Order.Status.COMPLETE).order_by("pk").first()
    if order is not None:
        item = order.items.order_by("pk")[0]
        line = refunds.RefundLineDraft(
            units_returned=1,
            units_refunded=1,
            amounts=refunds.paid_for(item, 1),
            reason="No longer want this item",
        )
        draft = refunds.RefundDraft(refunds.new_alt_id(), {item.pk: line})
        refunds.queue_refund(order=order, draft=draft)
        run_job("returns.send_refunds")


def _is_listed(account: JetAccount, lines: Sequence[tuple[str, int]]) -> bool:
    skus = {sku for sku, _ in lines}
    sent = Listing.objects.filter(
        account=account, sku__in=skus, product__is_demo=True, first_sent_at__isnull=False
    )
    return sent.count() == len(skus)


def _place(control: SandboxControl, lines: Sequence[tuple[str, int]]) -> str:
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    return str(control.ask("orders", mode="test", items=items)["order_ids"][0])


def _carry_on(order: Order, fate: str, control: SandboxControl) -> None:
    items = list(order.items.all())
    if fate in ("ship", "return"):
        _ship(order, {item.pk: Units(item.units_open, 0) for item in items})
    elif fate == "part":
        _ship(order, {items[0].pk: Units(1, 0)})
    elif fate == "cancel":
        cancels: list[dict[str, Any]] = [{"order_item_id": items[0].jet_id, "quantity": 1}]
        control.ask("cancels", mode="test", order_id=order.jet_id, items=cancels)


def _ship(order: Order, units: dict[int, Units]) -> None:
    now = timezone.now()
    draft = shipments.ShipmentDraft(
        units=units,
        tracking_number=f"1Z999AA1{order.pk:010d}",
        carrier="UPS",
        method="UPSGround",
        ship_at=now,
        pick_up_at=now + timedelta(hours=4),
        deliver_at=now + timedelta(days=4),
        ship_from_zip="04101",
    )
    shipments.queue_shipment(order=order, draft=draft)


def _open_returns(jet_ids: Sequence[str], control: SandboxControl) -> int:
    shipped = Order.objects.filter(jet_id__in=jet_ids, status=Order.Status.COMPLETE).prefetch_related("items")
    for order in shipped:
        items = [
            {"order_item_id": item.jet_id, "quantity": 1, "reason": "Item arrived damaged - box intact"}
            for item in order.items.all()
        ]
        control.ask("returns", mode="test", order_id=order.jet_id, items=items[:1])
    return len(shipped)
