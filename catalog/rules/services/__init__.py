"""Writes of the rules' side, by topic."""
