"""`manage.py suggest_attributes`: which Jet attribute each attribute feeds by Jet category; accepts the sure ones."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.mapping import attribute_plans
from catalog.mapping.attribute_plans import Proposal
from catalog.mapping.services import attribute_mappings
from catalog.mapping.views.attribute_plans import current_plans, effect_of
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.texts import counted


class Command(PanelCommand):
    """Accept proposals on Attribute Mapping."""

    help = "Propose attribute mappings for the Jet categories in use; --accept stores the sure ones."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to store them, and which."""
        parser.add_argument("--accept", action="store_true", help="store the sure ones")
        parser.add_argument("--all", action="store_true", help="those that are not sure too")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        plans = current_plans()
        found = [each for plan in plans for each in plan.proposals if each.sure or options["all"]]
        if not options["accept"]:
            none = "Nothing is proposed: no attribute is open, or no Jet category is in use."
            self.finish_rows("proposals", [_summary(each) for each in found], none)
            return
        effect = effect_of(plans, found)
        with self.trying(options["dry_run"]):
            stored = attribute_mappings.save_many(rows=attribute_plans.rows_of(found))
        products, groups = effect.gained
        least = "at least " if effect.is_part else ""
        self.finish(
            {"mapped": stored, "groups_ready": groups, "products_ready": products, "is_part": effect.is_part},
            f"{counted(stored, 'mapping')} stored: {least}{counted(groups, 'group')} and "
            f"{counted(products, 'product')} become ready.",
        )


def _summary(proposal: Proposal) -> dict[str, Any]:
    return {
        "code": proposal.attribute.code,
        "category": proposal.category.jet_id,
        "path": proposal.category.path,
        "jet_id": proposal.needed.attribute.jet_id,
        "name": proposal.needed.attribute.name,
        "score": proposal.score,
        "sure": proposal.sure,
        "words": dict(proposal.words),
    }
