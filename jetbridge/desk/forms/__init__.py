"""Forms of the desk's pages, by topic."""
