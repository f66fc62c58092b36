"""Bulk upload: the token for an upload, and what became of a file (docs/jet-api.md, files)."""

from enum import StrEnum

from pydantic import Field

from jetapi.types.base import Count, JetDate, JetDocument, Many


class FileType(StrEnum):
    MERCHANT_SKUS = "MerchantSKUs"
    PRICE = "Price"
    INVENTORY = "Inventory"
    VARIATION = "Variation"
    RETURNS_EXCEPTION = "ReturnsException"
    SHIPPING_EXCEPTION = "ShippingException"
    ARCHIVE = "Archive"


class FileStatus(StrEnum):
    """How far Jet is with a file."""

    ACKNOWLEDGED = "Acknowledged"
    MERCHANT_ACKNOWLEDGED = "Merchant acknowledged"
    PROCESSING = "Processing"
    PROCESSED = "Processed successfully"
    PROCESSED_WITH_ERRORS = "Processed with errors"


FINAL_STATUSES = frozenset({FileStatus.PROCESSED.lower(), FileStatus.PROCESSED_WITH_ERRORS.lower()})


class UploadToken(JetDocument):
    """A signed address that takes one file for half an hour; whoever has it may write there."""

    url: str = Field(repr=False)
    jet_file_id: str
    expires_in_seconds: int = 1800


class FileState(JetDocument):
    """A file at Jet. `error_excerpt` has the first 20 errors, `error_url` leads to all of them."""

    jet_file_id: str
    url: str | None = Field(default=None, repr=False)
    file_name: str | None = None
    file_type: str | None = None
    status: str = ""
    received: JetDate = None
    processing_start: JetDate = None
    processing_end: JetDate = None
    total_processed: Count = None
    error_count: Count = None
    error_url: str | None = Field(default=None, repr=False)
    error_excerpt: Many[str] = ()

    @property
    def is_final(self) -> bool:
        """Whether Jet is done with the file."""
        return self.status.lower() in FINAL_STATUSES
