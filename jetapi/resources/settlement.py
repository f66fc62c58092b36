"""Settlement reports (docs/jet-api.md, settlement)."""

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.types.settlement import SettlementReport

ReportIds = list[str]


class Settlement:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self, days: int) -> ReportIds:
        """
        List the reports of the last days: GET /settlement/{days}.

        :raises JetError: no answer, or a refusal
        """
        answer = self._gateway.get(f"/settlement/{days:d}")
        return wire.last_segments(answers.listed(answer, "settlement_report_urls"))

    def get(self, report_id: str) -> SettlementReport:
        """
        Read a report: GET /settlement/report/{id}.

        :raises JetNotFound: Jet has no such report
        """
        return SettlementReport.read(self._gateway.get(f"/settlement/report/{wire.segment(report_id)}"))
