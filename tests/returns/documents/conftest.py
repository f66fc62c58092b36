"""A panel between Jet's sandbox and a store that has its orders."""

from tests.orders.documents.conftest import magento, send_documents

__all__ = ["magento", "send_documents"]
