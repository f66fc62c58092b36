"""Reads a Magento store's short lists: where it sells from, and what its numbers and codes mean."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from jetapi.http import answers
from jetapi.http.errors import CallError, NotFound, Unreadable
from jetbridge.store.documents import SkippedRow, StoreAttribute, StoreVocabulary, Words
from jetbridge.store.magento import catalogue, views, walks
from jetbridge.store.magento.client import ALL, PAGE, SEARCH, MagentoClient
from jetbridge.store.magento.errors import StoreBroken
from jetbridge.store.magento.values import Row, text, whole
from jetbridge.store.magento.wire import Filter, segment

SETS = "products/attribute-sets/sets/list"
# No attribute and no set has this name: what is asked for it gives a sound list without rows.
NOBODY = "-"
T = TypeVar("T")


def sources(client: MagentoClient, website: str) -> list[str]:
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


def source_zips(client: MagentoClient) -> dict[str, str]:
    """Return the ZIP code of each source by its code, empty where it has none."""
    try:
        rows = _all(client, "inventory/sources", [])
    except NotFound as refusal:
        if has_no_such_route(refusal):
            return {}
        raise
    found = catalogue.readable("source", "source_code", rows, _zip)
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


def vocabulary(client: MagentoClient, view: views.View, website: str) -> StoreVocabulary:
    """
    Read attributes with their options and labels, sets, the whole tree of categories, and the website.

    :raises CallError: no answer, or a refusal
    """
    found = _Lists(client)
    attributes = found.read(
        Words.ATTRIBUTES,
        found.paged(Words.ATTRIBUTES, "products/attributes", "attribute_id", "attribute_code"),
        lambda row: catalogue.attribute(row, view.number),
    )
    sets = found.read(
        Words.SETS,
        found.paged(Words.SETS, SETS, "attribute_set_id", "attribute_set_name"),
        catalogue.attribute_set,
    )
    return StoreVocabulary(
        attributes={each.code: each for each in attributes if isinstance(each, StoreAttribute)},
        sets=dict(sets),
        categories=catalogue.category_paths(found.read(Words.CATEGORIES, found.tree(), catalogue.numbered)),
        website=views.website(client.read("store/websites"), website),
        media_url=view.media_url,
        unread=tuple(found.unread),
    )


class _Lists:
    """The lists of one reading, and what of them could not be read."""

    def __init__(self, client: MagentoClient) -> None:
        self._client = client
        self.unread: list[SkippedRow] = []

    def read(self, words: Words, rows: Iterable[Row], read: Callable[[Row], T]) -> list[T]:
        found: list[T] = []
        try:
            for each in catalogue.readable(words, "id", rows, read):
                if isinstance(each, SkippedRow):
                    self.unread.append(each)
                else:
                    found.append(each)
        except (StoreBroken, Unreadable) as error:
            why = error.why if isinstance(error, StoreBroken) else "; ".join(error.messages)
            self.unread.append(SkippedRow(words, "The rest" if found else "", why))
        return found

    def paged(self, words: Words, path: str, sort: str, name: str) -> Iterator[Row]:
        """Read a list whose rows cannot be filtered by number, page after page."""

        def page(number: int, size: int, is_search: bool) -> tuple[walks.Rows, int]:
            return self._client.walk_page(path, sort=sort, page=number, size=size, is_search=is_search)

        def skip(at: int, broken: StoreBroken) -> None:
            self.unread.append(SkippedRow(words, self._name(path, sort, name, at), broken.why))

        return walks.by_places(
            page,
            lambda: min(PAGE, self._client.most_rows),
            skip,
            sound=lambda: self._client.walk_page(path, [Filter(name, NOBODY)], size=1, is_search=True),
        )

    def _name(self, path: str, sort: str, name: str, at: int) -> str:
        asked: dict[str, Any] = {"fields": f"items[{name}],total_count", "page": at + 1, "size": 1}
        try:
            rows, _total = self._client.page(path, sort=sort, timeouts=SEARCH, **asked)
        except CallError:
            rows = []
        return next((str(each[name]) for each in rows if each.get(name)), f"Row {at + 1}")

    def tree(self) -> Iterator[Row]:
        def skip(number: int, broken: StoreBroken) -> None:
            self.unread.append(SkippedRow(Words.CATEGORIES, f"Number {number}", broken.why, number))

        return self._client.rows("categories/list", key="id", skip=skip, view=ALL)
