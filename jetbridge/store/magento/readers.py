"""Reads the documents of a Magento store out of its answers; pure functions, no call."""

from dataclasses import replace
from decimal import Decimal

from jetbridge.store.documents import (
    StockLevel,
    StoreCharges,
    StoreCreditMemo,
    StoreInvoice,
    StoreLine,
    StoreOrder,
    StoreShipment,
    Track,
    Units,
)
from jetbridge.store.magento.values import (
    MODULE_PAYMENT,
    Row,
    amount,
    amount_or_none,
    amount_or_zero,
    as_object,
    as_objects,
    moment,
    text,
    whole,
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


def single_level(row: Row) -> StockLevel:
    """
    Read what a store without sources holds of a product; one to which nothing was ever written holds nothing.

    :raises Unreadable: of nothing
    """
    held = amount_or_zero(row, "qty")
    return StockLevel(text(row, "sku"), held, bool(row.get("is_in_stock")), source="default")


def sellable_level(row: Row) -> StockLevel:
    """
    Read what is for sale in a store without sources: what it holds down to its threshold, as orders lower it at once.

    A threshold below zero lets more be sold; the store's own one, which a stock item may follow, is not in the answer
    and counts as 0.

    :raises Unreadable: of nothing
    """
    level = single_level(row)
    if not row.get("use_config_manage_stock") and not row.get("manage_stock"):
        return replace(level, source="", is_managed=False)
    if not level.is_in_stock:
        return replace(level, source="", quantity=Decimal(0))
    least = Decimal(0) if row.get("use_config_min_qty") else amount_or_zero(row, "min_qty")
    return replace(level, source="", quantity=level.quantity - least)


def explained(level: StockLevel, item: Row, *, is_default_stock: bool) -> StockLevel:
    """
    Say what a 0 of a product that sells means, by its stock item: no management, switched off, or perhaps a lag.

    On a stock other than the default, the store says so until a consumer ran, whatever is there.
    """
    if not item.get("use_config_manage_stock") and not item.get("manage_stock"):
        return replace(level, is_managed=False)
    if item.get("is_in_stock") is False:
        return replace(level, is_in_stock=False)
    return replace(level, is_doubtful=not is_default_stock)


def stock_item(row: Row) -> Row:
    """Return the stock item of a product that was read alone; lists have none."""
    return as_object(as_object(row.get("extension_attributes")).get("stock_item"))


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
        lines=tuple(map(_line, as_objects(row.get("items")))),
        charges=_charges(row),
        child=whole(row["relation_child_id"]) if row.get("relation_child_id") else None,
        is_placed=bool(row.get("quote_id")),
        is_modules=as_object(row.get("payment")).get("method") == MODULE_PAYMENT,
    )


def _charges(row: Row) -> StoreCharges:
    return StoreCharges(
        shipping_invoiced=amount_or_zero(row, "shipping_invoiced"),
        shipping_refunded=amount_or_zero(row, "shipping_refunded"),
        shipping_tax=amount_or_zero(row, "shipping_tax_amount"),
        shipping_tax_refunded=amount_or_zero(row, "shipping_tax_refunded"),
        paid=amount_or_zero(row, "total_paid"),
        refunded=amount_or_zero(row, "total_refunded"),
    )


def shipment(row: Row) -> StoreShipment:
    """
    Read a shipment; its tracks may be null.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreShipment(
        order=whole(row.get("order_id")),
        units=_units(row),
        tracks=tuple(map(_track, as_objects(row.get("tracks")))),
        source=str(as_object(row.get("extension_attributes")).get("source_code") or ""),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
        comment=_comment(row),
    )


def invoice(row: Row) -> StoreInvoice:
    """
    Read an invoice.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreInvoice(
        order=whole(row.get("order_id")),
        units=_units(row),
        total=amount_or_none(row, "grand_total"),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
        comment=_comment(row),
    )


def credit_memo(row: Row) -> StoreCreditMemo:
    """
    Read a credit memo; which lines went back into stock it does not say.

    :raises Unreadable: it has no number or belongs to no order
    """
    return StoreCreditMemo(
        order=whole(row.get("order_id")),
        units=_units(row),
        total=amount_or_none(row, "grand_total"),
        shipping=amount_or_zero(row, "shipping_amount"),
        adjustment=amount_or_zero(row, "adjustment_positive"),
        fee=amount_or_zero(row, "adjustment_negative"),
        id=whole(row.get("entity_id")),
        number=str(row.get("increment_id") or ""),
        created_at=moment(row.get("created_at")),
        comment=_comment(row),
    )


def _comment(row: Row) -> str:
    """Read all comments in one; by what stands in them a document is known again."""
    return "\n".join(str(each.get("comment") or "") for each in as_objects(row.get("comments")))


def _line(row: Row) -> StoreLine:
    parent = row.get("parent_item_id")
    return StoreLine(
        number=whole(row.get("item_id")),
        sku=text(row, "sku"),
        ordered=amount_or_zero(row, "qty_ordered"),
        invoiced=amount_or_zero(row, "qty_invoiced"),
        shipped=amount_or_zero(row, "qty_shipped"),
        refunded=amount_or_zero(row, "qty_refunded"),
        canceled=amount_or_zero(row, "qty_canceled"),
        price=amount_or_zero(row, "price"),
        reference=str(row.get("ext_order_item_id") or ""),
        parent=None if parent is None else whole(parent),
        tax=amount_or_zero(row, "tax_amount"),
        tax_invoiced=amount_or_zero(row, "tax_invoiced"),
        tax_refunded=amount_or_zero(row, "tax_refunded"),
        discount_invoiced=amount_or_zero(row, "discount_invoiced"),
    )


def _track(row: Row) -> Track:
    return Track(*(str(row.get(name) or "") for name in ("track_number", "carrier_code", "title")))


def _units(row: Row) -> tuple[Units, ...]:
    rows = as_objects(row.get("items"))
    return tuple(
        Units(whole(each.get("order_item_id")), amount_or_zero(each, "qty"), str(each.get("sku") or ""))
        for each in rows
    )
