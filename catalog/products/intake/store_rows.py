"""A product of a linked store made into the rows that a file of it would hold. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from catalog.products.intake import cells
from catalog.products.intake.attribute_cells import Value
from catalog.products.intake.category_cells import checked_path
from catalog.products.intake.cells import BadCell
from catalog.products.intake.image_cells import (
    CLEARING,
    LONGEST_LABEL,
    LONGEST_PATH,
    ImageCell,
    ImageCells,
    image_key,
)
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.row_reader import sku_problems
from catalog.products.intake.rows import TEXTS, BadRow, Row
from catalog.products.intake.store_values import clean, name_of, value_of
from catalog.products.models import Attribute
from catalog.products.models.categories import join_names
from catalog.products.models.products import sku_key
from jetbridge.store.documents import Input, StoreAttribute, StorePrice, StoreProduct, StoreVocabulary, Words

T = TypeVar("T")
KINDS = {
    Input.TEXT: Attribute.Kind.TEXT, Input.DATE: Attribute.Kind.TEXT, Input.SELECT: Attribute.Kind.SELECT,
    Input.MULTISELECT: Attribute.Kind.MULTISELECT, Input.NUMBER: Attribute.Kind.NUMBER,
    Input.BOOLEAN: Attribute.Kind.BOOLEAN,
}  # fmt: skip


def price_fields(price: StorePrice) -> dict[str, Any]:
    """
    Return what a price changes of its product.

    :raises BadCell: it cannot be one
    """
    found: dict[str, Any] = {
        "special_price": _amount("special_price", price.special),
        "special_price_from": price.starts if price.special is not None else None,
        "special_price_to": price.ends if price.special is not None else None,
    }
    return found if price.price is None else found | {"price": _amount("price", price.price)}


class StoreReader:
    """
    Reads products in the words of one reading's vocabulary.

    What a product has of a list that could not be read is left as it is here; `is_partial` says that there was any.
    """

    def __init__(self, vocabulary: StoreVocabulary, *, view: str = "") -> None:
        self._words, self._view = vocabulary, view
        self.is_partial = False
        self.names = {code: name for code, each in vocabulary.attributes.items() if (name := name_of(each))}
        self._codes = {each.number: code for code, each in vocabulary.attributes.items()}

    def axes(self, found: StoreProduct) -> list[str] | None:
        """Return the codes in which a product's children differ; None where not all of them are known."""
        if self._is_unread(Words.ATTRIBUTES, found.axes, self._codes):
            return None
        return [self.names[code] for number in found.axes if (code := self._codes.get(number)) in self.names]

    def rows(self, found: StoreProduct) -> Iterator[Row]:
        """
        Give a product's own row, and the one of its store view.

        :raises BadRow: with every problem of the product
        """
        problems = [RowProblem(found.number, found.sku, *_facts(*each)) for each in sku_problems(found.sku)]
        row = self._row(found)
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("name", lambda: row.fields.update(self._fields(found))),
            ("attributes", lambda: row.attributes.update(self._attributes(found))),
            ("categories", lambda: setattr(row, "categories", self._categories(found))),
            ("images", lambda: setattr(row, "images", _images(found))),
        )
        for column, step in steps:
            try:
                step()
            except BadCell as error:
                problems.append(RowProblem(found.number, found.sku, *_facts(column, error)))
        if problems:
            raise BadRow(problems)
        yield row
        if self._view:
            yield self._in_view(found, row)

    def _row(self, found: StoreProduct, view: str = "") -> Row:
        sku = found.sku.strip()
        return Row(Record(found.number, []), sku, sku_key(sku), view, kind=cells.kind(found.kind))

    def _fields(self, found: StoreProduct) -> dict[str, Any]:
        shown, values = found.in_view or found, found.attributes
        website = self._words.website
        sold = website is None or not found.websites or website in found.websites
        return {
            "name": cells.named("name", cells.text(255, required=True), clean(found.name) or cells.EMPTY),
            "description": clean(values.get("description")),
            "short_description": clean(values.get("short_description")),
            **self._set(found.attribute_set),
            "enabled": shown.is_enabled and sold,
            "visibility": cells.visibility(str(shown.visibility)) if shown.visibility else "",
            "weight": _amount("weight", found.weight),
            "price": None,
            **price_fields(_price(shown)),
        }

    def _set(self, number: int) -> dict[str, str]:
        if self._is_unread(Words.SETS, [number], self._words.sets):
            return {}
        return {"attribute_set": self._words.sets.get(number, "")[:255]}

    def _is_unread(self, words: Words, said: Iterable[T], known: Mapping[T, object]) -> bool:
        """Return whether a product says what its list, which was not read whole, does not explain."""
        found = self._words.lacks(words) and any(each not in known for each in said)
        self.is_partial |= found
        return found

    def _attributes(self, found: StoreProduct) -> dict[str, Value | None]:
        words = self._words.attributes
        read = (
            (name, value_of(words.get(code), raw))
            for code, raw in found.attributes.items()
            if (name := self._name(code))
        )
        return {name: value for name, value in read if value}

    def _name(self, code: str) -> str:
        """Attributes that the vocabulary does not have are texts, unless the store keeps them for itself."""
        if code in self._words.attributes:
            return self.names.get(code, "")
        name = name_of(StoreAttribute(0, code, "", Input.TEXT))
        return "" if name and self._is_unread(Words.ATTRIBUTES, [code], self._words.attributes) else name

    def _categories(self, found: StoreProduct) -> list[str] | None:
        if self._is_unread(Words.CATEGORIES, found.categories, self._words.categories):
            return None
        ways = (self._words.categories.get(number) for number in found.categories)
        paths = (checked_path(join_names([clean(name) for name in way])) for way in ways if way)
        return list(dict.fromkeys(paths))

    def _in_view(self, found: StoreProduct, own: Row) -> Row:
        """Say of a store view what differs in it; what does not, falls back to the product's own."""
        row, shown = self._row(found, self._view), found.in_view
        row.fields = dict.fromkeys(TEXTS, "")
        if shown is None:
            return row
        said = {"name": shown.name, **{name: shown.attributes.get(name) for name in TEXTS[1:]}}
        row.fields = {
            name: text
            if (text := clean(said[name])[: 255 if name == "name" else None]) != own.fields[name]
            else ""
            for name in TEXTS
        }
        values = self._attributes(shown)
        row.attributes = {
            name: value if value != own.attributes.get(name) else None for name, value in values.items()
        }
        return row


