"""The panel's side of bench/store_orders.py in a process of its own: sends orders to a store, prints its figures."""

import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.utils import timezone  # noqa: E402

from jetbridge.core import configuration  # noqa: E402
from jetbridge.desk.services import configuration as settings_service  # noqa: E402
from jetbridge.store import senders  # noqa: E402
from jetbridge.store import services as links  # noqa: E402
from jetbridge.store.models import StoreDocument, StoreLink  # noqa: E402
from orders import handovers  # noqa: E402
from orders.models import Customer, Order, OrderItem  # noqa: E402

KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip
NUMBER_BASE = 100_000_000


def connect(url: str) -> None:
    """Link the panel to the emulator, which takes orders of the test account."""
    settings_service.save(changes={"store_url": url})
    links.save_keys(**KEYS, is_bearer=False)
    settings_service.save(changes={"store_kind": "magento2", "store_takes_tests": True, "store_way": "D"})
    StoreLink.objects.update(has_module=True)


def acknowledge(count: int, skus: int) -> None:
    """Make so many orders of two units as Jet's acknowledgement leaves them, and hand them over."""
    account, now = configuration.active_account(), timezone.now()
    buyer = Customer.objects.create(account=account, hash_email="buyer@jet.example", name="Ann Buyer")
    Order.objects.bulk_create(
        Order(
            account=account, customer=buyer, jet_id=f"{number:032x}", number=str(NUMBER_BASE + number),
            status=Order.Status.ACKNOWLEDGED, recipient_name="Ann Buyer", address1="1 Main St", city="Austin",
            state="TX", zip_code="78701", recipient_phone="5125550100", base_total=Decimal(20),
            tax_total=Decimal("1.65"), shipping_total=Decimal(5), grand_total=Decimal("26.65"), placed_at=now,
        )
        for number in range(count)
    )  # fmt: skip
    orders = list(Order.objects.order_by("pk"))
    OrderItem.objects.bulk_create(
        OrderItem(
            order=order, jet_id=f"item-{order.pk}", sku=f"SOLD-{place % skus:04}", title="A useful thing",
            units_ordered=2, unit_price=Decimal(10), line_price=Decimal(20), line_tax=Decimal("1.65"),
        )
        for place, order in enumerate(orders)
    )  # fmt: skip
    handovers.hand_over_orders(orders)


def main() -> None:
    """Send so many orders, of so many SKUs, to the store that is named first."""
    url, count, skus = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    call_command("migrate", verbosity=0)
    connect(url)
    acknowledge(count, skus)
    started = time.monotonic()
    report = senders.send_documents(account=configuration.active_account())
    seconds = time.monotonic() - started
    assert report.done == count, report.sorted_errors()[:3]
    assert not StoreDocument.objects.exclude(answer="accepted", next_try_at=None).exists()
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
