"""Reports on request (docs/jet-api.md, reports)."""

from collections.abc import Iterator
from typing import Any

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers, errors
from jetapi.types.reports import ReportKind, ReportState


class Reports:
    """Jet's reports: ask for one, ask whether it is ready, fetch it."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def request(self, kind: ReportKind | str, settlement_id: str = "") -> str:
        """
        Ask for a report and return its id: POST /reports/{kind}; a SettlementDetails needs its settlement.

        Not repeated where the answer is lost; asking again by hand only makes another report.

        :raises JetRejected: an unknown kind or settlement
        """
        answer = self._gateway.post(f"/reports/{wire.segment(kind)}", settlement_id or None)
        report_id = answers.mapping(answer, of="report request").get("report_id")
        if not report_id:
            raise errors.unreadable("the answer to a report request holds no report_id")
        return str(report_id)

    def state(self, report_id: str) -> ReportState:
        """
        Ask how far Jet is: GET /reports/state/{id}.

        :raises JetNotFound: Jet has no such report
        """
        return ReportState.read(self._gateway.get(f"/reports/state/{wire.segment(report_id)}"))

    def rows(self, url: str) -> Iterator[tuple[str, Any]]:
        """
        Fetch a ready report and yield its rows: for ProductStatus each SKU with `{"status", "sub_status"}`.

        :raises JetUnreadable: it is not what Jet promises, perhaps after some rows
        :raises JetError: no answer, or the address is no longer good
        """
        return self._gateway.pairs(url)
