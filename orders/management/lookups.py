"""What commands about orders share: an order by any of its names, and what the guard asks for."""

from datetime import datetime

from django.core.management.base import CommandParser
from django.utils.dateparse import parse_datetime

from jetbridge.core import configuration, store_days
from jetbridge.core.management import lookups
from orders.models import FailedOrder, Order
from orders.services.cancel_guard import Consent


def find_order(name: str) -> Order:
    """
    Return the order of this number, reference order ID or Jet order ID.

    :raises CommandError: the name is empty, or there is none, or more than one
    """
    rows = Order.objects.filter(account=configuration.active_account())
    fix = f"`fetch_orders {name}` reads it from Jet."
    return lookups.the_one(rows, name, "number", "jet_id", "reference_number", what="order", fix=fix)


def find_failure(name: str) -> FailedOrder:
    """
    Return the failed order of this number, reference order ID or Jet order ID.

    :raises CommandError: the name is empty, or there is none, or more than one
    """
    rows = FailedOrder.objects.filter(account=configuration.active_account())
    rows = rows.select_related("order", "account")
    return lookups.the_one(rows, name, "order__number", "jet_id", "reference_number", what="failed order")


def add_consent(parser: CommandParser) -> None:
    """Add the options that the cancellation guard asks for."""
    parser.add_argument("--reason", default="", help="why units are cancelled; required by the guard")
    parser.add_argument(
        "--above-limit", action="store_true", help="pass the cancellation limit of the configuration"
    )


def consent_of(options: dict[str, object]) -> Consent:
    """Return what the options give the guard."""
    return Consent(reason=str(options["reason"] or ""), above_limit=bool(options["above_limit"]))


def moment(text: str) -> datetime:
    """
    Read a date and time, in the store's time zone where it names none.

    :raises ValueError: it is neither
    """
    found = parse_datetime(text if "T" in text or " " in text else f"{text} 09:00")
    if found is None:
        raise ValueError(text)
    return store_days.aware(found)
