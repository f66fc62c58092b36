"""Tables of orders, by topic."""

from orders.models.acknowledgements import Acknowledgement
from orders.models.customers import Customer
from orders.models.failed import FailedOrder, RejectionStop
from orders.models.fetches import OrderFetch
from orders.models.invoices import Invoice, InvoiceItem
from orders.models.items import OrderItem
from orders.models.notes import OrderNote
from orders.models.orders import Order
from orders.models.oversells import Oversell
from orders.models.shipments import Shipment, ShipmentItem

__all__ = [
    "Acknowledgement",
    "Customer",
    "FailedOrder",
    "Invoice",
    "InvoiceItem",
    "Order",
    "OrderFetch",
    "OrderItem",
    "OrderNote",
    "Oversell",
    "RejectionStop",
    "Shipment",
    "ShipmentItem",
]
