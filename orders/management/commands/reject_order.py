"""Rejects a ready or held order at Jet, behind the cancellation guard, and waits for Jet's answer."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetapi.types.order_messages import AcknowledgementStatus
from jetbridge.core.jet.client import open_client
from jetbridge.core.management.base import PanelCommand
from orders.management import lookups, waiting
from orders.models import Order
from orders.services import acknowledgements, cancel_guard
from orders.services.acknowledgements import NotPossible
from orders.services.cancel_guard import NotGuarded

WORDS = [str(each) for each in AcknowledgementStatus if each != AcknowledgementStatus.ACCEPTED]


class Command(PanelCommand):
    """Say no to an order."""

    help = (
        "Reject an order that is not acknowledged yet. Needs a reason; beyond the limit also --above-limit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument(
            "--status", choices=WORDS, default=str(AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR)
        )
        parser.add_argument("--dry-run", action="store_true", help="show the rate, write and send nothing")
        lookups.add_consent(parser)

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = lookups.find_order(order)
        consent = lookups.consent_of(options)
        outlook = cancel_guard.outlook(account=found.account, orders=[found.pk])
        try:
            if options["dry_run"]:
                cancel_guard.check(account=found.account, orders=[found.pk], consent=consent)
                self.finish({"order": found.number, "rate": str(outlook)}, f"{outlook} Nothing was sent.")
                return
            acknowledgements.want_rejection(order=found, consent=consent, status=options["status"])
        except (NotPossible, NotGuarded) as error:
            raise CommandError(str(error)) from error
        with open_client(found.account, purpose="reject_order") as client:
            acknowledgements.acknowledge_orders(client=client, account=found.account)
        waiting.answered(found)
        said = " ".join(found.acknowledgement.errors)
        summary = {"order": found.number, "status": found.status, "error": said}
        text = f"Order {found} is {found.get_status_display().lower()}. {said}".strip()
        self.finish(summary, text, ok=found.status == Order.Status.REJECTED)
