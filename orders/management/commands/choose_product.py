"""Says which product is meant by a SKU of a held order that the store does not know."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.products.management import lookups as products
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing
from orders import selectors
from orders.management import lookups
from orders.services import retries
from orders.services.cancel_guard import NotPossible


class Command(PanelCommand):
    """Map an unknown SKU inside an order."""

    help = "Take a product for a SKU of a held order, and try the order again. Without a product: candidates."
    refusals = (NotPossible,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument("sku", help="Jet's SKU in the order")
        parser.add_argument("product", nargs="?", default="", help="the SKU in the store")
        self.add_dry_run(parser)

    def handle(self, *args: Any, order: str, sku: str, product: str, **options: Any) -> None:
        found = lookups.find_order(order)
        item = existing(found.items.all(), f"Order {found} has no item {sku}.", sku=sku)
        if not product:
            found_products = selectors.candidates(item)
            names = [each.product.sku for each in found_products]
            lines = [f"{each.product.sku}: {each.why}" for each in found_products]
            self.finish({"candidates": names}, "\n".join(lines) or "No product resembles it.")
            return
        chosen = products.product(product)
        with self.trying(options["dry_run"]):
            retries.choose_product(item=item, product=chosen)
            fixed = retries.retry(failure=found.failure)
            found.refresh_from_db()
        text = f"{sku} stands for {product}. Order {found} is {found.get_status_display().lower()}."
        self.finish({"order": found.number, "mended": fixed, "status": found.status}, text)
