"""The calls that Jet asks to see in test mode before it gives out live keys, each run on request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from jetapi import JetClient
from jetapi.types.order_messages import ItemAcknowledgement, ShipmentItem, ShipmentMessage
from jetapi.types.orders import Order
from jetapi.types.returns import (
    ZERO,
    RefundAmount,
    ReturnCompletion,
    ReturnItemCompletion,
    ReturnMerchantSku,
)
from jetbridge.core import history
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import JetFailure, our_errors
from jetbridge.core.models import JetAccount, Mode

# The SKU that stands for the store while its keys are tried; never a product of the store.
TEST_SKU = "jetbridge-test-product"
TEST_PRODUCT = {
    "product_title": "JetBridge test product",
    "product_description": "Made by the panel to try the keys. Not for sale.",
    "brand": "JetBridge",
    "multipack_quantity": 1,
    # GS1's demonstration range: it can never be somebody's product.
    "standard_product_codes": [
        {"standard_product_code": "9521234567899", "standard_product_code_type": "EAN"}
    ],
    "main_image_url": "https://images.example.com/jetbridge-test-product.jpg",
}


class NotInTestMode(Exception):
    """The runway belongs to the test keys; live keys must never run it."""


@dataclass(frozen=True)
class Context:
    """What a step needs: the client and the account it speaks for."""

    client: Client
    account: JetAccount

    @property
    def jet(self) -> JetClient:
        """The client with its calls."""
        return speaking(self.client)


@dataclass(frozen=True)
class Step:
    """One required call. flag is Jet's own name for it; method and suffix find it in the API log."""

    key: str
    flag: str
    title: str
    call: str
    proof_method: str
    proof_suffix: str
    run: Callable[[Context], str]
    by_file: bool = False


def run_step(step: Step, *, client: Client, account: JetAccount) -> str:
    """
    Make one required call with the test keys and say what was done.

    :raises NotInTestMode: the account holds live keys
    :raises JetFailure: Jet refused it or did not answer
    """
    if account.mode != Mode.TEST:
        raise NotInTestMode("The required calls are made with the test keys only.")
    with our_errors():
        said = step.run(Context(client, account))
    history.record("test call", account, message=f"{step.title}: {said}", after={"step": step.key})
    return said


def run(steps: Sequence[Step], *, client: Client, account: JetAccount) -> tuple[list[str], str]:
    """Make these required calls in order; return what was done, and the error that stopped it, if any."""
    done: list[str] = []
    for step in steps:
        try:
            done.append(f"{step.title}: {run_step(step, client=client, account=account)}")
        except (JetFailure, NotInTestMode) as error:
            return done, f"{step.title}: {error}"
    return done, ""


def generate_order(context: Context, *, sku: str, quantity: int) -> str:
    """
    Let Jet make one test order for an uploaded SKU, and return its id.

    :raises JetRefused: Jet does not know the SKU
    """
    with our_errors():
        return _generated(context, sku=sku, order_quantity=quantity, order_cancel_quantity=0)


def generate_return(context: Context, *, order_id: str) -> str:
    """
    Let Jet open a test return for a shipped order, and return its id.

    :raises JetRefused: the order was not shipped
    """
    with our_errors():
        return context.jet.returns.generate(order_id)


def _upload(context: Context) -> str:
    context.jet.products.put(TEST_SKU, TEST_PRODUCT)
    return f"sent {TEST_SKU}"


def _price(context: Context) -> str:
    _ensure_sku(context)
    context.jet.products.put_price(TEST_SKU, Decimal("38.00"))
    return "sent 38.00 USD"


def _inventory(context: Context) -> str:
    _ensure_sku(context)
    context.jet.products.patch_inventory(TEST_SKU, {context.account.fulfillment_node_id: 20})
    return "sent 20 units"


def _order(context: Context) -> str:
    return f"order {_test_order(context)}"


def _acknowledge(context: Context) -> str:
    order_id = _find(context, "ready") or _test_order(context)
    _accept(context, context.jet.orders.get(order_id))
    return f"order {order_id}"


def _ship(context: Context) -> str:
    order = context.jet.orders.get(_find(context, "acknowledged") or _acknowledged_order(context))
    now = timezone.now()
    context.jet.orders.ship(
        order.merchant_order_id,
        shipments=[
            ShipmentMessage(
                alt_shipment_id=f"test-{order.merchant_order_id[:12]}",
                shipment_tracking_number="1Z0000000000000000",
                carrier="UPS",
                response_shipment_method="UPSGround",
                response_shipment_date=now,
                carrier_pick_up_date=now,
                expected_delivery_date=now + timedelta(days=4),
                shipment_items=tuple(
                    ShipmentItem(item.merchant_sku, item.request_order_quantity) for item in order.order_items
                ),
            )
        ],
    )
    return f"order {order.merchant_order_id}"


