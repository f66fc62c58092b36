"""Refunds units of an order, as the button Submit Refund does, and waits for Jet's receipt."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.outbox.models import State
from orders.models import Order, OrderItem
from returns import selectors
from returns.management import lines, waiting
from returns.refund_reasons import FEEDBACK, REASONS
from returns.services import ledger, refund_answers, refunds
from returns.services.refunds import AlreadyWanted, LineWish, RefundRefused, RefundWish


class Command(PanelCommand):
    """Pay back what was paid for the named units, as far as the ledger allows."""

    help = "Refund units of an order: at what was paid for them (--units), or as each --line says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument("--units", action="append", default=[], metavar="SKU=N")
        lines.add_lines(parser, "SKU")
        parser.add_argument(
            "--reason", default="", choices=["", *REASONS], help="the customer's, for --units"
        )
        parser.add_argument("--feedback", default="", choices=["", *FEEDBACK])
        parser.add_argument("--notes", default="")
        parser.add_argument("--id", default="", help="your own id; the same id never pays twice")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        if not (options["units"] or options["line"]) or (options["units"] and not options["reason"]):
            raise Usage("Give --units with --reason, or --line.")
        lines.check_alone(options, "units", "reason", "feedback", "notes")
        known = Order.objects.filter(account=configuration.active_account())
        found = lookups.the_one(known, order, "number", "jet_id", "reference_number", what="order")
        rows = list(selectors.order_lines(found))
        items = {item.sku: item for item in rows}
        lines.check_single((item.sku for item in rows), _named(options))
        wish = RefundWish(options["id"] or refunds.new_alt_id(), _lines(found, items, options))
        if options["dry_run"]:
            by_pk = {item.pk: item for item in items.values()}
            wrong = [problem.message for problem in refunds.problems(items=by_pk, wish=wish)]
            total = sum(line.amounts.total for line in wish.lines.values())
            text = " ".join(wrong) or f"Order {found} would get ${total:,.2f} back. Nothing was sent."
            self.finish({"order": found.number, "problems": wrong}, text, ok=not wrong)
            return
        self._pay(found, wish)

    def _pay(self, found: Order, wish: RefundWish) -> None:
        try:
            refund = refunds.want_refund(order=found, wish=wish)
        except (RefundRefused, AlreadyWanted) as error:
            raise CommandError(str(error)) from error
        with open_client(found.account, purpose="refund_order") as client:
            refund_answers.send_refunds(client=client, account=found.account)
        waiting.settled(refund)
        summary = {
            "refund": refund.alt_refund_id,
            "jet_id": refund.jet_id,
            "status": refund.status,
            "answer": refund.state.value,
            "errors": refund.errors,
        }
        text = f"Refund {refund}: {refund.state.label.lower()}."
        text += f" Jet says: {' '.join(refund.errors)}" if refund.errors else ""
        self.finish(summary, text, ok=refund.state == State.ACCEPTED)


def _lines(order: Order, items: dict[str, OrderItem], options: dict[str, Any]) -> dict[int, LineWish]:
    found: dict[int, LineWish] = {}
    for text in options["units"]:
        sku, _, number = text.rpartition("=")
        if not sku or not number.isdigit():
            raise Usage(f"{text!r} is not SKU=N.")
        if sku not in items:
            raise _no_item(order, sku)
        units, item = int(number), items[sku]
        if item.pk in found:
            raise Usage(f"--units names {sku} twice.")
        found[item.pk] = LineWish(
            units_returned=units,
            units_refunded=units,
            amounts=refunds.paid_for(item, units).least(ledger.left_of(item).amounts),
            reason=options["reason"],
            feedback=options["feedback"],
            notes=options["notes"],
        )
    for sku, line in lines.read(options["line"]).items():
        if sku not in items:
            raise _no_item(order, sku)
        found[items[sku].pk] = LineWish(
            units_returned=lines.units(line, "units_returned"),
            units_refunded=lines.units(line, "units_refunded"),
            amounts=lines.amounts(line),
            **lines.words(line),
        )
    return found


def _named(options: dict[str, Any]) -> list[str]:
    return [*(text.rpartition("=")[0] for text in options["units"]), *lines.read(options["line"])]


def _no_item(order: Order, sku: str) -> CommandError:
    return CommandError(f"Order {order} has no item {sku}.")
