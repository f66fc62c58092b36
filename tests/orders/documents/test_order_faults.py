"""Whatever call of a way fails, before or after its work: each order is in the store once, reserved once."""

import pytest

from jetapi.http.circuit import Circuit
from jetapi.http.retry import Retries
from jetbridge.desk.services import configuration as settings_service
from jetbridge.outbox import drains
from jetbridge.store import senders, services
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import StoreDocument, StoreLink
from orders import handovers
from tests.orders.documents.makers import order_of
from tests.outbox.kit import let_time_pass

pytestmark = pytest.mark.django_db
READS = (
    ("GET", "/V1/orders$"),
    ("GET", "/V1/products$"),
    ("GET", "salable-for-requested-qty"),
    ("GET", "stock-resolver"),
    ("GET", "directory/countries"),
)
CALLS = {
    "D": (*READS, ("POST", "/V1/orders$"), ("POST", "/reserve$")),
    "C": (
        *READS, ("POST", "/carts/?$"), ("POST", "/items$"), ("POST", "/shipping-information$"), ("PUT", "/order$"),
        ("GET", "/V1/orders/\\d+$"), ("POST", "/V1/orders$"),
    ),
    "A": (*READS, ("POST", "/V1/orders$")),
}  # fmt: skip
FAULTS = (
    {"kind": "drop_before"}, {"kind": "drop_after"}, {"kind": "truncate"}, {"kind": "html"}, {"kind": "maintenance"},
    {"kind": "status", "status": 500}, {"kind": "status", "status": 401}, {"kind": "status", "status": 429},
)  # fmt: skip


def _said(case):
    way, method, path, fault, lasting = case
    return way, method, path.strip("/$"), *fault.values(), "long" if lasting else "once"


CASES = [
    (way, method, path, fault, lasting)
    for way, calls in CALLS.items()
    for method, path in calls
    for fault in FAULTS
    for lasting in (False, True)
]
# One in so many always runs, and no two of the same kind follow each other; all of them do with `-m kill`.
SAMPLE = 11
MATRIX = [
    pytest.param(
        *case, marks=() if place % SAMPLE == 0 else pytest.mark.kill, id="-".join(map(str, _said(case)))
    )
    for place, case in enumerate(CASES)
]


@pytest.fixture
def shop(magento):
    """A hundred mugs, and the companion module."""
    magento.do("stock", {"sku": "MUG-1", "quantity": 100})
    settings_service.save(changes={"store_mailbox": "orders@merchant.example"})
    StoreLink.objects.update(has_module=True)
    return magento


def minutes_pass():
    """Let pauses run out, and the minutes for which a cart that may have become an order is looked for."""
    let_time_pass()
    for row in StoreDocument.objects.filter(progress__placing_since__isnull=False):
        row.progress["placing_since"] = "2020-01-01T00:00:00+00:00"
        row.save(update_fields=["progress"])


def send(account, tries):
    """Run the job so often, with a client that asks once and has forgotten what failed before."""
    for _ in range(tries):
        with services.open_client(retries=Retries(attempts=1), circuit=Circuit()) as client:
            box = senders.DocumentSender(MagentoStore(client), account)
            drains.drain(box, connections=1)
        minutes_pass()


def state(store, kind):
    return store.do("state", {"kind": kind})[kind]


@pytest.mark.parametrize(("way", "method", "path", "fault", "lasting"), MATRIX)
def test_each_order_is_there_once(shop, account, way, method, path, fault, lasting):
    settings_service.save(changes={"store_way": way})
    orders = [order_of(2), order_of(3)]
    handovers.hand_over_orders(orders)
    shop.do("faults", {**fault, "method": method, "path": path, **({} if lasting else {"times": 1})})

    send(account, 3)
    (struck,) = shop.do("listed_faults", {})["faults"]
    shop.do("clear_faults", {})
    send(account, 4)

    assert struck["hits"] > 0, "the call was never made"
    rows = list(StoreDocument.objects.order_by("pk"))
    found = state(shop, "orders")
    assert [(row.state, row.way) for row in rows] == [("accepted", way)] * 2, [row.errors for row in rows]
    assert sorted(each["ext_order_id"] for each in found) == sorted(order.jet_id for order in orders)
    assert sorted(each["grand_total"] for each in found) == [23.5, 33.5]
    reserved = sorted(each["quantity"] for each in state(shop, "reservations"))
    assert reserved == ([] if way == "A" else [-3, -2])
