"""`manage.py store_holds`: units of orders that the linked store does not know yet; lets go of some of them."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q

from catalog.products.services import holds
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.store.models import StockHold

OPEN = Q(held__gt=0) | Q(settling__gt=0)
COLUMNS = ("order", "sku", "awaited", "held", "settling", "corrected", "store_order")


class Command(PanelCommand):
    """Holds end by themselves once the store reserves an order; those of orders that never go there end here."""

    help = "List units that are held beside the store's stock; let go of those that its figure is without."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an order whose units are held no longer."""
        parser.add_argument(
            "--release",
            default="",
            metavar="ORDER",
            help="its number: the store's stock is without its units",
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, release: str, **options: Any) -> None:
        """List, or let go."""
        if not release:
            rows = StockHold.objects.filter(OPEN | Q(corrected__gt=0)).values(*COLUMNS)
            self.finish_rows("holds", list(rows), "No units are held beside the store's stock.")
            return
        document = f"order {release}"
        if not StockHold.objects.filter(OPEN, order=document).exists():
            raise Usage(f"No units of order {release} are held.")
        with self.trying(options["dry_run"]):
            units = holds.let_go(order=document)
        self.finish_facts({"order": release, "released": units})
