"""Reports that Jet makes on request (docs/jet-api.md, reports)."""

from enum import StrEnum

from pydantic import Field

from jetapi.types.base import JetDate, JetDocument


class ReportKind(StrEnum):
    PRODUCT_STATUS = "ProductStatus"
    SALES_DATA = "SalesData"
    SETTLEMENT_DETAILS = "SettlementDetails"


class ReportStatus(StrEnum):
    """How far Jet is with a report."""

    REQUESTED = "Requested"
    READY = "Ready"
    FAILED = "Failed"
    EXPIRED = "Expired"


class ReportState(JetDocument):
    """GET /reports/state/{id}."""

    report_status: str = ""
    report_type: str | None = None
    merchant_id: str | None = None
    report_requested_date: JetDate = None
    processing_start: JetDate = None
    processing_end: JetDate = None
    report_expiration_date: JetDate = None
    report_url: str | None = Field(default=None, repr=False)

    @property
    def is_ready(self) -> bool:
        return self.report_status.lower() == ReportStatus.READY.lower()

    @property
    def is_over(self) -> bool:
        """Whether it will never be ready: failed or expired."""
        over = {ReportStatus.FAILED.lower(), ReportStatus.EXPIRED.lower()}
        return self.report_status.lower() in over
