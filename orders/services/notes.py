"""Leaves a note on an order."""

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.utils import timezone

from jetbridge.core import history
from orders.models import Order, OrderNote


@transaction.atomic
def add_note(*, order: Order, text: str, user: Person | None = None) -> OrderNote:
    """
    Write a note down.

    :raises ValueError: there is nothing in it
    """
    if not text.strip():
        raise ValueError("A note needs a text.")
    note = OrderNote.objects.create(order=order, text=text.strip(), at=timezone.now(), user=user)
    history.record("note", order)  # the text stands in the note alone, which goes with the buyer's data
    return note
