"""Pages of mapping that are not the admin's own."""
