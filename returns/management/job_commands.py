"""The base of commands that run one job's step for the active account, as its button does."""

from typing import Any, ClassVar

from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs.management import waits


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
