"""Sentences and chips for what Jet answers."""
