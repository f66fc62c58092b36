"""Forms of the store's tables."""
