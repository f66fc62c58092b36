"""Celery's door to the listings, by topic."""

from catalog.listings.tasks import files as files
from catalog.listings.tasks import mass_actions as mass_actions
from catalog.listings.tasks import sync as sync
