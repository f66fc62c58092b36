"""Where documents stand in the store, for the pages of the orders that they belong to."""

from collections.abc import Iterable
from typing import Any

from jetbridge.outbox.models import State
from jetbridge.store.models import TRACKING, StoreDocument
from orders import texts

_ASKING = {TRACKING: "Waiting for tracking"}


def shown(documents: Iterable[StoreDocument]) -> list[dict[str, Any]]:
    """Return documents with their state in words, its tone, and where the store shows them."""
    return [
        {"document": each, "url": each.admin_url, "state": state(each), "tone": _tone(each)}
        for each in documents
    ]


def state(document: StoreDocument) -> str:
    """Say where a document stands; one of the store says what it waits for."""
    if document.answer == "held":
        return _ASKING.get(str(document.details.get("asks")), "Needs you")
    return str(document.state.label)


def _tone(document: StoreDocument) -> str:
    is_open = document.answer == "held" or (document.state == State.ACCEPTED and document.errors)
    return "amber" if is_open else texts.SHIPMENT_TONES.get(document.state, "grey")
