"""`manage.py suggest_categories`: the best Jet category for each store category without one; accepts many at once."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.mapping.category_suggestions import SELECTED_FROM, Offer, offers
from catalog.mapping.models import JetCategory
from catalog.mapping.services import category_mappings
from catalog.products.models import StoreCategory
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted


class Command(PanelCommand):
    """Accept the selected ones of Accept many suggestions."""

    help = "List the best suggestion for every unmapped store category; accept those of a score and more."
    refusals = (category_mappings.NotMappable,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how good a suggestion must be."""
        parser.add_argument(
            "--accept",
            type=int,
            metavar="SCORE",
            help=f"map those of this score and more; the page selects from {SELECTED_FROM}",
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        found = offers()
        least = options["accept"]
        if least is None:
            none = "Every category is mapped, or none is suggested."
            self.finish_rows("suggestions", [_summary(each) for each in found], none)
            return
        chosen = [each for each in found if each.best.score >= least]
        with self.trying(options["dry_run"]):
            report = category_mappings.map_many(pairs=_pairs(chosen))
        summary = {"mapped": len(report.changed), "paths": report.changed, "undo": report.request_id}
        text = counted(len(report.changed), "category")
        text += f" mapped. `map_category --undo {report.request_id}` takes it back."
        self.finish(summary, text if report.changed else "None is as good as that; nothing was mapped.")


def _pairs(chosen: list[Offer]) -> list[tuple[StoreCategory, JetCategory]]:
    stores = StoreCategory.objects.in_bulk([each.branch.id for each in chosen])
    jets = {
        each.jet_id: each
        for each in JetCategory.objects.filter(jet_id__in={each.best.jet_id for each in chosen})
    }
    return [(stores[each.branch.id], jets[each.best.jet_id]) for each in chosen if each.best.jet_id in jets]


def _summary(offer: Offer) -> dict[str, Any]:
    return {
        "store_category": offer.branch.full_path,
        "products": offer.branch.products,
        "jet_id": offer.best.jet_id,
        "jet_path": offer.best.path,
        "score": offer.best.score,
    }
