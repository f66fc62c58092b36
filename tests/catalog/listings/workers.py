"""Workers of the catalogue that run in processes of their own."""

from catalog.listings.facets import registry
from catalog.listings.services import direct_updates, file_uploads
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.outbox import drains


def send_details(_argument: str) -> None:
    """Send what is due of products' details."""
    with open_client() as client:
        account = configuration.active_account()
        direct_updates.send_pending(client=client, account=account, facets=registry.creating())


def take_files_on(step: str) -> None:
    """Take files through one step, by its name."""
    (box,) = (each for each in file_uploads.STEPS if each.name == step)
    with open_client() as client:
        drains.drain(box(client, configuration.active_account()), connections=2)
