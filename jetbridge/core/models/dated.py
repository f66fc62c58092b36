"""Rows that say when they last changed, however that was done: programs ask for what did since they last looked."""

from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row, Row]):
    """Updates of many rows date them too; an update of nothing only dates them."""

    def update(self, **columns: Any) -> int:
        """Write columns of many rows, and when; what only says when somebody looked is no change."""
        if columns and columns.keys() <= getattr(self.model, "LOOKED", frozenset()):
            return super().update(**columns)
        return super().update(**{"updated_at": timezone.now(), **columns})


class DatedManager(models.Manager[Row]):
    """Gives rows whose updates are dated."""

    def get_queryset(self) -> models.QuerySet[Row, Row]:
        return DatedQuerySet(self.model, using=self._db)


class Dated(models.Model):
    """A table with `updated_at`, which each way of writing a row keeps true."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; where only some columns are, its date is among them."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(*args, **kwargs)