def _price(shown: StoreProduct) -> StorePrice:
    values = shown.attributes
    return StorePrice(
        shown.sku,
        shown.price,
        _decimal(values.get("special_price")),
        _day("special_price_from", values, "special_from_date"),
        _day("special_price_to", values, "special_to_date"),
    )


def _decimal(raw: Any) -> Decimal | None:
    return None if raw in (None, "") else cells.named("special_price", cells.decimal(), str(raw))


def _day(column: str, values: Mapping[str, Any], code: str) -> date | None:
    raw = values.get(code)
    if not raw:
        return None
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        raise BadCell("unknown_date", f"{str(raw)[:40]!r} is no date.", column) from None


def _amount(column: str, value: Decimal | None) -> Decimal | None:
    return None if value is None else cells.named(column, cells.decimal(), f"{value:f}")


def _images(found: StoreProduct) -> ImageCells:
    """Take the whole gallery: whatever is not in it is there no more."""
    images: dict[str, ImageCell] = {}
    for each in sorted(found.images, key=lambda image: not image.is_main):
        if len(each.path) > LONGEST_PATH:
            raise BadCell("too_long", f"An image path has {len(each.path):,} characters; {LONGEST_PATH} fit.")
        label = clean(each.label)[:LONGEST_LABEL]
        images.setdefault(
            image_key(each.path), ImageCell(each.path, label, each.is_main, each.is_swatch, is_bare=True)
        )
    hidden = {image_key(each.path) for each in found.images if each.is_hidden}
    return ImageCells(list(images.values()), hidden, whole=True, cleared=set(CLEARING))


def _facts(column: str, error: BadCell) -> tuple[str, str, str]:
    return error.column or column, error.code, str(error)
