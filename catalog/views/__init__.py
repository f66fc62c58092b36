"""The catalogue's pages of their own, by topic."""
