"""Pages of their own, by topic."""
