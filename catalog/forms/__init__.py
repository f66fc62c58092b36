"""The catalogue's forms, by topic."""
