"""`manage.py vanished`: lists what Jet has and the store has not, links a SKU to a product, archives it."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.listings.facets import closings
from catalog.listings.models import Listing
from catalog.listings.services import vanished
from catalog.products.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing
from jetbridge.core.texts import counted

SHOWN = 50


class Command(PanelCommand):
    """The buttons of Vanished Products."""

    help = "List SKUs on Jet that the store does not know; link one to a product, or archive them."
    refusals = (vanished.CannotLink,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a SKU of Jet and what becomes of it."""
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--link", nargs=2, metavar=("JET_SKU", "STORE_SKU"), help="let it stand for a product"
        )
        action.add_argument("--archive", nargs="+", metavar="JET_SKU", help="close them on Jet")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["link"]:
            with self.trying(options["dry_run"]):
                self._link(*options["link"])
        elif options["archive"]:
            listings = [self._listing(sku) for sku in options["archive"]]
            with self.trying(options["dry_run"]):
                count = closings.queue_archive(listings, archived=True, by="vanished")
            self.finish(
                {"archive_wanted": count},
                f"{counted(count, 'SKU')} being archived; run_job catalog.sync_products.",
            )
        else:
            rows = [
                {"sku": each.sku, "title": each.live_title, "status": each.status}
                for each in vanished.vanished()[:SHOWN]
            ]
            self.finish_rows("vanished", rows, "Jet has nothing that the store does not know.")

    def _link(self, jet_sku: str, store_sku: str) -> None:
        product = lookups.product(store_sku)
        vanished.link(listing=self._listing(jet_sku), product=product)
        text = f"{jet_sku} stands for {store_sku}; price and quantity are sent with the next sync."
        self.finish({"sku": jet_sku, "product": store_sku}, text)

    def _listing(self, sku: str) -> Listing:
        return existing(vanished.vanished(), f"{sku} is no vanished SKU.", sku=sku)
