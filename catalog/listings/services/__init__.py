"""Writes of the listings' side, by topic."""
