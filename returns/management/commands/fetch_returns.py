"""Fetches new returns from Jet: the button Fetch New Return."""

from typing import Any

from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from returns.management.bases import StepCommand
from returns.services import returns


class Command(StepCommand):
    """Store what is new."""

    help = "Fetch new returns from Jet."
    job = "returns.fetch_returns"
    word = "fetched"

    def step(self, client: Client, account: JetAccount, options: dict[str, Any]) -> Report:
        return returns.fetch_returns(client=client, account=account)
