"""Workers of the catalogue that run in processes of their own."""

from catalog.listings.facets import registry
from catalog.listings.services import direct_updates
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client


def send_details(_argument: str) -> None:
    """Send what is due of products' details."""
    with open_client() as client:
        account = configuration.active_account()
        direct_updates.send_wanted(client=client, account=account, facets=registry.creating())
