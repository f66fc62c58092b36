"""Words an order as a sale for the store: Jet's prices, taxes, shipping and buyer, the titles of the settings."""

from collections.abc import Sequence

from jetbridge.core.models import Configuration
from jetbridge.store.documents import Recipient, Sale, SaleLine
from orders.models import Order, OrderItem

# Stores insist on a phone number and two names.
NO_PHONE, NO_NAME = "0000000000", "-"


def sale_of(order: Order, items: Sequence[OrderItem], config: Configuration) -> Sale:
    """Return what goes into the store: all units that were ordered, a cancel follows as a document of its own."""
    return Sale(
        number=store_number(order, config),
        reference=order.jet_id,
        email=_email(order, config),
        recipient=_recipient(order),
        lines=tuple(_line(item) for item in items if item.units_ordered),
        shipping=order.shipping_total,
        tax=order.tax_total,
        shipping_tax=order.shipping_tax_total,
        status=order.new_status or config.new_order_status,
        payment_title=order.payment_title or config.payment_title,
        shipping_title=order.shipping_method or config.shipping_title,
        comment=f"Jet order {order.jet_id}, {order.number} in JetBridge.",
    )


def store_number(order: Order, config: Configuration) -> str:
    """Return the number that an order is to have in the store."""
    return f"{config.store_order_prefix}{order.number}"


def _line(item: OrderItem) -> SaleLine:
    """The store's own spelling of the SKU, where the product is known: Jet's may differ in case."""
    product = item.product
    return SaleLine(
        sku=product.sku if product is not None else item.sku,
        name=item.title or item.sku,
        quantity=item.units_ordered,
        price=item.unit_price,
        total=item.line_price,
        tax=item.line_tax,
        reference=item.jet_id,
    )


def _recipient(order: Order) -> Recipient:
    names = order.recipient_name.split()
    street = (order.address1, order.address2)
    return Recipient(
        first_name=" ".join(names[:-1]) or order.recipient_name or NO_NAME,
        last_name=names[-1] if len(names) > 1 else NO_NAME,
        street=tuple(each for each in street if each) or (NO_NAME,),
        city=order.city or NO_NAME,
        region=order.state,
        postcode=order.zip_code or NO_NAME,
        phone=order.recipient_phone or NO_PHONE,
    )


def _email(order: Order, config: Configuration) -> str:
    """Jet forwards what goes to its hashed address; without one, the merchant's own gets what the store mails."""
    hashed = order.customer.hash_email
    return (
        hashed if "@" in hashed else config.store_mailbox or config.notification_email or "buyer@jet.invalid"
    )
