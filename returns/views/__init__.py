"""Pages of returns that are not the admin's own, by topic."""
