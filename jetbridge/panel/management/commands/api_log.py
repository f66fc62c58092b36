"""`manage.py api_log`: calls to Jet and the store, found as the page API Log finds them; one whole, or as curl."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import log_search
from jetbridge.core.jet import replay
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.management.lookups import existing
from jetbridge.core.models import ApiCall
from jetbridge.panel.management.grids import Grid, GridCommand
from jetbridge.panel.management.log_arguments import add_filters, narrowed


class Command(GridCommand):
    """The search and the filters of the API log, its Copy as curl, and its Send again."""

    help = (
        "Show the newest calls to Jet and the store, or those about something; one whole, as curl, or again."
    )
    grid = Grid(
        ApiCall,
        "calls",
        {
            "call": "pk", "at": "at", "method": "method", "path": "path", "store": "store", "status": "status",
            "error": "error", "took_ms": "duration_ms", "reference": "reference", "purpose": "purpose",
            "request_id": "request_id",
        },
    )  # fmt: skip

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is looked for, or one call."""
        parser.add_argument(
            "term", nargs="?", default="", help="SKU, order, file or request id, 404, or words of the path"
        )
        parser.add_argument("--answer", choices=sorted(log_search.ANSWERS), help="what was answered")
        parser.add_argument("--side", choices=sorted(log_search.SIDES), help="to whom it went")
        parser.add_argument("--method", choices=("GET", "PUT", "POST", "PATCH", "DELETE"))
        parser.add_argument("--job", default="", metavar="JOB", help="what this job asked")
        add_filters(parser)
        one = parser.add_mutually_exclusive_group()
        one.add_argument("--show", type=int, metavar="NUMBER", help="one call with both bodies")
        one.add_argument("--curl", type=int, metavar="NUMBER", help="one call as a line for the shell")
        one.add_argument("--again", type=int, metavar="NUMBER", help="send a reading call once more")
        self.add_grid(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="with --again: only say whether it would be sent"
        )

    def handle(self, *args: Any, term: str, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        number = next(
            (options[name] for name in ("show", "curl", "again") if options[name] is not None), None
        )
        if number is None:
            only = narrowed(options, method=options["method"], purpose=options["job"])
            if options["answer"]:
                only &= log_search.ANSWERS[options["answer"]][1]
            if options["side"]:
                only &= log_search.SIDES[options["side"]][1]
            self.finish_grid(options, only=only, search=term.strip(), most=options["limit"])
            return
        calls = ApiCall.objects.select_related("account")
        call = existing(calls, f"The log has no call {number}.", pk=number)
        if options["show"] is not None:
            self.finish_facts(
                {**self.grid.row_of(call), "request": call.request_body, "response": call.response_body}
            )
        elif options["curl"] is not None:
            line, gaps = replay.curl(call), replay.gaps(call)
            self.finish({"call": call.pk, "curl": line, "gaps": gaps}, "\n".join(filter(None, (line, gaps))))
        else:
            self._again(call, dry_run=options["dry_run"])

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
        else:
            self.finish_facts({**self.grid.row_of(fresh), "response": fresh.response_body})
