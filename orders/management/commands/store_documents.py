"""`manage.py store_documents`: what goes to the linked store and came from there; tried again, matched, sent."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.outbox.models import State, in_state
from jetbridge.store import deliveries, services
from jetbridge.store.models import StoreDocument
from orders import handovers
from orders.management import lookups
from orders.models import Order

# More are found by an order's number.
MOST = 500


class Command(PanelCommand):
    """Documents send themselves; this is for those that wait for a person."""

    help = "List documents for the linked store; try one again, say which of the store's it is, or send an order."
    refusals = (deliveries.NotPossible, *services.FAILURES)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", nargs="?", default="", help="number, reference order id or Jet order id")
        parser.add_argument("--state", default="", choices=[state.value for state in State if state.value])
        parser.add_argument("--retry", type=int, metavar="NUMBER", help="try this document again")
        parser.add_argument("--match", type=int, nargs=2, metavar=("NUMBER", "STORE_ID"),
                            help="the document NUMBER is the one with this key in the store")  # fmt: skip
        parser.add_argument("--send", action="store_true", help="have an open order made in the store")
        self.add_dry_run(parser)

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        """Do one thing, and list."""
        rows = StoreDocument.objects.filter(account=configuration.active_account())
        if sum((options["retry"] is not None, options["match"] is not None, options["send"])) > 1:
            raise Usage("Say one of --retry, --match and --send.")
        found = lookups.find_order(order) if order else None
        row = self._named(options)
        # Asked before anything is written: no call is made while a transaction is open.
        number = _number_there(row, options["match"][1]) if row and options["match"] else ""
        with self.trying(options["dry_run"]):
            self._do(found, row, number, options)
            if row is not None:
                rows = rows.filter(pk=row.pk)
            if found is not None:
                rows = rows.filter(order_key=found.pk)
            if options["state"]:
                rows = rows.filter(in_state(options["state"], timezone.now()))
            self.finish_rows("documents", [_shown(row) for row in rows[:MOST]], "No documents for the store.")

    def _do(
        self, found: Order | None, row: StoreDocument | None, number: str, options: dict[str, Any]
    ) -> None:
        if row is not None and options["match"]:
            handovers.match(row, store_id=options["match"][1], store_number=number)
        elif row is not None:
            handovers.retry(row)
        elif options["send"]:
            if found is None:
                raise Usage("Name the order that is to be sent.")
            handovers.send_by_choice(found)

    def _named(self, options: dict[str, Any]) -> StoreDocument | None:
        """Return the document that is to be tried again or matched."""
        if options["retry"] is not None:
            return self._document(options["retry"])
        return self._document(options["match"][0]) if options["match"] else None

    def _document(self, number: int) -> StoreDocument:
        row = StoreDocument.objects.filter(account=configuration.active_account(), pk=number).first()
        if row is None:
            raise Usage(f"There is no document {number}; `store_documents` lists them.")
        return row


def _number_there(row: StoreDocument, store_id: int) -> str:
    """
    Return the number that people see, of an order; other documents are taken as they are named.

    :raises NotPossible: the store has no such order
    """
    if row.kind != StoreDocument.Kind.ORDER:
        return ""
    with services.open_store() as store:
        found = next(iter(store.orders_of([store_id])), None)
    number = getattr(found, "number", "")
    if not number:
        raise deliveries.NotPossible(f"The store has no order with the key {store_id}.")
    return str(number)


def _shown(row: StoreDocument) -> dict[str, Any]:
    return {
        "number": row.pk, "order": row.reference, "kind": row.kind, "origin": row.origin, "state": str(row.state),
        "store_number": row.store_number, "store_id": row.store_id, "way": row.way, "errors": list(row.errors),
    }  # fmt: skip
