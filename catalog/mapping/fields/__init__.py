"""Jet's fields: which, where their values come from, which values they take."""
