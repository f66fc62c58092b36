"""Reads a Magento store's views and websites out of its answers; pure functions, no call."""

from dataclasses import dataclass
from typing import Any

from jetbridge.store.magento.values import as_objects, whole


@dataclass(frozen=True, slots=True)
class View:
    """A store view: its number (0 is what all share), and where its pictures stand."""

    number: int = 0
    media_url: str = ""


def view(configs: Any, code: str) -> View:
    """Choose a store view's settings by its code, or the first one's where it is what all share."""
    found = as_objects(configs)
    chosen = next((each for each in found if each.get("code") == code), None)
    row = chosen or next(iter(found), {})
    address = str(row.get("secure_base_media_url") or row.get("base_media_url") or "")
    return View(whole(row.get("id") or 0) if chosen else 0, address)


def has_several_views(rows: Any) -> bool:
    """Return whether a store shows itself to buyers in more than one view; the administration has one of its own."""
    return (
        len([row for row in as_objects(rows) if row.get("code") != "admin" and row.get("id") not in (0, "0")])
        > 1
    )


def website(rows: Any, code: str) -> int | None:
    """Return the number of a website, or nothing where the store has none of that code."""
    found = next((each for each in as_objects(rows) if each.get("code") == code), None)
    return None if found is None else whole(found.get("id"))
