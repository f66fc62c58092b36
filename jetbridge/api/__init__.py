"""The JSON API at /api/v1/: the pages' services and permissions, for programs that carry a person's token."""
