"""Jet's weekly settlement reports: which there are, and one as Jet reports it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from jetapi.types import settlement as theirs
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SettlementDocument:
    """A report as Jet reports it; `sold` and `given_back` by Jet's names of their components, `raw` as it came."""

    jet_id: str
    state: str
    currency: str
    period_start: datetime | None
    period_end: datetime | None
    sold: Mapping[str, Decimal]
    given_back: Mapping[str, Decimal]
    order_balance: Decimal
    return_balance: Decimal
    jet_adjustment: Decimal
    unavailable_balance: Decimal
    settlement_value: Decimal
    raw: Mapping[str, object] = field(repr=False)


def ids(client: Client, days: int) -> list[str]:
    """
    List the reports of the last days.

    :raises JetFailure: no answer, or a refusal
    """
    with our_errors():
        return speaking(client).settlement.list(days)


def get(client: Client, jet_id: str) -> SettlementDocument:
    """
    Read one report.

    :raises JetNotKnown: Jet has no such report
    """
    with our_errors():
        return _document(speaking(client).settlement.get(jet_id))


def read(raw: Mapping[str, object]) -> SettlementDocument:
    """
    Read a report as Jet sent it, such as a stored one.

    :raises JetUnreadable: it is not what Jet promises
    """
    with our_errors():
        return _document(theirs.SettlementReport.read(raw))


def _document(source: theirs.SettlementReport) -> SettlementDocument:
    return SettlementDocument(
        jet_id=source.settlement_report_id,
        state=source.settlement_state,
        currency=source.currency or "",
        period_start=source.settlement_period_start,
        period_end=source.settlement_period_end,
        sold=_components(source.order_balance_details),
        given_back=_components(source.return_balance_details),
        order_balance=source.order_balance or ZERO,
        return_balance=source.return_balance or ZERO,
        jet_adjustment=source.jet_adjustment or ZERO,
        unavailable_balance=source.unavailable_balance or ZERO,
        settlement_value=source.settlement_value or ZERO,
        raw=source.raw,
    )


def _components(details: theirs.OrderBalance | theirs.ReturnBalance) -> dict[str, Decimal]:
    return {name: value or ZERO for name, value in details.model_dump().items()}
