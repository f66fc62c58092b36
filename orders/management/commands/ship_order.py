"""Ships or cancels units of an order, as the Ship by Jet form does, and waits for Jet's answer."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.outbox.models import Answer
from orders.allocations import Units
from orders.management import lookups, waiting
from orders.models import Order, Shipment
from orders.services import cancel_guard, shipment_answers, shipments
from orders.services.cancel_guard import NotGuarded
from orders.services.shipments import AlreadyWanted, ShipmentRefused, ShipmentWish


class Command(PanelCommand):
    """Ship everything that is open unless quantities are named."""

    help = "Ship an order: all open units unless --ship or --cancel name quantities."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="order number, reference order id or Jet order id")
        parser.add_argument("--tracking", default="", help="tracking number; required when a unit ships")
        parser.add_argument("--carrier", default="UPS")
        parser.add_argument("--method", default="UPSGround")
        parser.add_argument("--ship", action="append", default=[], metavar="SKU=N", help="ship N of a SKU")
        parser.add_argument(
            "--cancel", action="append", default=[], metavar="SKU=N", help="cancel N of a SKU"
        )
        parser.add_argument("--cancel-all", action="store_true", help="cancel every open unit")
        parser.add_argument(
            "--confirm-cancel", action="store_true", help="cancel exactly what the buyer asks to cancel"
        )
        parser.add_argument("--ship-at", type=lookups.moment, help="when it leaves; default now")
        parser.add_argument(
            "--pick-up-at", type=lookups.moment, help="carrier's pick-up; default a day later"
        )
        parser.add_argument(
            "--deliver-at", type=lookups.moment, help="expected delivery; default 4 days later"
        )
        parser.add_argument("--from-zip", default="", help="ZIP code that it ships from")
        parser.add_argument("--return-location", action="store_true", help="name the configured one")
        parser.add_argument("--days-to-return", type=int)
        parser.add_argument("--rma", default="", help="RMA number")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write and send nothing")
        lookups.add_consent(parser)

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = lookups.find_order(order)
        wish = self._wish(found, options)
        if options["dry_run"]:
            self._try(found, wish)
            return
        try:
            shipment = shipments.want_shipment(order=found, wish=wish)
        except (ShipmentRefused, AlreadyWanted) as error:
            raise CommandError(str(error)) from error
        with open_client(found.account, purpose="ship_order") as client:
            shipment_answers.send_shipments(client=client, account=found.account)
        self._report(found, shipment)

    def _wish(self, order: Order, options: dict[str, Any]) -> ShipmentWish:
        if options["confirm_cancel"]:
            return shipments.asked_wish(order)
        units = _units(order, options)
        ships = any(each.shipped for each in units.values())
        consent = lookups.consent_of(options)
        return ShipmentWish(
            units=units,
            reason=consent.reason,
            above_limit=consent.above_limit,
            **(_transport(options) if ships else {}),
        )

    def _try(self, order: Order, wish: ShipmentWish) -> None:
        items = list(order.items.all())
        wrong = [
            problem.message
            for problem in shipments.problems(
                order=order, items=items, wish=wish, shop=configuration.current()
            )
        ]
        rate = ""
        if shipments.cancels_unasked(items, wish):
            consent = cancel_guard.Consent(wish.reason, wish.above_limit)
            rate = str(cancel_guard.outlook(account=order.account, orders=[order.pk]))
            try:
                cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
            except NotGuarded as lack:
                wrong.append(lack.message)
        text = " ".join(wrong) or f"{shipments.sentence(wish, items)} Nothing was sent. {rate}".strip()
        self.finish({"order": order.number, "problems": wrong, "rate": rate}, text, ok=not wrong)

    def _report(self, order: Order, shipment: Shipment) -> None:
        waiting.sent(shipment)
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


def _units(order: Order, options: dict[str, Any]) -> dict[int, Units]:
    ship, cancel = (_quantities(options[name]) for name in ("ship", "cancel"))
    units = {}
    for item in order.items.all():
        cancelled = cancel.pop(item.sku, item.units_to_cancel)
        if options["cancel_all"]:
            cancelled = item.units_open
        rest = item.units_open - cancelled
        shipped = ship.pop(item.sku, 0 if ship or options["ship"] else rest)
        units[item.pk] = Units(0 if options["cancel_all"] else shipped, cancelled)
    for sku in (*ship, *cancel):
        raise CommandError(f"Order {order} has no item {sku}.")
    return units


def _transport(options: dict[str, Any]) -> dict[str, Any]:
    ship_at: datetime = options["ship_at"] or timezone.now()
    pick_up_at: datetime = options["pick_up_at"] or ship_at + timedelta(days=1)
    return {
        "tracking_number": options["tracking"],
        "carrier": options["carrier"],
        "method": options["method"],
        "ship_at": ship_at,
        "pick_up_at": pick_up_at,
        "deliver_at": options["deliver_at"] or pick_up_at + timedelta(days=4),
        "ship_from_zip": options["from_zip"],
        "with_return_location": options["return_location"],
        "days_to_return": options["days_to_return"],
        "rma_number": options["rma"],
    }


def _quantities(given: list[str]) -> dict[str, int]:
    found = {}
    for text in given:
        sku, _, number = text.rpartition("=")
        if not sku or not number.isdigit():
            raise Usage(f"{text!r} is not SKU=N.")
        found[sku] = int(number)
    return found
