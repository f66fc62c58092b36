"""Refunds as CSV for people: a row per item, and no cell that a spreadsheet would take for a formula."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from catalog.products.intake.bad_rows import safe_cell
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


class _Echo:
    """Hands each written line on."""

    def write(self, line: str) -> str:
        """Return the line itself."""
        return line


def refunds_csv(rows: QuerySet[Refund]) -> StreamingHttpResponse:
    """Stream the refunds of a query."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refunds-{timezone.now():%Y-%m-%d}.csv"'
    return response


def lines(rows: QuerySet[Refund]) -> Iterator[str]:
    """Return the lines of the file, header first."""
    writer = csv.writer(_Echo())
    return (writer.writerow(safe_cell(str(value)) for value in values) for values in _table(rows))


def _table(rows: QuerySet[Refund]) -> Iterator[tuple[object, ...]]:
    yield HEADER
    for refund in rows.iterator(chunk_size=CHUNK):
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
        f"{refund.created_at:%Y-%m-%d %H:%M:%S}Z",
    )
