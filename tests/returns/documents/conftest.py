"""A panel between Jet's sandbox and a store that has its orders."""

from tests.orders.documents.conftest import magento, read, send_documents

__all__ = ["magento", "read", "send_documents"]
