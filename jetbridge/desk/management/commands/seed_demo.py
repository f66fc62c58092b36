"""Seeds the demo: a store of our own, uploaded, sold and returned through the panel's services."""

from typing import Any

from catalog.products.models import Product
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted
from jetbridge.desk.demo import steps


class Command(PanelCommand):
    """Seed the demo; seeding twice changes nothing."""

    help = "Seed demo data: products, taxonomy and mappings; with the sandbox running also listings, orders, returns."

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = steps.seed(say=self.say)
        products = Product.objects.filter(is_demo=True).count()
        text = f"The demo stands: {counted(products, 'product')}. `manage.py remove_demo` takes it away."
        self.finish({"products": products, "steps": outcomes}, text, ok=products > 0)
