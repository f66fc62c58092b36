"""The catalogue's pages in the admin, by topic."""
