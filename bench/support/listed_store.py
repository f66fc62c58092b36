"""A store of a few plain products that Jet's sandbox has; panel_home comes first."""

from decimal import Decimal

from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import Configuration, JetAccount
from support import jet_sandbox


def make_account(url: str) -> JetAccount:
    """Point the installation at the sandbox and return its account."""
    keys = jet_sandbox.keys(url)
    Configuration.objects.update_or_create(pk=1, defaults={"api_url": f"{url}/api"})
    account = configuration.active_account()
    account.api_user = keys["user"]
    account.keep_secret(keys["secret"], address=f"{url}/api")
    account.fulfillment_node_id, account.merchant_id = keys["fulfillment_node_id"], keys["merchant_id"]
    account.save()
    return account


def upload(account: JetAccount, count: int) -> list[int]:
    """Write products that Jet has as the store has them; return their keys."""
    Product.objects.bulk_create(
        Product(
            sku=f"SKU-{number}",
            sku_key=f"SKU-{number}",
            name=f"Product number {number}",
            description="A well made thing.",
            price=Decimal("19.99"),
            quantity=5,
            attributes={"brand": "Northwind", "mpn": f"N-{number}"},
            jet_fields={"brand": "Northwind", "mfr_part_number": f"N-{number}", "ASIN": f"B{number:09d}"},
        )
        for number in range(count)
    )
    upload_requests.queue_upload(products=Product.objects.all(), account=account)
    with open_client(account) as client:
        report = direct_updates.send_pending(client=client, account=account)
    assert not report.failed, report.items[:3]
    return list(Product.objects.values_list("pk", flat=True))
