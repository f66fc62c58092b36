"""`manage.py validate_account`: checks keys and node with Jet (exit 1 when wrong), the store about mapped codes."""

from argparse import ArgumentParser
from typing import Any

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Mode
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import configuration as settings_service


class Command(PanelCommand):
    """The Validate button."""

    help = "Check with Jet whether the API user, the secret and the fulfillment node are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mode", choices=Mode.values, help="Which keys; without it those in use.")

    def handle(self, *, mode: str | None, **_: Any) -> None:
        account = configuration.account(mode or configuration.current().mode)
        check = accounts.check_account(account=account)
        accounts.keep_check(account=account, check=check)
        codes = settings_service.check_codes()
        summary = {
            "mode": account.mode, "passed": check.passed, "code": check.code, "message": check.message,
            "unknown_codes": codes.unknown,
        }  # fmt: skip
        self.finish(summary, f"{check.message}\n{codes.message}", ok=check.passed)
