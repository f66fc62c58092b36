"""Reads which sources a Magento store sells from, and where they stand; a store without sources has none."""

from collections.abc import Mapping
from typing import Any

from jetapi.http import answers
from jetapi.http.errors import NotFound
from jetbridge.store.documents import SkippedRow
from jetbridge.store.magento.catalogue import readable
from jetbridge.store.magento.client import MagentoClient
from jetbridge.store.magento.values import Row, text, whole
from jetbridge.store.magento.wire import Filter, segment


def codes(client: MagentoClient, website: str) -> list[str]:
    """Return the sources of a website's stock, by priority."""
    path = f"inventory/stock-resolver/website/{segment(website)}"
    try:
        stock = whole(answers.mapping(client.read(path), of=path).get("stock_id"))
    except NotFound as refusal:
        if has_no_such_route(refusal):
            return []
        raise
    links = _all(client, "inventory/stock-source-links", [Filter("stock_id", stock)])
    placed = sorted(links, key=lambda each: whole(each.get("priority") or 0))
    return [text(each, "source_code") for each in placed]


def zips(client: MagentoClient) -> dict[str, str]:
    """Return the ZIP code of each source by its code, empty where it has none."""
    try:
        rows = _all(client, "inventory/sources", [])
    except NotFound as refusal:
        if has_no_such_route(refusal):
            return {}
        raise
    found = readable("source", "source_code", rows, _zip)
    return dict(each for each in found if not isinstance(each, SkippedRow))


def has_no_such_route(refusal: NotFound) -> bool:
    """Return whether the store lacks the whole service, as one without multi-source inventory does."""
    return any("not match any route" in each for each in refusal.messages)


def _zip(row: Row) -> tuple[str, str]:
    digits = str(row.get("postcode") or "").strip()[:5]
    return text(row, "source_code"), digits if len(digits) == 5 and digits.isdecimal() else ""


def _all(client: MagentoClient, path: str, filters: list[Filter]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    page = 1
    while True:
        items, total = client.page(path, filters, page=page)
        found += items
        if not items or len(found) >= total:
            return found
        page += 1
