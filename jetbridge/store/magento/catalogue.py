"""Reads a Magento store's catalogue out of its answers: products, what their numbers mean, prices. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from jetapi.http.errors import Unreadable
from jetbridge.store.documents import (
    Input,
    SkippedRow,
    StoreAttribute,
    StoreImage,
    StorePrice,
    StoreProduct,
)
from jetbridge.store.magento.values import (
    Row,
    amount_or_none,
    as_list,
    as_object,
    as_objects,
    day,
    moment,
    text,
    whole,
)

T = TypeVar("T")
ENABLED = 1
COMPOSITE = ("configurable", "bundle", "grouped")
INPUTS = {
    "select": Input.SELECT, "multiselect": Input.MULTISELECT, "boolean": Input.BOOLEAN, "price": Input.NUMBER,
    "weight": Input.NUMBER, "date": Input.DATE, "datetime": Input.DATE, "media_image": Input.IMAGE,
    "gallery": Input.IMAGE, "swatch_visual": Input.SELECT, "swatch_text": Input.SELECT,
}  # fmt: skip


def readable(kind: str, key: str, rows: Iterable[Row], read: Callable[[Row], T]) -> Iterator[T | SkippedRow]:
    """Read rows one by one: one that is not what the store promises is named, and the rest goes on."""
    for row in rows:
        try:
            yield read(row)
        except Unreadable as problem:
            number = row.get(key)
            yield SkippedRow(
                kind, str(row.get("sku") or row.get(key, "?")), "; ".join(problem.messages),
                number if isinstance(number, int) else 0,
            )  # fmt: skip


def known(_number: int, _broken: Exception) -> None:
    """Leave out a row at which the store falls over where it is named elsewhere, or nothing is lost by it."""


def products(
    rows: Iterable[Row], in_view: Iterable[Row], skipped: Iterable[SkippedRow] = ()
) -> Iterator[StoreProduct | SkippedRow]:
    """
    Read products, each with what another store view shows of it.

    One of which either cannot be read is skipped: with half of what is said, the other half would count as gone.
    """
    shown: dict[int, StoreProduct] = {}
    left_out = {each.number: each for each in skipped}
    for row in in_view:
        for seen in readable("product", "id", [row], product):
            if isinstance(seen, StoreProduct):
                shown[seen.number] = seen
            else:
                left_out.setdefault(seen.number, seen)
    yield from left_out.values()
    for found in readable("product", "id", rows, product):
        if found.number not in left_out:
            yield found if isinstance(found, SkippedRow) else replace(found, in_view=shown.get(found.number))


def product(row: Row) -> StoreProduct:
    """
    Read a product of a list.

    :raises Unreadable: it has no number or no SKU
    """
    extension = as_object(row.get("extension_attributes"))
    return StoreProduct(
        number=whole(row.get("id")),
        sku=text(row, "sku"),
        name=str(row.get("name") or ""),
        kind=str(row.get("type_id") or ""),
        price=_price(row),
        is_enabled=row.get("status") == ENABLED,
        visibility=whole(row.get("visibility") or 0),
        updated_at=moment(row.get("updated_at")),
        weight=amount_or_none(row, "weight"),
        attributes={
            str(each["attribute_code"]): each.get("value")
            for each in as_objects(row.get("custom_attributes"))
            if each.get("attribute_code")
        },
        children=tuple(map(whole, as_list(extension.get("configurable_product_links")))),
        categories=tuple(
            whole(each.get("category_id")) for each in as_objects(extension.get("category_links"))
        ),
        images=_images(row),
        attribute_set=whole(row.get("attribute_set_id") or 0),
        axes=_axes(extension),
        websites=tuple(map(whole, as_list(extension.get("website_ids")))),
    )


def _price(row: Row) -> Decimal | None:
    """What is put together of others says 0 where it has no price."""
    found = amount_or_none(row, "price")
    return None if not found and row.get("type_id") in COMPOSITE else found


def _images(row: Row) -> tuple[StoreImage, ...]:
    """Read the gallery by place; films are no pictures."""
    entries = [
        each
        for each in as_objects(row.get("media_gallery_entries"))
        if each.get("file") and each.get("media_type", "image") == "image"
    ]
    return tuple(
        StoreImage(
            path=str(each["file"]),
            label=str(each.get("label") or ""),
            is_main="image" in as_list(each.get("types")),
            is_swatch="swatch_image" in as_list(each.get("types")),
            is_hidden=bool(each.get("disabled")),
        )
        for each in sorted(entries, key=lambda each: whole(each.get("position") or 0))
    )


def _axes(extension: Row) -> tuple[int, ...]:
    options = as_objects(extension.get("configurable_product_options"))
    placed = sorted(options, key=lambda each: whole(each.get("position") or 0))
    return tuple(whole(each.get("attribute_id")) for each in placed)


def attribute(row: Row, view: int) -> StoreAttribute:
    """
    Read an attribute, in the words of a store view by its number.

    :raises Unreadable: it has no number or no code
    """
    labels = {str(each.get("store_id")): each.get("label") for each in as_objects(row.get("frontend_labels"))}
    code = text(row, "attribute_code")
    said = str(row.get("frontend_input") or "")
    return StoreAttribute(
        number=whole(row.get("attribute_id")),
        code=code,
        label=str(labels.get(str(view)) or row.get("default_frontend_label") or ""),
        input=INPUTS.get(said, Input.TEXT),
        options={
            str(each["value"]): str(each.get("label") or "")
            for each in as_objects(row.get("options"))
            if each.get("value") not in (None, "") and not isinstance(each["value"], dict | list)
        },
    )


def attribute_set(row: Row) -> tuple[int, str]:
    """
    Read an attribute set: its number and name.

    :raises Unreadable: it has no number
    """
    return whole(row.get("attribute_set_id")), str(row.get("attribute_set_name") or "")


def numbered(row: Row) -> Row:
    """
    Take a row that has a number.

    :raises Unreadable: it has none
    """
    whole(row.get("id"))
    return row


def category_paths(rows: Iterable[Row]) -> dict[int, tuple[str, ...]]:
    """Return the names on the way to each category by its number, below the root of all; rows come in any order."""
    found = {whole(each.get("id")): each for each in rows}
    paths: dict[int, tuple[str, ...]] = {}
    for number, row in found.items():
        way = [whole(part) for part in str(row.get("path") or "").split("/") if part][1:]
        names = tuple(str(found[each].get("name") or "") for each in way if each in found)
        if way and len(names) == len(way) and all(names):
            paths[number] = names
    return paths


def prices(
    base: Iterable[Row], special: Iterable[Row], view: int, unread: Collection[str] = ()
) -> Iterator[StorePrice | str]:
    """
    Read prices with their special ones, but for SKUs of which a part was not read.

    A SKU of which the store gives two prices that differ is named alone.

    :raises Unreadable: a price of nothing
    """
    own = {text(each, "sku"): amount_or_none(each, "price") for each in _chosen(base, view)}
    left_out = {each.lower() for each in unread}
    reduced: dict[str, list[StorePrice]] = {}
    for each in _chosen(special, view):
        sku = text(each, "sku")
        found = StorePrice(
            sku,
            own.get(sku),
            amount_or_none(each, "price"),
            day(each.get("price_from")),
            day(each.get("price_to")),
        )
        known = reduced.setdefault(sku, [])
        if found not in known:
            known.append(found)
    for sku, price in own.items():
        several = reduced.get(sku, [])
        if sku.lower() not in left_out:
            yield sku if len(several) > 1 else several[0] if several else StorePrice(sku, price)


def _chosen(rows: Iterable[Row], view: int) -> list[Row]:
    """Leave of each SKU the rows of the store view, or those of all views where it has none."""
    rows = list(rows)
    own = {each.get("sku") for each in rows if view and each.get("store_id") == view}
    return [each for each in rows if each.get("store_id") == (view if each.get("sku") in own else 0)]


def price_of(found: StoreProduct) -> StorePrice:
    """Return a product's prices as its own values say them."""
    values = found.attributes
    try:
        special = Decimal(str(values["special_price"])) if values.get("special_price") else None
    except InvalidOperation:
        special = None
    return StorePrice(
        found.sku,
        found.price,
        special,
        day(values.get("special_from_date")),
        day(values.get("special_to_date")),
    )
