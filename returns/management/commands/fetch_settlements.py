"""Fetches Jet's settlement reports: the button Fetch settlements."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from returns.management.bases import StepCommand
from returns.services import settlements


class Command(StepCommand):
    """Store new reports, and follow those that are not paid."""

    help = "Fetch Jet's weekly settlement reports and compare them with our own books."
    job = "returns.fetch_settlements"
    word = "fetched"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=0, help="how far to look back; default five weeks")

    def step(self, client: Client, account: JetAccount, options: dict[str, Any]) -> Report:
        return settlements.fetch_settlements(client=client, account=account, days=options["days"])
