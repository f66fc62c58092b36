"""`manage.py price_reviews`: lists the price changes that wait for a person's yes, accepts or declines them."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from catalog.listings.models import PriceReview
from catalog.listings.selectors import open_price_reviews
from catalog.listings.services import price_reviews
from catalog.products.management import choices
from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage


class Command(PanelCommand):
    """The buttons of Price Reviews. What is accepted goes out with the next run of catalog.sync_prices."""

    help = "List, accept or decline price changes that wait for a person's yes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take SKUs and what is to be done."""
        parser.add_argument("sku", nargs="*", help="Only these SKUs.")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--accept", action="store_true", help="Accept them.")
        action.add_argument(
            "--decline", action="store_true", help="Decline them; Jet keeps the former price."
        )
        parser.add_argument("--all", action="store_true", help="All that wait.")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = open_price_reviews(configuration.active_account())
        chosen = self._chosen(waiting, options["sku"])
        if not (options["accept"] or options["decline"]):
            self._list(chosen)
            return
        if not (options["sku"] or options["all"]):
            raise Usage("Name SKUs, or --all.")
        word = "accepted" if options["accept"] else "declined"
        with self.trying(options["dry_run"]):
            count = price_reviews.decide(reviews=chosen, accept=options["accept"])
            left = waiting.count()
        self.finish({word: count, "waiting": left}, f"{count:,} price changes {word}.")

    def _chosen(self, waiting: QuerySet[PriceReview], skus: list[str]) -> QuerySet[PriceReview]:
        if not skus:
            return waiting
        skus = choices.spelled(skus)
        found = waiting.filter(listing__sku__in=skus)
        missing = sorted(set(skus) - set(found.values_list("listing__sku", flat=True)))
        if missing:
            raise CommandError(f"No price change waits for: {', '.join(missing)}.")
        return found

    def _list(self, reviews: QuerySet[PriceReview]) -> None:
        rows = [
            {
                "sku": each.listing.sku,
                "old_price": str(each.old_price),
                "new_price": str(each.new_price),
                "change_percent": str(each.change_percent),
            }
            for each in reviews.select_related("listing").order_by("pk")
        ]
        self.finish_rows("reviews", rows, "No price change waits.", waiting=len(rows))
