"""`manage.py validate_account`: asks Jet whether keys and fulfillment node are right; exit code 1 when not."""

from argparse import ArgumentParser
from typing import Any

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Mode
from jetbridge.desk.services import accounts


class Command(PanelCommand):
    """The Validate button."""

    help = "Ask Jet whether the API user, the secret and the fulfillment node are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the mode."""
        parser.add_argument("--mode", choices=Mode.values, help="Which keys; without it those in use.")

    def handle(self, *, mode: str | None, **_: Any) -> None:
        """Ask, keep the answer, say it."""
        account = configuration.account(mode or configuration.current().mode)
        check = accounts.check_account(account=account)
        accounts.keep_check(account=account, check=check)
        summary = {"mode": account.mode, "passed": check.passed, "code": check.code, "message": check.message}
        self.finish(summary, check.message, ok=check.passed)
