"""Operators' stories in a real browser, against a whole running installation."""
