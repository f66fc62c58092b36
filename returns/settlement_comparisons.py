"""A settlement report beside our own books: its sums checked, each component beside what we booked that week."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from jetbridge.core.money import CENT
from orders.models import InvoiceItem, Order, OrderItem
from orders.shares import share
from returns.jet import settlements
from returns.jet.settlements import SettlementDocument
from returns.models import CreditMemo, ReturnRequest, Settlement

ZERO = Decimal(0)


@dataclass(frozen=True)
class Component:
    """One line of the report. ours is None where this panel cannot know it: nothing is invented."""

    title: str
    jet: Decimal
    ours: Decimal | None = None
    note: str = ""
    # Jet rounds a rate over the whole week, the orders have it line by line: so much is rounding.
    rounding: Decimal = ZERO

    @property
    def differs(self) -> bool:
        """Return whether the difference is more than rounding."""
        return abs(self.difference) > self.rounding

    @property
    def difference(self) -> Decimal:
        """Jet's figure less ours; nothing where ours is not known."""
        return ZERO if self.ours is None else self.jet - self.ours


@dataclass(frozen=True)
class Total:
    """One of the report's own sums, and what its parts add up to."""

    title: str
    reported: Decimal
    added: Decimal
    parts: str

    @property
    def is_right(self) -> bool:
        """Return whether the report adds up."""
        return self.reported == self.added


@dataclass(frozen=True)
class Comparison:
    """All that a settlement's page shows."""

    orders: tuple[Component, ...]
    returns: tuple[Component, ...]
    sums: tuple[Total, ...]

    @property
    def differing(self) -> int:
        """How many components differ, and sums that do not add up."""
        parts = sum(1 for part in (*self.orders, *self.returns) if part.differs)
        return parts + sum(1 for each in self.sums if not each.is_right)


def compare(settlement: Settlement) -> Comparison:
    """Compare one report with the orders that were completed and the money that went back in its week."""
    report = settlements.read(settlement.document)
    return Comparison(
        orders=_order_components(report.sold, sold_in(settlement)),
        returns=_return_components(report.given_back, settlement),
        sums=_sums(report),
    )


def sold_in(settlement: Settlement) -> "QuerySet[Order]":
    """Return our orders that were completed in the report's week and shipped something."""
    orders = Order.objects.filter(_within("completed_at", settlement), account=settlement.account)
    return orders.filter(items__units_shipped__gt=0).distinct().order_by("completed_at")


def given_back_in(settlement: Settlement) -> "QuerySet[CreditMemo]":
    """Return our credit memos of returns that Jet completed, and refunds that it accepted, in that week."""
    memos = CreditMemo.objects.filter(order__account=settlement.account)
    of_returns = memos.filter(_within("return_request__completed_at", settlement))
    of_refunds = memos.filter(_within("at", settlement), refund__isnull=False)
    return (of_returns | of_refunds).select_related("order", "return_request", "refund").order_by("at")


def _within(column: str, settlement: Settlement) -> Q:
    """Name the rows of the report's week; a report that does not name its week has none."""
    if settlement.period_start is None or settlement.period_end is None:
        return Q(pk__in=[])
    return Q(**{f"{column}__range": (settlement.period_start, settlement.period_end)})


def _order_components(jet: Mapping[str, Decimal], orders: "QuerySet[Order]") -> tuple[Component, ...]:
    chosen = orders.order_by().values("pk")
    booked = InvoiceItem.objects.filter(invoice__order__in=chosen)
    reported = booked.aggregate(
        price=Sum("price"), tax=Sum("tax"), shipping=Sum("shipping"), shipping_tax=Sum("shipping_tax")
    )
    ours = {name: value or ZERO for name, value in reported.items()}
    commission = jet["jet_variable_commission"] + jet["fixed_commission"]
    items = OrderItem.objects.filter(order__in=chosen, units_shipped__gt=0)
    parts = f"variable {jet['jet_variable_commission']:,.2f}, fixed {jet['fixed_commission']:,.2f}"
    return (
        Component("Goods", jet["merchant_price"], ours["price"]),
        Component("Shipping", jet["shipping_revenue"], ours["shipping"]),
        Component("Tax", jet["tax"], ours["tax"]),
        Component("Tax on shipping", jet["shipping_tax"], ours["shipping_tax"]),
        Component(
            "Commission",
            commission,
            -_fees(items),
            f"Jet's {parts}; ours are the fees that Jet reported with each order, for the units that were shipped.",
            rounding=CENT * items.count(),
        ),
        *_unknown(jet, "shipping_charge", "fulfillment_fee", "product_cost"),
    )


def _fees(items: "QuerySet[OrderItem]") -> Decimal:
    """Add up Jet's fees of shipped units."""
    reported = items.values_list("line_fee", "units_shipped", "units_ordered")
    return sum(
        (share(fee, units=shipped, before=0, of=ordered) for fee, shipped, ordered in reported), start=ZERO
    )


def _return_components(jet: Mapping[str, Decimal], settlement: Settlement) -> tuple[Component, ...]:
    given = given_back_in(settlement).order_by()
    ours = given.aggregate(
        principal=Sum("principal"), tax=Sum("tax"), shipping=Sum("shipping"), shipping_tax=Sum("shipping_tax")
    )
    sums = {name: value or ZERO for name, value in ours.items()}
    charged = ReturnRequest.objects.filter(
        _within("completed_at", settlement), account=settlement.account, agree_to_return_charge=True
    ).aggregate(charge=Sum("return_charge"))["charge"]
    commission = jet["jet_variable_commission"] + jet["fixed_commission"]
    return (
        Component(
            "Goods and shipping",
            jet["merchant_price"],
            -(sums["principal"] + sums["shipping"]),
            "The report has no line of its own for shipping that was given back.",
        ),
        Component("Tax", jet["tax"], -sums["tax"]),
        Component("Tax on shipping", jet["shipping_tax"], -sums["shipping_tax"]),
        Component("Return charge", jet["merchant_return_charge"], -(charged or ZERO)),
        Component("Commission given back", commission, None, "Jet reports it in this report alone."),
        *_unknown(jet, "return_processing_fee", "product_cost"),
    )


def _unknown(jet: Mapping[str, Decimal], *names: str) -> list[Component]:
    return [
        Component(
            name.replace("_", " ").capitalize(), jet[name], None, "Jet reports it in this report alone."
        )
        for name in names
    ]


def _sums(report: SettlementDocument) -> tuple[Total, ...]:
    sold = sum(report.sold.values(), start=ZERO)
    back = sum(report.given_back.values(), start=ZERO)
    orders, returns = report.order_balance, report.return_balance
    adjustment, value = report.jet_adjustment, report.settlement_value
    return (
        Total("Orders", orders, sold, "the components of orders"),
        Total("Returns", returns, back, "the components of returns"),
        Total("Settlement", value, orders + returns + adjustment, "orders, returns and Jet's adjustment"),
    )
