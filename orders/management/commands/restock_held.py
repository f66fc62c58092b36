"""Sets the units on hand of what held orders lack, and tries these orders again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage, refuse_invalid
from jetbridge.store import services as store
from orders import selectors
from orders.forms import RestockForm
from orders.services import retries


class Command(PanelCommand):
    """The page Restock held orders."""

    help = "List what held orders lack, or set the units on hand: SKU=UNITS ..., --all for what is enough."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quantities", nargs="*", metavar="SKU=UNITS", help="units on hand of a SKU")
        parser.add_argument("--all", action="store_true", help="of every other SKU, as many as are enough")
        self.add_dry_run(parser)

    def handle(self, *args: Any, quantities: list[str], **options: Any) -> None:
        short = selectors.shortages(selectors.held(configuration.active_account()))
        rows = [
            {
                "sku": row.product.sku, "on_hand": row.product.quantity, "needed": row.needed,
                "orders": row.orders, "amount": str(row.amount), "enough": row.enough,
            }
            for row in short
        ]  # fmt: skip
        if not quantities and not options["all"]:
            self.finish_rows("short", rows, "No held order lacks stock.")
            return
        if store.is_linked(configuration.current()):
            raise CommandError("Quantities are your store's: change them there.")
        if bad := [each for each in quantities if "=" not in each]:
            raise Usage(f"{bad[0]}: say SKU=UNITS.")
        given = dict(each.rpartition("=")[::2] for each in quantities)
        if strange := sorted(given.keys() - {row.product.sku for row in short}):
            raise CommandError(f"No held order lacks {', '.join(strange)}.")
        left = {row.product.sku: str(row.enough) if options["all"] else "" for row in short}
        entered = left | given
        form = RestockForm(
            {f"quantity_{row.product.pk}": entered[row.product.sku] for row in short}, short=short
        )
        refuse_invalid(form)
        with self.trying(options["dry_run"]):
            changed = retries.restock(form.quantities())
        self.finish({"changed": changed}, f"Restocked: {', '.join(changed) or 'nothing'}.")
