"""Ships or cancels units of an order, as the Ship by Jet form does, and waits for Jet's answer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.outbox.models import Answer
from jetbridge.panel.management.forms import FormCommand
from orders.forms.shipments import OPTIONS, ShipForm
from orders.management import lookups, waits
from orders.models import Order, Shipment
from orders.services import cancel_guard, shipment_answers, shipments
from orders.services.cancel_guard import NotGuarded
from orders.services.shipments import AlreadyQueued, ShipmentDraft, ShipmentRefused

CARRIER, METHOD = "UPS", "UPSGround"


class Command(FormCommand):
    """Ship everything that is open unless quantities are named."""

    help = "Ship an order: all open units unless --ship or --cancel name quantities."
    form = ShipForm
    flags = OPTIONS
    rows = {"--ship": "SKU=N", "--cancel": "SKU=N"}
    types = dict.fromkeys(("ship_at", "pick_up_at", "deliver_at"), lookups.moment)
    hints = {
        "tracking_number": "tracking number; required when a unit ships",
        "ship_at": "when it leaves; default now",
        "pick_up_at": "carrier's pick-up; default a day later",
        "deliver_at": "expected delivery; default 4 days later",
        "--ship": "ship N of a SKU",
        "--cancel": "cancel N of a SKU",
    }
    bad_value = 2
    refusals = (ShipmentRefused, AlreadyQueued)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        self.add_fields(parser)
        parser.add_argument("--cancel-all", action="store_true", help="cancel every open unit")
        parser.add_argument(
            "--confirm-cancel", action="store_true", help="cancel exactly what the buyer asks to cancel"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")
        lookups.add_consent(parser)

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = lookups.find_order(order)
        draft = (
            shipments.requested_cancel(found) if options["confirm_cancel"] else self._draft(found, options)
        )
        if options["dry_run"]:
            self._try(found, draft)
            return
        shipment = shipments.queue_shipment(order=found, draft=draft)
        with open_client(found.account, purpose="ship_order") as client:
            shipment_answers.send_shipments(client=client, account=found.account)
        self._report(found, shipment)

    def _draft(self, order: Order, options: dict[str, Any]) -> ShipmentDraft:
        how: dict[str, Any] = {
            "items": list(order.items.all()),
            "initial": {"sequence": shipments.next_sequence(order)},
        }
        ship_at = options["ship_at"] or timezone.now()
        pick_up_at = options["pick_up_at"] or ship_at + timedelta(days=1)
        deliver_at = options["deliver_at"] or pick_up_at + timedelta(days=4)
        usual = {"carrier": CARRIER, "method": METHOD, "ship_at": str(ship_at), "pick_up_at": str(pick_up_at)}
        fields = {**usual, "deliver_at": str(deliver_at), **self.given(options)}
        form = self.filled({**fields, **self._units(ShipForm(**how), order, options)}, **how)
        consent = lookups.consent_of(options)
        draft: ShipmentDraft = replace(form.draft(), reason=consent.reason, above_limit=consent.above_limit)
        return draft

    def _units(self, form: ShipForm, order: Order, options: dict[str, Any]) -> dict[str, str]:
        """Return what is shipped of each line: what is named, else all that is open and not cancelled."""
        named, found = self.rows_given(form, options, f"Order {order}"), dict[str, str]()
        for item in form.items:
            ship, cancel = f"ship_{item.pk}", f"cancel_{item.pk}"
            cancelled = (
                item.units_open if options["cancel_all"] else int(named.get(cancel, item.units_to_cancel))
            )
            rest = 0 if options["ship"] or options["cancel_all"] else max(item.units_open - cancelled, 0)
            shipped = rest if options["cancel_all"] else named.get(ship, rest)
            found |= {ship: str(shipped), cancel: str(cancelled)}
        return found

    def _try(self, order: Order, draft: ShipmentDraft) -> None:
        items = list(order.items.all())
        found = shipments.problems(order=order, items=items, draft=draft, config=configuration.current())
        wrong, rate = [problem.message for problem in found], ""
        if shipments.cancels_unasked(items, draft):
            consent = cancel_guard.Consent(draft.reason, draft.above_limit)
            rate = str(cancel_guard.outlook(account=order.account, orders=[order.pk]))
            try:
                cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
            except NotGuarded as lack:
                wrong.append(lack.message)
        text = " ".join(wrong) or f"{shipments.sentence(draft, items)} Nothing was sent. {rate}".strip()
        self.finish({"order": order.number, "problems": wrong, "rate": rate}, text, ok=not wrong)

    def _report(self, order: Order, shipment: Shipment) -> None:
        waits.sent(shipment)
        order.refresh_from_db()
        summary = {
            "order": order.number,
            "jet_id": order.jet_id,
            "status": order.status,
            "shipment": shipment.state.value,
            "shipment_id": shipment.alt_shipment_id,
            "invoice": str(invoice) if (invoice := order.invoices.filter(shipment=shipment).first()) else "",
            "errors": shipment.errors,
        }
        state, status = shipment.state.label.lower(), order.get_status_display().lower()
        text = f"Order {order}: shipment {state}, order {status}."
        if shipment.errors:
            text += f" Jet says: {' '.join(shipment.errors)}"
        self.finish(summary, text, ok=shipment.answer == Answer.ACCEPTED)
