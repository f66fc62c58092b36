"""Magento 2's product CSV: read as a stream, compared with the store, and stored in chunks."""
