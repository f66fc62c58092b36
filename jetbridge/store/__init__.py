"""The merchant's store: where products, stock and orders come from and documents go to."""
