"""Everything that changes orders: import, acknowledgement, holding, shipping."""
