"""`manage.py history`: who or which job did what, found as the page History finds it."""

from typing import Any

from auditlog.models import LogEntry
from django.core.management.base import CommandParser

from jetbridge.core import log_search
from jetbridge.core.management import log_arguments
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Event


class Command(PanelCommand):
    """The search and the filters of History, and one entry whole."""

    help = "Show the newest history rows, or those about a SKU, an order, a request id or words."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("term", nargs="?", default="", help="SKU, order number, request id or words")
        parser.add_argument("--object", default="", metavar="KIND", help="a kind, such as orders.order")
        parser.add_argument("--job", default="", metavar="JOB", help="what this job did")
        parser.add_argument("--edits", action="store_true", help="what forms changed, field by field")
        log_arguments.add_filters(parser)

    def handle(self, *args: Any, term: str, **options: Any) -> None:
        if options["edits"]:
            self._edits(term.strip(), options)
            return
        rows = log_arguments.filtered(Event.objects.select_related("user"), options)
        for column, value in (("kind", options["object"]), ("job", options["job"])):
            rows = rows.filter(**{column: value}) if value else rows
        found = [_told(event) for event in log_search.events(rows, term.strip())[: options["limit"]]]
        lines = [
            f"{each['at']:%Y-%m-%d %H:%M:%S}  {each['who']}: {each['action']} {each['label']}  {_tail(each)}"
            for each in found
        ]
        self.finish({"events": found}, "\n".join(map(str.rstrip, lines)) or "Nothing was found.")

    def _edits(self, term: str, options: dict[str, Any]) -> None:
        rows = LogEntry.objects.select_related("actor", "content_type").order_by("-pk")
        rows = log_arguments.filtered(rows, options, at="timestamp", user="actor")
        if options["object"]:
            app, _, model = options["object"].partition(".")
            rows = rows.filter(content_type__app_label=app, content_type__model=model)
        found = [
            {
                "edit": each.pk,
                "at": each.timestamp,
                "who": str(each.actor or "system"),
                "action": str(each.get_action_display()),
                "label": each.object_repr,
                "changes": each.changes_dict or {},
                "request_id": each.cid or "",
            }
            for each in log_search.edits(rows, term)[: options["limit"]]
        ]
        lines = [
            f"{row['at']:%Y-%m-%d %H:%M:%S}  {row['who']}: {row['action']} {row['label']}" for row in found
        ]
        self.finish({"edits": found}, "\n".join(lines) or "Nothing was found.")


def _told(event: Event) -> dict[str, Any]:
    return {
        "event": event.pk,
        "at": event.at,
        "who": str(event.user or event.job or "system"),
        "action": event.action,
        "object": event.kind,
        "label": event.label,
        "message": event.message,
        "note": event.note,
        "before": event.before,
        "after": event.after,
        "request_id": event.request_id,
    }


def _tail(row: dict[str, Any]) -> str:
    before, after = row["before"] or {}, row["after"] or {}
    changes = [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in {**before, **after}]
    return " ".join(filter(None, (row["message"], row["note"], ", ".join(changes))))
