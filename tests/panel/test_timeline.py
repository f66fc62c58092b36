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
    assert newest.changes == (timeline.Change("name", "Mug", "Blue mug"),)


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
