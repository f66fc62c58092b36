"""Rows that say when they last changed, however that was done: programs ask for what did since they last looked."""

from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.utils import timezone

from jetbridge.core.models.ranges import among

Row = TypeVar("Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[Row, Row]):
    """Updates of many rows date them too; an update of nothing only dates them."""

    def update(self, **columns: Any) -> int:
        """Write columns of many rows, and when; what only says when somebody looked is no change."""
        if columns and columns.keys() <= getattr(self.model, "LOOKED", frozenset()):
            return super().update(**columns)
        date = getattr(self.model, "DATE", "updated_at")
        return super().update(**{date: timezone.now(), **columns})


class DatedManager(models.Manager[Row]):
    """Gives rows whose updates are dated."""

    def get_queryset(self) -> models.QuerySet[Row, Row]:
        return DatedQuerySet(self.model, using=self._db)


class Dated(models.Model):
    """A table whose rows have a date, which each way of writing a row keeps true."""

    DATE: ClassVar[str] = "updated_at"

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; where only some columns are, its date is among them."""
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], self.DATE}
        super().save(*args, **kwargs)


class PartsQuerySet(models.QuerySet[Row, Row]):
    """
    Rows without a date of their own, shown as parts of a dated one: `WHOLE` is the key to it, `SHOWN` what is.

    Statements that are written by hand date it themselves. The parts are written first, as everywhere.
    """

    def update(self, **columns: Any) -> int:
        """Write columns of many parts; a claim is none, since it ends in an answer or is given back."""
        shown: frozenset[str] = self.model.SHOWN  # type: ignore[attr-defined]  # as this class says
        if not columns.keys() & shown or columns.get("claimed_until"):
            return super().update(**columns)
        key: Any = self.model._meta.get_field(self.model.WHOLE)  # type: ignore[attr-defined]
        with transaction.atomic(using=self.db):
            found = dict(self.order_by().values_list("pk", key.attname))
            if not found:
                return 0
            written = super(PartsQuerySet, self.filter(among("pk", found))).update(**columns)
            wholes = key.related_model._default_manager.using(self.db)
            wholes.filter(among("pk", set(found.values()))).update()
            return written


class PartsManager(models.Manager[Row]):
    """Gives parts whose updates date what they are parts of."""

    def get_queryset(self) -> models.QuerySet[Row, Row]:
        return PartsQuerySet(self.model, using=self._db)
