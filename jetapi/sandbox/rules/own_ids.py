"""What is the merchant's own text but that old clients also send as a number."""

from typing import Any

from ..options import Options

NAMES = (
    "alt_order_id",
    "alt_order_item_id",
    "alt_shipment_id",
    "alt_shipment_item_id",
    "shipment_tracking_number",
    "ship_from_zip_code",
    "RMA_number",
    "zip_code",
)


def as_texts(body: Any, options: Options) -> Any:
    """Give a document in which, in compat, numbers under these names are texts, wherever they stand."""
    if not options.compat:
        return body
    if isinstance(body, list):
        return [as_texts(each, options) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: str(value) if name in NAMES and _is_whole(value) else as_texts(value, options)
        for name, value in body.items()
    }


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
