"""Says which documents stand on one side only, the panel's or the store's, and does what ends it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.store.models import StoreCarrier
from orders.documents import carriers, fixes, questions
from orders.documents.carriers import NotACarrier
from orders.documents.fixes import Choice, NotFixed


class Command(PanelCommand):
    """The page Store Differences."""

    refusals = (NotFixed, NotACarrier)
    help = "List what stands on one side only, the panel's or the store's; --fix NUMBER does what its button does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", type=int, metavar="NUMBER", help="do what the button of this one does")
        parser.add_argument("--leave", type=int, metavar="NUMBER", help="leave both sides as they are")
        parser.add_argument(
            "--carriers", action="store_true", help="list what Jet calls the store's carriers"
        )
        parser.add_argument(
            "--carrier-of", nargs=2, metavar=("CODE", "TITLE"),
            help="say what Jet calls a carrier of the store (no title: all of the code); forget it without --carrier",
        )  # fmt: skip
        parser.add_argument(
            "--carrier", default="", help="with --fix or --carrier-of: Jet's name of a carrier of the store"
        )
        parser.add_argument("--method", default="", help="with --carrier: Jet's code of the shipping method")
        parser.add_argument(
            "--above-limit", action="store_true", help="with --fix: the cancellation limit may be passed"
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["carriers"]:
            self.finish_rows(
                "carriers",
                list(StoreCarrier.objects.values("code", "title", "carrier", "method")),
                "Nothing was chosen: carriers go by code and title.",
            )
            return
        if options["carrier_of"]:
            code, title = options["carrier_of"]
            self._choose(code, title, options)
            return
        account = configuration.active_account()
        rows = questions.open_ones(account.pk)
        number = options["fix"] or options["leave"]
        if number is None:
            found = [questions.row(each, fixes.label(each)) for each in rows]
            waiting = [questions.row(each, fixes.label(each)) for each in questions.waiting_ones(account.pk)]
            none = "\n".join([questions.none_open(), *(f"Waiting: {each['text']}" for each in waiting)])
            self.finish_rows("differences", found, none, waiting=waiting)
            return
        document = (rows | questions.waiting_ones(account.pk)).filter(pk=number).first()
        if document is None:
            raise CommandError(f"No difference has the number {number}.")
        choice = Choice(options["carrier"], options["method"], options["above_limit"])
        with self.trying(options["dry_run"]):
            said = fixes.leave(document) if options["leave"] else fixes.fix(document, choice)
        self.finish({"fixed": number, "message": said}, said)

    def _choose(self, code: str, title: str, options: dict[str, Any]) -> None:
        with self.trying(options["dry_run"]):
            if options["carrier"]:
                made = carriers.choose(code, title, options["carrier"], options["method"])
                said = f"{made} goes to Jet as {made.carrier} {made.method}".strip() + "."
            else:
                carriers.forget(code, title)
                said = f"{code} {title}".strip() + " is known by its code and title again."
        self.finish({"message": said}, said)
