"""The bases of commands: one that runs a job's step for the active account, one that ends a refund that is named."""

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, open_client
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs.management import waits
from returns.models import Refund


class StepCommand(PanelCommand):
    """Subclasses name the job, the word for what was done, and `step`."""

    job: ClassVar[str]
    word: ClassVar[str] = "done"

    def step(self, client: Client, account: JetAccount, options: dict[str, Any]) -> Report:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        name = type(self).__module__.rpartition(".")[2]
        with waits.commanded(self.job) as run, open_client(purpose=name) as client:
            run.add(self.step(client, configuration.active_account(), options))
        report = run.report
        summary = {
            self.word: report.done,
            "failed": report.failed,
            "items": [vars(item) for item in report.items],
        }
        lines = [f"{report.done} {self.word}, {report.failed} failed."]
        lines += [f"  {item.reference}: {item.reason}" for item in report.items]
        self.finish(summary, "\n".join(lines))


class RefundCommand(PanelCommand):
    """Subclasses name the word for what was done, what follows from it, and `end`."""

    word: ClassVar[str]
    outcome: ClassVar[str]

    def end(self, refund: Refund) -> None:
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("refund", help="your own refund id, or Jet's")
        self.add_dry_run(parser)

    def handle(self, *args: Any, refund: str, **options: Any) -> None:
        rows = Refund.objects.filter(account=configuration.active_account())
        found = lookups.the_one(rows, refund, "alt_refund_id", "jet_id", what="refund")
        with self.trying(options["dry_run"]):
            self.end(found)
        self.finish({self.word: refund}, f"Refund {refund} is {self.word}; {self.outcome}.")
