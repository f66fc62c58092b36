"""Forms of listings, by topic."""
