"""Matching many keys at once."""

from collections.abc import Collection

from django.db.models import Q


def among(column: str, ids: Collection[int]) -> Q:
    """Match a column against keys; a run of keys without gaps is a range, which costs less than a list."""
    keys = sorted(ids)
    if len(keys) > 1 and keys[-1] - keys[0] + 1 == len(keys):
        return Q((f"{column}__gte", keys[0])) & Q((f"{column}__lte", keys[-1]))
    return Q((f"{column}__in", keys))
