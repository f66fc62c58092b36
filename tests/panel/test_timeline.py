"""One timeline shows what services did and what people edited."""

import pytest
from django.contrib.auth.models import User as Person

from jetbridge.core import history
from jetbridge.core.actors import acting
from jetbridge.panel import timeline
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_an_edit_shows_who_changed_what_from_what_to_what(merchant: Person):
    product = ProductFactory(name="Mug")
    with acting(user=merchant):
        product.name = "Blue mug"
        product.save()

    newest = timeline.of(product)[0]

    assert (newest.who, newest.action) == ("alice", "edited")
    assert newest.changes == (timeline.Change("Name", "Mug", "Blue mug"),)


def test_what_was_stored_as_a_mapping_is_read_field_by_field_in_words(merchant: Person, admin_client):
    product = ProductFactory(jet_fields={"brand": "Venia", "bullets": ["Soft"]}, enabled=True)
    with acting(user=merchant):
        product.jet_fields = {"bullets": ["Soft", "Warm"], "ASIN": "B00PEN1234"}
        product.enabled = False
        product.save()
    event = history.record("changed", product, before={"jet": {}}, after={"jet": {"brand": "Venia"}})

    edit = timeline.of(product)[1]
    page = admin_client.get(f"/admin/core/event/{event.pk}/change/").content.decode()

    assert set(edit.changes) == {
        timeline.Change("ASIN", "nothing", "B00PEN1234"),
        timeline.Change("Brand", "Venia", "nothing"),
        timeline.Change("Bullets", "Soft", "Soft, Warm"),
        timeline.Change("Enabled", "yes", "no"),
    }
    assert timeline.of(product)[0].changes == (timeline.Change("Brand", "nothing", "Venia"),)
    assert "{" not in page.split("<main", 1)[1].split("Brand", 1)[1].split("</table>", 1)[0]


def test_jobs_and_people_stand_in_one_order():
    product = ProductFactory()
    with acting(job="catalog.sync_prices"):
        history.record("price sent", product, message="19.99 USD")

    entries = timeline.of(product)

    assert [entry.action for entry in entries] == ["price sent", "created"]
    assert entries[0].who == "Sync prices"


def test_a_form_edit_carries_the_request_id(merchant: Person):
    product = ProductFactory()
    with acting(user=merchant) as actor:
        product.name = "Other"
        product.save()

    assert timeline.of(product)[0].request_id == actor.request_id
