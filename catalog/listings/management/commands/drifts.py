"""`manage.py drifts`: lists the figures in which store and Jet differ, and lets the store's be sent."""

from typing import Any

from django.core.management.base import CommandParser
from django.db.models import Q

from catalog.listings.models import Drift
from catalog.listings.services import reconciliation
from catalog.products.management import choices
from jetbridge.core import configuration
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted
from jetbridge.panel.management.grids import Grid, GridCommand


class Command(GridCommand):
    """The buttons of the drift report; `run_job catalog.report_drift` compares."""

    help = "List differences between store and Jet; reconcile those of some SKUs, or all."
    grid = Grid(Drift, "rows", {"sku": "listing.sku", "figure": "figure", "cause": "cause"}, most=50)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take SKUs and what is to be done."""
        parser.add_argument("sku", nargs="*", help="only these SKUs")
        parser.add_argument("--reconcile", action="store_true", help="send what the store has")
        parser.add_argument("--all", action="store_true", help="reconcile every difference")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, sku: list[str], **options: Any) -> None:
        only = Q(listing__sku__in=choices.spelled(sku)) if sku else Q()
        if not options["reconcile"]:
            self.finish_grid(options, only=only, total="differences")
            return
        if not (sku or options["all"]):
            raise Usage("Name SKUs, or --all.")
        rows = reconciliation.reconciled(Drift.objects.filter(only, account=configuration.active_account()))
        with self.trying(options["dry_run"]):
            count = reconciliation.reconcile(list(rows.select_related("listing__product")))
        self.finish({"reconciled": count}, f"{counted(count, 'figure')} queued as the store has them.")
