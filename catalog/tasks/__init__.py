"""Celery's door to the catalogue, by topic."""
