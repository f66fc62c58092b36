"""Refunds as CSV for people: a row per item."""

from collections.abc import Iterator

from django.db.models import QuerySet

from returns.models import Refund, RefundItem

HEADER = (
    "refund_id",
    "jet_refund_id",
    "order",
    "jet_order_id",
    "reference_order_id",
    "status",
    "status_at_jet",
    "sending",
    "sku",
    "units_returned",
    "units_refunded",
    "amount",
    "tax",
    "shipping_cost",
    "shipping_tax",
    "total",
    "reason",
    "feedback",
    "notes",
    "created_at",
)
CHUNK = 500


def rows(refunds: QuerySet[Refund]) -> Iterator[tuple[object, ...]]:
    """Return the rows of the file, header first."""
    yield HEADER
    for refund in refunds.iterator(chunk_size=CHUNK):
        for item in refund.items.all():
            yield _row(refund, item)


def _row(refund: Refund, item: RefundItem) -> tuple[object, ...]:
    parts = (item.principal, item.tax, item.shipping, item.shipping_tax)
    return (
        refund.alt_refund_id,
        refund.jet_id,
        refund.order,
        refund.order.jet_id,
        refund.order.reference_number,
        refund.get_status_display(),
        refund.jet_status,
        refund.state.label,
        item.order_item.sku,
        item.units_returned,
        item.units_refunded,
        *parts,
        sum(parts),
        item.reason,
        item.feedback,
        item.notes,
        refund.created_at,
    )
