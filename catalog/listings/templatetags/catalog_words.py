"""Template filters of the catalogue: Jet's words in plain ones."""

from django import template

from catalog.mapping.fields.error_texts import plain_error

register = template.Library()
register.filter("plain_error", plain_error)
