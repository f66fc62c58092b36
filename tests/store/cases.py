"""A kind of document for the store under the law of the outbox."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jetbridge.core import configuration
from jetbridge.store import senders, services
from jetbridge.store.models import StoreDocument
from tests.outbox.kit import DeliveryCase


@dataclass(frozen=True)
class DocumentCase(DeliveryCase):
    """The rows of one kind; the orders' own stand beside them."""

    kind: str = ""

    def rows(self) -> list[Any]:
        """Return the rows of the kind."""
        return list(StoreDocument.objects.filter(kind=self.kind).order_by("pk"))


@contextmanager
def sender():
    """Give what makes boxes that send to the linked store."""
    with services.open_store_to_send(mode="test", is_demo=False) as store:
        yield lambda: senders.DocumentSender(store, configuration.active_account())
