"""Workers of orders that run in processes of their own."""

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from orders.services import shipment_answers


def send_shipments(_argument: str) -> None:
    """Send what is due of shipments and cancels."""
    with open_client() as client:
        shipment_answers.send_shipments(client=client, account=configuration.active_account())
