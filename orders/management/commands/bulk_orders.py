"""Carries out a mass action on orders: by their names, by a stage of the grid, or from a CSV of tracking numbers."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.panel.management.identifiers import add_confirm
from orders import filters
from orders.management import lookups, waits
from orders.mass_actions import labelers, steps, tracking_files
from orders.mass_actions.actions import ACTIONS, GUARDED
from orders.mass_actions.parcel_columns import COLUMNS
from orders.mass_actions.tracking_files import ParcelFile, UnreadableFile
from orders.views.mass_actions import filters_of


class Command(PanelCommand):
    """The grid's mass actions and Ship many, to their end."""

    help = "Acknowledge, cancel, confirm_cancel or retry many orders, or ship those of a CSV of tracking numbers."
    refusals = (UnreadableFile,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=sorted(ACTIONS))
        parser.add_argument("orders", nargs="*", help="order numbers, reference order ids or Jet order ids")
        parser.add_argument(
            "--stage", choices=sorted(filters.STAGES), help="all orders of a stage of the grid"
        )
        parser.add_argument(
            "--where", metavar="QUERY", help="what the grid's address says, such as stage=ship&q=mug"
        )
        parser.add_argument(
            "--plan", type=int, metavar="NUMBER", help="a plan that was drawn up in the panel"
        )
        parser.add_argument("--csv", help="for ship: the file of tracking numbers; - reads standard input")
        parser.add_argument(
            "--columns", metavar="OURS=THEIRS,...", default="",
            help="for ship: which column of the file is which, such as order=Ref,tracking_number=Label; remembered",
        )  # fmt: skip
        parser.add_argument("--carrier", default="", help="for rows of the file that name none")
        parser.add_argument("--method", default="", help="for rows of the file that name none")
        add_confirm(parser)
        parser.add_argument("--dry-run", action="store_true", help="show the plan, write and send nothing")
        lookups.add_consent(parser)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if (action == "ship") != bool(options["csv"]):
            raise Usage("--csv goes with ship, and ship with --csv.")
        file = self._file(options) if options["csv"] else None
        chosen = self._chosen(options, file)
        plan = steps.sketch(action=action, **chosen)
        if action == GUARDED and not options["reason"].strip():
            raise CommandError("Say why you cancel: --reason.")
        if options["dry_run"] or (file is not None and not file.parcels):
            self._report(plan, file, {})
            return
        run = steps.draft(action=action, **chosen)
        steps.start(run)
        with open_client(run.account, purpose="bulk_orders") as client:
            waits.carried_out(run, lambda: steps.advance(client=client))
        run.refresh_from_db()
        self._report(
            run, file, {"done": run.done, "failed": run.failed, "skipped": run.skipped, "state": run.state}
        )

    def _file(self, options: dict[str, Any]) -> ParcelFile:
        data = files.read(options["csv"])
        if options["columns"]:
            pairs = dict(part.split("=", 1) for part in options["columns"].split(",") if "=" in part)
            if strange := sorted(pairs.keys() - set(COLUMNS)):
                raise Usage(f"No column {', '.join(strange)}. Columns: {', '.join(COLUMNS)}.")
            tracking_files.keep_columns(data, pairs)
        return labelers.current().take_back(
            data,
            account=configuration.active_account(),
            carrier=options["carrier"],
            method=options["method"],
            confirm_identifiers=options["confirm_identifiers"],
        )

    def _chosen(self, options: dict[str, Any], file: ParcelFile | None) -> dict[str, Any]:
        if file is not None:
            return {"ids": [int(pk) for pk in file.parcels], "options": file.options()}
        ways = [name for name in ("stage", "orders", "where", "plan") if options[name]]
        if len(ways) != 1:
            raise Usage("Name orders, or a --stage, --where or --plan.")
        asked = {"reason": options["reason"], "above_limit": options["above_limit"]}
        if options["plan"]:
            return {"ids": self._planned(options["plan"]), "options": asked}
        if options["where"]:
            return {"filters": filters_of(QueryDict(options["where"])), "options": asked}
        if options["stage"]:
            return {"filters": {filters.STAGE: [options["stage"]]}, "options": asked}
        return {"ids": [lookups.find_order(name).pk for name in options["orders"]], "options": asked}

    def _planned(self, number: int) -> list[int]:
        drafts = MassAction.objects.filter(
            scope=MassAction.Scope.ORDERS, state=MassAction.State.DRAFT, ids__isnull=False
        )
        run = drafts.filter(pk=number).first()
        if run is None:
            raise CommandError(f"There is no plan {number} of chosen orders that waits to be started.")
        return [int(pk) for pk in run.ids or ()]

    def _report(self, run: MassAction, file: ParcelFile | None, counts: dict[str, Any]) -> None:
        left_out = {row["text"]: row["count"] for row in run.plan["left_out"]}
        problems = file.options()["problems"] if file else []
        failed = self._failed(run)
        lines = [f"{lifecycle.label_of(run)}: {run.chosen} chosen, {run.plan['will_go']} can go."]
        lines += [f"  left out: {count} x {text}" for text, count in left_out.items()]
        lines += [f"  row {each['row']}, {each['column']}: {each['reason']}" for each in problems]
        lines += [f"  {name}: {reason}" for name, reason in failed]
        if outlook := run.plan.get("outlook"):
            lines.append(f"  cancellation rate {outlook['before']} %, then {outlook['after']} %")
        if counts:
            lines.append(f"{counts['done']} done, {counts['failed']} failed, {counts['skipped']} left out.")
        is_empty = file is not None and not file.parcels
        if is_empty:
            lines.append("No row of this file can be shipped; nothing was begun.")
        summary = {"plan": run.plan, **counts, "problems": problems, "reasons": dict(failed)}
        if counts.get("state") == MassAction.State.RUNNING:
            lines.append("The rest is still under way; the workers go on with it.")
        is_whole = counts.get("state", MassAction.State.DONE) == MassAction.State.DONE
        self.finish(summary, "\n".join(lines), ok=is_whole and not is_empty and not counts.get("failed"))

    def _failed(self, run: MassAction) -> list[tuple[str, str]]:
        if run.pk is None:
            return []
        return list(run.items.filter(state=MassActionItem.State.FAILED).values_list("reference", "reason"))
