"""The week before the demo began: orders that were shipped then, elsewhere, and Jet's settlement of them."""

from datetime import datetime, timedelta

from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JetAccount
from jetbridge.desk.demo.job_runs import run_job
from jetbridge.desk.demo.sandbox import SandboxControl
from orders.services import imports

# SKU and quantity of each order.
ORDERS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("MUG-OAT", 1), ("BOWL-SLATE", 2)),
    (("TEE-NAVY-M", 2),),
    (("KNIF-CHEF8IN", 1),),
)
WEDNESDAY = 2


def settle(*, account: JetAccount, control: SandboxControl, now: datetime) -> int:
    """Sell and ship in the last ended week, take the orders over, and fetch Jet's report; return how many."""
    with control.earlier(_since_wednesday(now)):
        placed = [_ship(control, lines) for lines in ORDERS]
    with open_client(account, purpose="seed_demo") as client:
        imports.import_ready_orders(client=client, account=account, ids=placed)
    run_job("returns.fetch_settlements")
    return len(placed)


def _since_wednesday(now: datetime) -> timedelta:
    """Jet's weeks end on Sunday: the Wednesday before it lies in an ended one on every day."""
    return timedelta(days=now.weekday() + 7 - WEDNESDAY)


def _ship(control: SandboxControl, lines: tuple[tuple[str, int], ...]) -> str:
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    placed = control.ask("orders", mode="test", items=items, status="complete")
    return str(placed["order_ids"][0])
