"""Follows refunds at Jet: the button Get Updated Refund Status."""

from typing import Any

from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from returns.management.bases import StepCommand
from returns.services import refund_answers


class Command(StepCommand):
    """Book or free what Jet decided."""

    help = "Refresh from Jet how refunds under way stand; book the accepted, free the rejected."
    job = "returns.sync_refund_statuses"
    word = "changed"

    def step(self, client: Client, account: JetAccount, options: dict[str, Any]) -> Report:
        return refund_answers.sync_refund_statuses(client=client, account=account)
