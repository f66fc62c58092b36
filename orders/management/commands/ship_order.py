"""Ships or cancels units of an order, as the Ship by Jet form does, and waits for Jet's answer."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet import open_client
from jetbridge.core.management.base import PanelCommand
from orders.models import Order, Shipment
from orders.services import sending, shipping
from orders.services.filling import Units
from orders.services.shipping import AlreadyWanted, ShipmentRefused, ShipmentWish


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
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, order: str, **options: Any) -> None:
        found = self._find(order)
        wish = self._wish(found, options)
        try:
            shipment = shipping.want_shipment(order=found, wish=wish)
        except (ShipmentRefused, AlreadyWanted) as error:
            raise CommandError(str(error)) from error
        with open_client(found.account, purpose="ship_order") as client:
            sending.send_shipments(client=client, account=found.account)
        self._report(found, shipment)

    def _find(self, name: str) -> Order:
        known = Q(number=name) | Q(jet_id=name) | Q(reference_number=name)
        orders = list(Order.objects.filter(known, account=configuration.active_account())[:2])
        if len(orders) != 1:
            raise CommandError(f"{'No' if not orders else 'More than one'} order is known as {name}.")
        return orders[0]

    def _wish(self, order: Order, options: dict[str, Any]) -> ShipmentWish:
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
        ships = any(each.shipped for each in units.values())
        return ShipmentWish(units=units, reason=options["reason"], **(_transport(options) if ships else {}))

    def _report(self, order: Order, shipment: Shipment) -> None:
        order.refresh_from_db()
        shipment.refresh_from_db()
        summary = {
            "order": order.number,
            "jet_id": order.jet_id,
            "status": order.status,
            "shipment": shipment.state,
            "shipment_id": shipment.alt_shipment_id,
            "invoice": str(invoice) if (invoice := order.invoices.filter(shipment=shipment).first()) else "",
            "errors": shipment.errors,
        }
        state, status = shipment.get_state_display().lower(), order.get_status_display().lower()
        text = f"Order {order}: shipment {state}, order {status}."
        if shipment.errors:
            text += f" Jet says: {' '.join(shipment.errors)}"
        self.finish(summary, text, ok=shipment.state == Shipment.State.ACCEPTED)


def _transport(options: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    days: dict[str, datetime] = {
        "ship_at": now,
        "pick_up_at": now + timedelta(days=1),
        "deliver_at": now + timedelta(days=5),
    }
    named = {
        "tracking_number": options["tracking"],
        "carrier": options["carrier"],
        "method": options["method"],
    }
    return {**named, **days}


def _quantities(given: list[str]) -> dict[str, int]:
    found = {}
    for text in given:
        sku, _, number = text.rpartition("=")
        if not sku or not number.isdigit():
            raise CommandError(f"{text!r} is not SKU=N.", returncode=2)
        found[sku] = int(number)
    return found
