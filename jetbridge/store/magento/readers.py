"""Reads the documents of a Magento store out of its answers; pure functions, no call."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from jetapi.http.errors import Unreadable, unreadable
from jetbridge.store.documents import (
    SkippedRow,
    StockLevel,
    StoreCreditMemo,
    StoreInvoice,
    StoreLine,
    StoreOrder,
    StoreProduct,
    StoreShipment,
    Track,
    Units,
)
from jetbridge.store.magento.wire import moment

Row = Mapping[str, Any]
T = TypeVar("T")
ENABLED = 1


def readable(kind: str, key: str, rows: Iterable[Row], read: Callable[[Row], T]) -> Iterator[T | SkippedRow]:
    """Read rows one by one: one that is not what the store promises is named, and the rest goes on."""
    for row in rows:
        try:
            yield read(row)
        except Unreadable as problem:
            yield SkippedRow(kind, str(row.get(key, "?")), "; ".join(problem.messages))


def product(row: Row) -> StoreProduct:
    """
    Read a product of a list.

    :raises Unreadable: it has no number or no SKU
    """
    extension = _object(row.get("extension_attributes"))
    shown = (each for each in _objects(row.get("media_gallery_entries")) if not each.get("disabled"))
    gallery = sorted(shown, key=lambda each: whole(each.get("position") or 0))
    return StoreProduct(
        number=whole(row.get("id")),
        sku=text(row, "sku"),
        name=str(row.get("name") or ""),
        kind=str(row.get("type_id") or ""),
        price=_amount(row, "price"),
        is_enabled=row.get("status") == ENABLED,
        visibility=whole(row.get("visibility") or 0),
        updated_at=moment(row.get("updated_at")),
        weight=_amount(row, "weight"),
        attributes={
            str(each["attribute_code"]): each.get("value")
            for each in _objects(row.get("custom_attributes"))
            if each.get("attribute_code")
        },
        children=tuple(map(whole, _list(extension.get("configurable_product_links")))),
        categories=tuple(
            whole(each.get("category_id")) for each in _objects(extension.get("category_links"))
        ),
        images=tuple(str(each["file"]) for each in gallery if each.get("file")),
    )


def source_level(row: Row) -> StockLevel:
    """
    Read what a source holds.

    :raises Unreadable: of nothing, or no quantity
    """
    return StockLevel(
        sku=text(row, "sku"),
        quantity=amount(row, "quantity"),
        is_in_stock=bool(row.get("status")),
        source=text(row, "source_code"),
    )


def salable_level(row: Row) -> StockLevel:
    """
    Read what is for sale.

    :raises Unreadable: of nothing, or no quantity
    """
    return StockLevel(text(row, "sku"), amount(row, "qty"), bool(row.get("is_salable")))


def order(row: Row) -> StoreOrder:
    """
    Read an order; where no state was ever set there is none.

    :raises Unreadable: it has no number, no total or a line without a SKU
    """
    return StoreOrder(
        id=whole(row.get("entity_id")),
        number=text(row, "increment_id"),
        reference=str(row.get("ext_order_id") or ""),
        state=str(row.get("state") or ""),
        status=str(row.get("status") or ""),
        total=amount(row, "grand_total"),
        created_at=moment(row.get("created_at")),
        updated_at=moment(row.get("updated_at")),
        lines=tuple(map(_line, _objects(row.get("items")))),
    )


def shipment(row: Row) -> StoreShipment:
    """
    Read a shipment; its tracks may be null.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreShipment(
        order=whole(row.get("order_id")),
        units=_units(row),
        tracks=tuple(map(_track, _objects(row.get("tracks")))),
        source=str(_object(row.get("extension_attributes")).get("source_code") or ""),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
    )


def invoice(row: Row) -> StoreInvoice:
    """
    Read an invoice.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreInvoice(
        order=whole(row.get("order_id")),
        units=_units(row),
        total=_amount(row, "grand_total"),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
    )


def credit_memo(row: Row) -> StoreCreditMemo:
    """
    Read a credit memo; which lines went back into stock it does not say.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreCreditMemo(
        order=whole(row.get("order_id")),
        units=_units(row),
        total=_amount(row, "grand_total"),
        shipping=_or_none(row, "shipping_amount"),
        adjustment=_or_none(row, "adjustment_positive"),
        fee=_or_none(row, "adjustment_negative"),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
    )


def _line(row: Row) -> StoreLine:
    parent = row.get("parent_item_id")
    return StoreLine(
        number=whole(row.get("item_id")),
        sku=text(row, "sku"),
        ordered=_or_none(row, "qty_ordered"),
        invoiced=_or_none(row, "qty_invoiced"),
        shipped=_or_none(row, "qty_shipped"),
        refunded=_or_none(row, "qty_refunded"),
        canceled=_or_none(row, "qty_canceled"),
        price=_or_none(row, "price"),
        reference=str(row.get("ext_order_item_id") or ""),
        parent=None if parent is None else whole(parent),
    )


def _track(row: Row) -> Track:
    return Track(*(str(row.get(name) or "") for name in ("track_number", "carrier_code", "title")))


def _units(row: Row) -> tuple[Units, ...]:
    rows = _objects(row.get("items"))
    return tuple(Units(whole(each.get("order_item_id")), _or_none(each, "qty")) for each in rows)


def whole(value: Any) -> int:
    """
    Read a number that is whole; some come as text.

    :raises Unreadable: it is none
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return int(value)
    raise unreadable(f"{value!r} is no whole number")


def text(row: Row, name: str) -> str:
    """
    Read a text that must be there.

    :raises Unreadable: it is not
    """
    value = row.get(name)
    if isinstance(value, str) and value:
        return value
    raise unreadable(f"no {name}")


def amount(row: Row, name: str) -> Decimal:
    """
    Read an amount that must be there.

    :raises Unreadable: it is not
    """
    found = _amount(row, name)
    if found is None:
        raise unreadable(f"no {name}")
    return found


def _amount(row: Row, name: str) -> Decimal | None:
    value = row.get(name)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _or_none(row: Row, name: str) -> Decimal:
    """Read an amount that is left out where there is none yet."""
    return _amount(row, name) or Decimal(0)


def _object(value: Any) -> Row:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Row]:
    return [each for each in _list(value) if isinstance(each, Mapping)]