def _cancel(context: Context) -> str:
    _ensure_sku(context)
    order_id = _generated(context, sku=TEST_SKU, order_quantity=0, order_cancel_quantity=1)
    message = ShipmentMessage(
        alt_shipment_id=f"cancel-{order_id[:12]}",
        shipment_items=(ShipmentItem(TEST_SKU, response_shipment_cancel_qty=1),),
    )
    context.jet.orders.ship(order_id, shipments=[message])
    return f"order {order_id}"


def _complete_return(context: Context) -> str:
    order_id = _find(context, "complete", shipped=True) or _shipped_order(context)
    return_id = context.jet.returns.generate(order_id)
    document = context.jet.returns.get(return_id)
    completion = ReturnCompletion(
        merchant_order_id=order_id, items=tuple(_granted(item) for item in document.return_merchant_skus)
    )
    context.jet.returns.complete(return_id, completion)
    return f"return {return_id}"


def _granted(item: ReturnMerchantSku) -> ReturnItemCompletion:
    asked = item.requested_refund_amount
    return ReturnItemCompletion(
        order_item_id=item.order_item_id,
        total_quantity_returned=item.return_quantity,
        order_return_refund_qty=item.return_quantity,
        refund_amount=RefundAmount(
            principal=asked.principal or ZERO,
            tax=asked.tax or ZERO,
            shipping_cost=asked.shipping_cost or ZERO,
            shipping_tax=asked.shipping_tax or ZERO,
        ),
    )


def _ensure_sku(context: Context) -> None:
    """Steps may be run in any order: the SKU is sent where it is not there yet."""
    if not any(sku == TEST_SKU for sku in context.jet.products.list(0, 1000)):
        context.jet.products.put(TEST_SKU, TEST_PRODUCT)


def _test_order(context: Context) -> str:
    _ensure_sku(context)
    return generate_order(context, sku=TEST_SKU, quantity=1)


def _generated(context: Context, *, sku: str, order_quantity: int, order_cancel_quantity: int) -> str:
    item = {"sku": sku, "order_quantity": order_quantity, "order_cancel_quantity": order_cancel_quantity}
    return context.jet.orders.generate(1, items=[item], fulfillment_node=context.account.fulfillment_node_id)[
        0
    ]


def _acknowledged_order(context: Context) -> str:
    order_id = _test_order(context)
    _accept(context, context.jet.orders.get(order_id))
    return order_id


def _shipped_order(context: Context) -> str:
    _ship(context)
    return _find(context, "complete", shipped=True)


def _accept(context: Context, order: Order) -> None:
    context.jet.orders.acknowledge(
        order.merchant_order_id, items=[ItemAcknowledgement(item.order_item_id) for item in order.order_items]
    )


def _find(context: Context, status: str, *, shipped: bool = False) -> str:
    """Return an order of this status that is about the test SKU alone; a merchant's own are left alone."""
    for order_id in reversed(context.jet.orders.list(status)[-20:]):
        order = context.jet.orders.get(order_id)
        ours = all(
            item.merchant_sku == TEST_SKU and item.request_order_quantity for item in order.order_items
        )
        if ours and bool(order.order_items) and (order.has_shipments or not shipped):
            return order_id
    return ""


STEPS: tuple[Step, ...] = (
    Step("sku", "is_merchant_sku_uploaded", "Upload a product", "PUT /merchant-skus/{sku}",
         "PUT", f"/{TEST_SKU}", _upload, by_file=True),
    Step("price", "is_price_uploaded", "Send a price", "PUT /merchant-skus/{sku}/price",
         "PUT", "/price", _price, by_file=True),
    Step("inventory", "is_inventory_uploaded", "Send inventory", "PATCH /merchant-skus/{sku}/inventory",
         "PATCH", "/inventory", _inventory, by_file=True),
    Step("order", "is_order_created", "Create a test order", "POST /orders/generate/1",
         "POST", "/orders/generate/1", _order),
    Step("acknowledge", "is_order_acknowledged", "Acknowledge an order", "PUT /orders/{id}/acknowledge",
         "PUT", "/acknowledge", _acknowledge),
    Step("ship", "is_order_shipped", "Ship an order", "PUT /orders/{id}/shipped",
         "PUT", "/shipped", _ship),
    Step("cancel", "is_order_canceled", "Cancel an order", "PUT /orders/{id}/shipped with cancel quantities",
         "PUT", "/shipped", _cancel),
    Step("return", "is_return_complete", "Complete a return", "PUT /returns/{id}/complete",
         "PUT", "/complete", _complete_return),
)  # fmt: skip
