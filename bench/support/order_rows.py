"""Fills an installation with so many orders as the grid meets them, by one INSERT ... SELECT a table."""

from django.db import connection
from grid_rows import insert, json_text, unhindered

from jetbridge.core import configuration
from orders.models import Customer, FailedOrder, Order, OrderItem, OrderWord, Shipment
from returns.models import Refund, ReturnRequest

NUMBER_BASE, REFERENCE_BASE = 100_000_000, 3_000_000_000
# Orders of one buyer; people of one first name, one last name, in one city and ZIP code; products of one word.
ORDERS_OF_A_BUYER = 4
FIRST_NAMES, LAST_NAMES, CITIES, ZIP_CODES, MODELS = 200, 2_000, 300, 30_000, 500
# A shop that sold more sells more kinds of things: one more for so many orders.
ORDERS_OF_A_SKU = 5
# Words by which an order is found.
WORDS = 9
# What came last is open: as many orders as a shop of any size has at one time, for those who ship the same day.
OPEN = 2_000
TEXT = "x" * 900
ZIP_BASE, PHONE_BASE, TRACKING_BASE = 10_000, 2_000_000, 1_000_000_000_000
HASH = "0123456789abcdef0123-"
DOCUMENT = f'{{"merchant_order_id": "x", "text": "{TEXT}"}}'


def fill(total: int) -> None:
    """Write orders with their lines, and some that failed."""
    account = configuration.active_account().pk
    with unhindered(Customer, Order, OrderItem, OrderWord, Shipment, ReturnRequest, Refund, FailedOrder):
        _buyers(total, account)
        _orders(total, account)
        _lines(total)
        _words(total, account)
        _parcels(total)
        _given_back(total, account)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def skus(total: int) -> int:
    """Return how many SKUs so many orders are about."""
    return total // ORDERS_OF_A_SKU


def buyers(total: int) -> int:
    """Return how many buyers so many orders have."""
    return max(total // ORDERS_OF_A_BUYER, 1)


def _buyers(total: int, account: int) -> None:
    insert(
        Customer, buyers(total), id="n", account_id=str(account),
        hash_email=f"'{HASH}' || CAST(n AS text)", name="'Ann Buyer'",
    )  # fmt: skip


def _words(total: int, account: int) -> None:
    """Write the words of each order, as an import does: buyer, address, phone, SKU and product; order by order."""
    order = f"((n - 1) / {WORDS} + 1)"
    said = (
        f"'first' || CAST({order} % {FIRST_NAMES} AS text)", f"'last' || CAST({order} % {LAST_NAMES} AS text)",
        f"'city' || CAST({order} % {CITIES} AS text)", f"CAST({ZIP_BASE} + {order} % {ZIP_CODES} AS text)",
        f"'tel:' || CAST({PHONE_BASE} + {order} AS text)", f"'sku-' || CAST({order} % {skus(total)} AS text)",
        "'useful'", "'thing'", f"'model' || CAST({order} % {MODELS} AS text)",
    )  # fmt: skip
    word = " ".join(f"WHEN {place} THEN {each}" for place, each in enumerate(said))
    insert(
        OrderWord,
        total * len(said),
        order_id=order,
        account_id=str(account),
        word=f"CASE n % {WORDS} {word} END",
    )


def _parcels(total: int) -> None:
    insert(
        Shipment, total, order_id="n", sequence="1", alt_shipment_id="'s' || CAST(n AS text)", answer="'accepted'",
        tracking_number=f"'1Z' || CAST({TRACKING_BASE} + n AS text)", carrier="'UPS'", number="1", sent_at="NOW",
        where="n % 2 = 0",
    )  # fmt: skip


def _given_back(total: int, account: int) -> None:
    """Write a return, a refund and a failure of some orders."""
    own = {"account_id": str(account), "order_id": "n", "where": "n % 50 = 0"}
    insert(ReturnRequest, total, jet_id="'r' || CAST(n AS text)", document=json_text("'{}'"), **own)
    insert(Refund, total, alt_refund_id="'R-' || CAST(n AS text)", document=json_text("'{}'"), **own)
    insert(
        FailedOrder, total, jet_id="'f' || CAST(n AS text)", causes=json_text("'[]'"), placed_at="NOW",
        ready_at="NOW",
        state="CASE WHEN n % 5000 = 0 THEN 'pending' ELSE 'fixed' END",
        resolved_at="CASE WHEN n % 5000 = 0 THEN NULL ELSE NOW END", **own,
    )  # fmt: skip


def _orders(total: int, account: int) -> None:
    first_open = total - min(OPEN, total // 5)
    status = (
        f"CASE WHEN n <= {first_open} THEN CASE WHEN n % 90 = 0 THEN 'cancelled' WHEN n % 170 = 0 THEN 'rejected' "
        "ELSE 'complete' END WHEN n % 40 = 0 THEN 'ready' WHEN n % 41 = 0 THEN 'held' WHEN n % 43 = 0 THEN 'created' "
        "WHEN n % 10 = 0 THEN 'inprogress' ELSE 'acknowledged' END"
    )
    insert(
        Order, total, id="n", account_id=str(account), customer_id=f"n % {buyers(total)} + 1", status=status,
        jet_id="'j' || CAST(n AS text)", number=f"CAST({NUMBER_BASE} + n AS text)",
        reference_number=f"CAST({REFERENCE_BASE} + n AS text)", jet_status="'complete'",
        document=json_text(f"'{DOCUMENT}'"), recipient_name="'Ann Buyer'", net_total="19.99", grand_total="24.99",
        units="2", placed_at="NOW", ready_at="NOW", acknowledge_by="NOW", ship_by="NOW",
        acknowledged_at=f"CASE WHEN n > {first_open} AND n % 40 = 0 THEN NULL ELSE NOW END",
        due_at=f"CASE WHEN n > {first_open} THEN NOW ELSE NULL END",
        has_cancel_request=f"(n > {first_open} AND n % 60 = 0)", tagged_at="NOW",
    )  # fmt: skip


def _lines(total: int) -> None:
    for place, kept in ((0, "true"), (1, "n % 3 = 0")):
        insert(
            OrderItem, total, where=kept, order_id="n", position=str(place), jet_id=f"'i{place}'",
            sku=f"'SKU-' || CAST((n + {place}) % {skus(total)} AS text)", title="'A useful thing'", units_ordered="1",
            units_shipped="0", unit_price="9.99", line_price="9.99",
        )  # fmt: skip
