"""`manage.py api_log`: the calls to Jet, found as the page API Log finds them; one whole, as curl, or sent again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import log_search
from jetbridge.core.jet import replay
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.management import log_arguments
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing
from jetbridge.core.models import ApiCall


class Command(PanelCommand):
    """The search and the filters of the API log, its Copy as curl, and its Send again."""

    help = (
        "Show the newest calls to Jet, or those about something; one of them whole, as curl, or sent again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is looked for, or one call."""
        parser.add_argument(
            "term", nargs="?", default="", help="SKU, order, file or request id, 404, or words of the path"
        )
        parser.add_argument("--answer", choices=sorted(log_search.ANSWERS), help="what Jet said")
        parser.add_argument("--method", choices=("GET", "PUT", "POST", "PATCH"))
        parser.add_argument("--job", default="", metavar="JOB", help="what this job asked")
        log_arguments.add_filters(parser)
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--show", type=int, metavar="NUMBER", help="one call with both bodies")
        one.add_argument("--curl", type=int, metavar="NUMBER", help="one call as a line for the shell")
        one.add_argument("--again", type=int, metavar="NUMBER", help="send a reading call once more")
        parser.add_argument(
            "--dry-run", action="store_true", help="with --again: only say whether it would be sent"
        )

    def handle(self, *args: Any, term: str, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        if options["show"]:
            call = _find(options["show"])
            bodies = {"request": call.request_body, "response": call.response_body}
            self.finish(
                {**_told(call), **bodies}, "\n".join([_line(_told(call)), *filter(None, bodies.values())])
            )
        elif options["curl"]:
            call = _find(options["curl"])
            line, gaps = replay.curl(call), replay.gaps(call)
            self.finish({"call": call.pk, "curl": line, "gaps": gaps}, "\n".join(filter(None, (line, gaps))))
        elif options["again"]:
            self._again(_find(options["again"]), dry_run=options["dry_run"])
        else:
            self._list(term.strip(), options)

    def _list(self, term: str, options: dict[str, Any]) -> None:
        rows = log_arguments.filtered(ApiCall.objects.defer("request_body", "response_body"), options)
        if options["answer"]:
            rows = rows.filter(log_search.ANSWERS[options["answer"]][1])
        for column, value in (("method", options["method"]), ("purpose", options["job"])):
            rows = rows.filter(**{column: value}) if value else rows
        found = [_told(call) for call in log_search.calls(rows, term)[: options["limit"]]]
        self.finish({"calls": found}, "\n".join(map(_line, found)) or "Nothing was found.")

    def _again(self, call: ApiCall, *, dry_run: bool) -> None:
        if reason := replay.refusal(call):
            raise CommandError(f"{call} is not sent again. {reason}")
        if dry_run:
            self.finish({"call": call.pk, "dry_run": True}, f"{call} would be sent again.")
            return
        purpose = f"again #{call.pk}"
        try:
            with open_client(call.account, purpose=purpose) as client:
                replay.read_again(call, client=client)
        except JetFailure as error:
            raise CommandError(f"{call} was not answered: {error}") from error
        fresh = ApiCall.objects.filter(purpose=purpose).first()
        if fresh is None:
            self.finish({"call": call.pk}, f"{call} was sent again; the log keeps no row of it.")
            return
        self.finish(
            {**_told(fresh), "response": fresh.response_body},
            f"{_line(_told(fresh))}\n{fresh.response_body}".rstrip(),
        )


def _find(number: int) -> ApiCall:
    calls = ApiCall.objects.select_related("account")
    return existing(calls, f"The log has no call {number}.", pk=number)


def _told(call: ApiCall) -> dict[str, Any]:
    return {
        "call": call.pk,
        "at": call.at,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "error": call.error,
        "took_ms": call.duration_ms,
        "reference": call.reference,
        "purpose": call.purpose,
        "request_id": call.request_id,
    }


def _line(row: dict[str, Any]) -> str:
    answer = row["status"] or row["error"] or "no answer"
    return f"{row['call']}  {row['at']:%Y-%m-%d %H:%M:%S}  {row['method']} {row['path']}: {answer}"
