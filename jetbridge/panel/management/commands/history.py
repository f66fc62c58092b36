"""`manage.py history`: who or which job did what, found as the page History finds it."""

from typing import Any

from auditlog.models import LogEntry
from django.core.management.base import CommandParser

from jetbridge.core import store_days
from jetbridge.core.models import Event
from jetbridge.panel.management.grids import Grid, GridCommand
from jetbridge.panel.management.log_arguments import add_filters, narrowed


def _line(row: dict[str, Any]) -> str:
    before, after = row["before"] or {}, row["after"] or {}
    changes = [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in {**before, **after}]
    tail = " ".join(filter(None, (row["message"], row["note"], ", ".join(changes))))
    at = store_days.text(row["at"], "%Y-%m-%d %H:%M:%S")
    return f"{at}  {row['who']}: {row['action']} {row['label']}  {tail}".rstrip()


EDITS = Grid(
    LogEntry,
    "edits",
    {
        "edit": "pk",
        "at": "timestamp",
        "who": lambda row: row.actor_email or "system",
        "action": lambda row: str(row.get_action_display()),
        "label": "object_repr",
        "changes": lambda row: row.changes_dict or {},
        "request_id": lambda row: row.cid or "",
    },
)


class Command(GridCommand):
    """The search and the filters of History, and one entry whole."""

    help = "Show the newest history rows, or those about a SKU, an order, a request id or words."
    grid = Grid(
        Event,
        "events",
        {
            "event": "pk",
            "at": "at",
            "who": lambda row: row.name or row.job or "system",
            "action": "action",
            "object": "kind",
            "label": "label",
            "message": "message",
            "note": "note",
            "before": "before",
            "after": "after",
            "request_id": "request_id",
        },
        line=_line,
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("term", nargs="?", default="", help="SKU, order number, request id or words")
        parser.add_argument("--object", default="", metavar="KIND", help="a kind, such as orders.order")
        parser.add_argument("--job", default="", metavar="JOB", help="what this job did")
        parser.add_argument("--edits", action="store_true", help="what forms changed, field by field")
        add_filters(parser)
        self.add_grid(parser)

    def handle(self, *args: Any, term: str, **options: Any) -> None:
        kind, how = options["object"], {"search": term.strip(), "most": options["limit"]}
        if options["edits"]:
            app, _, model = kind.partition(".")
            of_kind = {"content_type__app_label": app, "content_type__model": model} if kind else {}
            only = narrowed(options, at="timestamp", user="actor", **of_kind)
            self.finish_grid(options, only=only, grid=EDITS, **how)
        else:
            self.finish_grid(options, only=narrowed(options, kind=kind, job=options["job"]), **how)
