"""Listings in the admin, by topic."""

from catalog.listings.admin import drifts as drifts
from catalog.listings.admin import products as products
from catalog.listings.admin import upload_files as upload_files
