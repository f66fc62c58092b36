"""What Jet pays out for a week, part by part (docs/jet-api.md, settlement)."""

from pydantic import AliasChoices, Field

from jetapi.types.base import JetDate, JetDocument, JetValue, Money


class OrderBalance(JetValue):
    """What the orders of the period brought; commissions are negative."""

    merchant_price: Money = None
    jet_variable_commission: Money = None
    fixed_commission: Money = None
    tax: Money = None
    shipping_revenue: Money = None
    shipping_tax: Money = None
    shipping_charge: Money = None
    fulfillment_fee: Money = None
    product_cost: Money = None


class ReturnBalance(JetValue):
    """What the returns of the period cost; commissions come back and are positive."""

    merchant_price: Money = None
    jet_variable_commission: Money = None
    fixed_commission: Money = None
    tax: Money = None
    shipping_tax: Money = None
    merchant_return_charge: Money = None
    return_processing_fee: Money = None
    product_cost: Money = None


class SettlementReport(JetDocument):
    """GET /settlement/report/{id}: settlement_value = order_balance + return_balance + jet_adjustment."""

    settlement_report_id: str
    settlement_state: str = ""
    currency: str | None = None
    unavailable_balance: Money = None
    settlement_period_start: JetDate = None
    settlement_period_end: JetDate = None
    order_balance_details: OrderBalance = OrderBalance()
    order_balance: Money = Field(
        default=None, validation_alias=AliasChoices("order_balance", "order_balanace")
    )
    return_balance_details: ReturnBalance = ReturnBalance()
    return_balance: Money = None
    jet_adjustment: Money = None
    settlement_value: Money = None
