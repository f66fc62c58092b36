"""A shipped order leads to its refund."""

from django.test import Client
from django.urls import reverse

from orders.models import Order


def test_a_shipped_order_leads_to_its_refund(admin_client: Client, shipped: Order):
    page = admin_client.get(reverse("orders:order", args=[shipped.pk])).content.decode()
    address = f"{reverse('returns:refund_add')}?order={shipped.number}"

    assert address in page
    assert shipped.items.get().sku in admin_client.get(address).content.decode()
