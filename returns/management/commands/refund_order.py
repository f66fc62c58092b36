"""Refunds units of an order, as the button Submit Refund does, and waits for Jet's receipt."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core.jet.client import open_client
from jetbridge.core.management.faults import Usage
from jetbridge.outbox.models import State
from jetbridge.panel.management import form_rows
from jetbridge.panel.management.forms import FormCommand
from orders.management import lookups
from orders.models import Order
from returns import selectors
from returns.forms.completions import PART_LABELS
from returns.forms.refunds import RefundForm
from returns.management import waits
from returns.refund_reasons import FEEDBACK, REASONS
from returns.services import ledger, refund_answers, refunds
from returns.services.refunds import AlreadyQueued, RefundDraft, RefundRefused


class Command(FormCommand):
    """Pay back what was paid for the named units, as far as the ledger allows."""

    help = "Refund units of an order: at what was paid for them (--units), or as each --line says."
    form = RefundForm
    flags = {"alt_refund_id": "--id"}
    rows = {"--line": "SKU;NAME=VALUE;..."}
    hints = {
        "alt_refund_id": "your own id; the same id never pays twice",
        "--line": "one line as the form has it: units_returned, units_refunded, "
        f"{', '.join(PART_LABELS)}, reason, feedback, notes",
    }
    bad_value = 2
    refusals = (RefundRefused, AlreadyQueued)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument("--units", action="append", default=[], metavar="SKU=N")
        self.add_fields(parser)
        parser.add_argument(
            "--reason", default="", choices=["", *REASONS], help="the customer's, for --units"
        )
        parser.add_argument("--feedback", default="", choices=["", *FEEDBACK])
        parser.add_argument("--notes", default="")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        if not (options["units"] or options["line"]) or (options["units"] and not options["reason"]):
            raise Usage("Give --units with --reason, or --line.")
        form_rows.refuse_beside("line", options, "units", "reason", "feedback", "notes")
        found = lookups.find_order(order)
        draft = self._draft(found, options)
        if options["dry_run"]:
            items = {item.pk: item for item in selectors.order_lines(found)}
            wrong = [problem.message for problem in refunds.problems(items=items, draft=draft)]
            total = sum(line.amounts.total for line in draft.lines.values())
            text = " ".join(wrong) or f"Order {found} would get ${total:,.2f} back. Nothing was sent."
            self.finish({"order": found.number, "problems": wrong}, text, ok=not wrong)
            return
        self._pay(found, draft)

    def _draft(self, order: Order, options: dict[str, Any]) -> RefundDraft:
        first = {"alt_refund_id": refunds.new_alt_id()}
        how: dict[str, Any] = {"items": list(selectors.order_lines(order)), "initial": first}
        form = RefundForm(**how)
        units = form_rows.read("--units", "SKU=N", options["units"])
        named = dict(units) or form_rows.read("--line", self.rows["--line"], options["line"])
        for item, left in form.left.items():
            if item.sku in named and not left.units:
                raise CommandError(f"{item.sku}: nothing is left to refund. {ledger.earlier(item)}".strip())
            if item.sku in units:
                named[item.sku] = _paid(item, int(units[item.sku][form_rows.ONE]), options)
        fields = form_rows.placed(form, "--line", named, f"Order {order}", {})
        # Read here and now: nothing was seen before it.
        seen = {f"seen_{line['item'].pk}": line["seen"] for line in form.lines if line["include"]}
        draft: RefundDraft = self.filled({**self.given(options), **fields, **seen}, **how).draft()
        return draft

    def _pay(self, found: Order, draft: RefundDraft) -> None:
        refund = refunds.queue_refund(order=found, draft=draft)
        with open_client(found.account, purpose="refund_order") as client:
            refund_answers.send_refunds(client=client, account=found.account)
        waits.settled(refund)
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


def _paid(item: Any, units: int, options: dict[str, Any]) -> dict[str, str]:
    """Return a line that gives back what was paid for some units, as far as it is left."""
    amounts = refunds.paid_for(item, units).least(ledger.left_of(item).amounts)
    words = {name: options[name] for name in ("reason", "feedback", "notes")}
    counts = dict.fromkeys(("units_returned", "units_refunded"), str(units))
    return {**counts, **{part: str(getattr(amounts, part)) for part in PART_LABELS}, **words}
