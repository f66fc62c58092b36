"""Writes of the store's side, by topic."""
