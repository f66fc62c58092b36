"""Workers of orders that run in processes of their own."""

from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from orders.services import acknowledgements, shipment_answers


def send_shipments(_argument: str) -> None:
    """Send what is due of shipments and cancels."""
    with open_client() as client:
        shipment_answers.send_shipments(client=client, account=configuration.active_account())


def send_acknowledgements(_argument: str) -> None:
    """Send what is due of acknowledgements."""
    with open_client() as client:
        acknowledgements.send_acknowledgements(client=client, account=configuration.active_account())


def send_rejections(_argument: str) -> None:
    """Send what is due of rejections."""
    with open_client() as client:
        acknowledgements.send_rejections(client=client, account=configuration.active_account())
