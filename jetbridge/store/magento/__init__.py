"""Magento 2 as a store."""
