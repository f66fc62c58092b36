"""Forgets a buyer for good, as Forget this buyer on an order's page does."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Erasure
from jetbridge.core.texts import counted
from orders.management import lookups
from orders.services import privacy


class Command(PanelCommand):
    """Asks for --yes: nothing brings them back, and copies that are put back forget them again."""

    help = "Forget the buyer of an order with all that they ordered; without an order, list the receipts."
    refusals = (privacy.StillNeeded,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "orders", nargs="*", metavar="order", help="order number, reference order id or Jet order id"
        )
        parser.add_argument("--yes", action="store_true", help="It cannot be undone, and that is meant.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would go; change nothing.")

    def handle(self, *args: Any, orders: list[str], yes: bool, dry_run: bool, **options: Any) -> None:
        if not orders:
            rows = [_row(receipt) for receipt in Erasure.objects.all()]
            self.finish_rows("receipts", rows, "Nobody was forgotten yet.")
            return
        chosen = [lookups.find_order(name) for name in orders]
        found = privacy.orders_of(chosen)
        numbers = [str(order) for order in found]
        text = f"{counted(len(found), 'order')} of this buyer: {', '.join(numbers)}."
        if alike := privacy.others_alike(found):
            names = ", ".join(map(str, alike))
            text += (
                f" The same name and address stand in other buyers' orders; name them too if meant: {names}."
            )
        if reasons := privacy.in_the_way(found):
            raise CommandError(" ".join([text, *reasons]))
        if dry_run:
            summary = {"orders": numbers, "alike": list(map(str, alike)), "dry_run": True}
            self.finish(summary, f"{text}\nA dry run: nothing was changed.")
            return
        if not yes:
            raise CommandError(f"{text} It cannot be undone. Repeat with --yes.")
        receipt = privacy.forget(orders=chosen)
        self.finish({**_row(receipt), "numbers": numbers}, f"{text} Forgotten. Receipt {receipt}.")


def _row(receipt: Erasure) -> dict[str, Any]:
    return {"receipt": receipt.number, "at": receipt.at, "who": receipt.who, **receipt.counts}
