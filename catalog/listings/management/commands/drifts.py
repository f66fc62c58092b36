"""`manage.py drifts`: lists the figures in which store and Jet differ, and lets the store's be sent."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.listings.drift import reconciliation
from catalog.listings.models import Drift
from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand

SHOWN = 50


class Command(PanelCommand):
    """The buttons of the drift report; `run_job catalog.report_drift` compares."""

    help = "List differences between store and Jet; reconcile those of some SKUs, or all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take SKUs and what is to be done."""
        parser.add_argument("sku", nargs="*", help="only these SKUs")
        parser.add_argument("--reconcile", action="store_true", help="send what the store has")
        parser.add_argument("--all", action="store_true", help="reconcile every difference")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Drift.objects.filter(account=configuration.active_account())
        if options["sku"]:
            rows = rows.filter(listing__sku__in=options["sku"])
        if options["reconcile"]:
            if not (options["sku"] or options["all"]):
                raise CommandError("Name SKUs, or --all.", returncode=2)
            mended = list(
                rows.filter(figure__in=reconciliation.RECONCILED).select_related("listing__product")
            )
            with self.trying(options["dry_run"]):
                count = reconciliation.reconcile(mended)
            self.finish({"reconciled": count}, f"{count} figures are sent as the store has them.")
            return
        told = [
            {"sku": row.listing.sku, "figure": row.figure, "cause": row.cause}
            for row in rows.select_related("listing").order_by("pk")[:SHOWN]
        ]
        lines = [f"  {row['sku']}: {row['figure']} ({row['cause']})" for row in told]
        total = rows.count()
        self.finish({"differences": total, "rows": told}, "\n".join([f"{total} differences.", *lines]))
