"""Pages of orders that are not the admin's own, by topic."""
