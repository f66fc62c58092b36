"""Carries out a mass action on products: by SKU, by the grid's filters, or a plan drawn up in the panel."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict

from catalog.listings.management.mass_action import MassActionCommand
from catalog.listings.mass_actions import steps
from catalog.listings.mass_actions.actions import ACTIONS
from catalog.listings.views.mass_actions import PAGES
from jetbridge.core.management.faults import Usage
from jetbridge.mass_actions.models import MassAction


class Command(MassActionCommand):
    """The grid's mass actions; the page of a plan shows the exact line."""

    help = "Carry out a mass action of the products grid and report what became of each product."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "action", choices=sorted(code for code in ACTIONS if not ACTIONS[code].needs_option)
        )
        parser.add_argument(
            "--where", metavar="QUERY", help="what the grid's address says, such as stage=sent&q=mug"
        )
        parser.add_argument(
            "--plan", type=int, metavar="NUMBER", help="a plan that was drawn up in the panel"
        )
        self.add_ways(parser)
        self.add_choice(parser)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run = self._chosen(action, options)
        if options["dry_run"]:
            return self.show_plan(run)
        return self.report(self.carry_out(run), "done")

    def _chosen(self, action: str, options: dict[str, Any]) -> MassAction:
        where, number = options["where"], options["plan"]
        if (where or number) and (options["skus"] or options["all"] or (where and number)):
            raise Usage("Name SKUs, or say --all, --where or --plan.")
        extra = self.ways(options)
        if number:
            return self._planned(action, number, extra)
        if where:
            filters = PAGES.filters_of(QueryDict(where))
            if not filters:
                raise Usage(f"No filter of the grid stands in “{where}”.")
            return steps.sketch(action=action, filters=filters, options=extra)
        return self.draft(action, options["skus"], options["all"], **extra)

    def _planned(self, action: str, number: int, extra: dict[str, Any]) -> MassAction:
        drafts = MassAction.objects.filter(scope=MassAction.Scope.CATALOG, state=MassAction.State.DRAFT)
        run = drafts.filter(pk=number, action=action).first()
        if run is None:
            raise CommandError(f"There is no plan {number} of this action that waits to be started.")
        run.options |= extra
        return steps.plan(run)
