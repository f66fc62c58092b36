"""The return generator of test mode offers the orders that it can use."""

from django.urls import reverse


def test_generator_offers_a_shipped_order_and_opens_its_return(shipped, admin_client):
    page = admin_client.get(reverse("desk:jet_api")).content.decode()
    sandbox_knows = f'value="{shipped.jet_id}"' in page

    made = admin_client.post(
        reverse("desk:jet_api_generate", args=["return"]), {"order_id": shipped.jet_id}, follow=True
    ).content.decode()

    assert sandbox_knows
    assert "Jet opened return" in made
