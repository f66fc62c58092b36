"""How well SKUs sell: counted when an order is accepted."""

from datetime import timedelta

from .. import dates
from ..kit.wire import Document
from ..store import Columns
from ..world import World

KIND = "sale"
PERIOD = timedelta(days=30)


def count(world: World, account: str, order: Document) -> None:
    """Count the units of an accepted order."""
    now = world.now()
    for item in order["order_items"]:
        sku, units = item["merchant_sku"], item["request_order_quantity"] - item["request_order_cancel_qty"]
        if units <= 0:
            continue
        sold = world.store.get(KIND, account, sku) or {"days": {}, "units": 0}
        day = now.date().isoformat()
        sold["days"][day] = sold["days"].get(day, 0) + units
        sold["units"] += units
        sold["at"] = dates.update_date(now)
        world.store.put(KIND, account, sku, sold, Columns(at=sold["units"]))


def of_sku(world: World, account: str, sku: Document) -> Document | None:
    """Word a SKU's rank, units and offers; None before the first sale."""
    sold = world.store.get(KIND, account, sku["merchant_sku"])
    if sold is None:
        return None
    since = (world.now() - PERIOD).date().isoformat()
    recent = [units for day, units in sold["days"].items() if day >= since]
    better = world.store.rows(
        "SELECT COUNT(*) FROM documents WHERE kind=? AND account=? AND at>?", KIND, account, sold["units"]
    )
    at = sold["at"]
    offers = [
        {"shipping_method": None, "item_price": sku["price"]["price"], "shipping_price": 0, "last_update": at}
        for _ in range(1 if "price" in sku else 0)
    ]
    return {
        "sales_rank": {"level_0": better[0][0] + 1, "last_update": at},
        "units_sold": {"last_30_days": sum(recent), "last_update": at},
        "my_best_offer": offers,
        "best_marketplace_offer": offers,
    }
