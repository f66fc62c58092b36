"""Celery's door to the catalogue, by topic."""

from catalog.tasks import bulk as bulk
from catalog.tasks import changes as changes
from catalog.tasks import files as files
from catalog.tasks import imports as imports
from catalog.tasks import sync as sync
from catalog.tasks import validation as validation
