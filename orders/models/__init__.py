"""Tables of orders, by topic."""

from orders.models.acknowledgements import Acknowledgement
from orders.models.customers import Customer
from orders.models.desks import OrderDesk, OrderTag
from orders.models.failed import FailedOrder, RejectionStop
from orders.models.fetches import OrderFetch
from orders.models.invoices import Invoice, InvoiceItem
from orders.models.items import OrderItem
from orders.models.notes import OrderNote
from orders.models.orders import Order
from orders.models.oversells import Oversell
from orders.models.papers import SlipLogo
from orders.models.parcel_headers import ParcelHeader
from orders.models.shipments import Shipment, ShipmentItem
from orders.models.words import OrderWord

__all__ = [
    "Acknowledgement",
    "Customer",
    "FailedOrder",
    "Invoice",
    "InvoiceItem",
    "Order",
    "OrderDesk",
    "OrderFetch",
    "OrderItem",
    "OrderNote",
    "OrderTag",
    "OrderWord",
    "Oversell",
    "ParcelHeader",
    "RejectionStop",
    "Shipment",
    "ShipmentItem",
    "SlipLogo",
]
