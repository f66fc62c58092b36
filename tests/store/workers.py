"""Workers of the store that run in processes of their own."""

from jetbridge.core import configuration
from jetbridge.store import senders


def send_documents(_argument: str) -> None:
    """Send what is due of all kinds of documents."""
    senders.send_documents(account=configuration.active_account())
