"""Where documents stand in the store, for the pages of the orders that they belong to."""

from collections.abc import Iterable
from typing import Any

from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.outbox.models import State
from jetbridge.store import services
from jetbridge.store.models import StoreDocument
from orders import texts
from orders.documents import questions
from orders.models import Order

Kind = StoreDocument.Kind
# Where the administration of a Magento store shows each, below its address.
_PLACES: dict[str, str] = {
    Kind.ORDER: "sales/order/view/order_id/{order}",
    Kind.CANCEL: "sales/order/view/order_id/{order}",
    Kind.INVOICE: "sales/order_invoice/view/invoice_id/{id}",
    Kind.SHIPMENT: "admin/order_shipment/view/shipment_id/{id}",
    Kind.CREDIT_MEMO: "sales/order_creditmemo/view/creditmemo_id/{id}",
}
_ASKING = {questions.TRACKING: "Waiting for tracking"}


def of_order(order: Order) -> list[dict[str, Any]]:
    """Return an order's documents in the store, oldest first."""
    return shown(StoreDocument.objects.filter(account=order.account_id, order_key=order.pk).order_by("pk"))


def shown(documents: Iterable[StoreDocument]) -> list[dict[str, Any]]:
    """Return documents with their state in words, its tone, and where the store shows them."""
    config = configuration.current()
    return [
        {"document": each, "url": _url(each, config), "state": _state(each), "tone": _tone(each)}
        for each in documents
    ]


def _state(document: StoreDocument) -> str:
    if document.answer == "held":
        return _ASKING.get(str(document.details.get("asks")), "Needs you")
    return str(document.state.label)


def _tone(document: StoreDocument) -> str:
    is_open = document.answer == "held" or (document.state == State.ACCEPTED and document.errors)
    return "amber" if is_open else texts.SHIPMENT_TONES.get(document.state, "grey")


def _url(document: StoreDocument, config: Configuration) -> str:
    base = document.store or services.address_of(config)
    if not base or document.store_order is None or document.store_id is None:
        return ""
    if services.is_emulator(config):
        return f"{base}/admin/orders/{document.store_order}"
    return f"{base}/admin/{_PLACES[document.kind].format(order=document.store_order, id=document.store_id)}"
