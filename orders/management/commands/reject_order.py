"""Rejects a ready or held order at Jet, behind the cancellation guard, and waits for Jet's answer."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.jet.client import open_client
from jetbridge.panel.management.forms import FormCommand
from orders.forms.rejections import RejectForm
from orders.management import lookups, waits
from orders.models import Order
from orders.services import acknowledgements, cancel_guard
from orders.services.cancel_guard import NotGuarded, NotPossible


class Command(FormCommand):
    """Say no to an order."""

    help = (
        "Reject an order that is not acknowledged yet. Needs a reason; beyond the limit also --above-limit."
    )

    form = RejectForm
    refusals = (NotPossible, NotGuarded)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        self.add_fields(parser)
        parser.add_argument("--dry-run", action="store_true", help="show the rate, write and send nothing")

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = lookups.find_order(order)
        consent = lookups.consent_of(options)
        outlook = cancel_guard.outlook(account=found.account, orders=[found.pk])
        if options["dry_run"]:
            cancel_guard.check(account=found.account, orders=[found.pk], consent=consent)
            self.finish({"order": found.number, "rate": str(outlook)}, f"{outlook} Nothing was sent.")
            return
        status = options["status"] or RejectForm.base_fields["status"].initial
        acknowledgements.queue_rejection(order=found, consent=consent, status=status)
        with open_client(found.account, purpose="reject_order") as client:
            acknowledgements.acknowledge_orders(client=client, account=found.account)
        waits.answered(found)
        said = " ".join(found.acknowledgement.errors)
        summary = {"order": found.number, "status": found.status, "error": said}
        text = f"Order {found} is {found.get_status_display().lower()}. {said}".strip()
        self.finish(summary, text, ok=found.status == Order.Status.REJECTED)
